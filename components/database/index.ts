import pulumi from "@pulumi/pulumi";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { Namespace } from "../namespace/index.ts";
import { allowFrom, allowTo } from "../network-policy/manifests.ts";
import { type Label, labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import {
  type DatabaseClient,
  type DatabaseSpec,
  databasePort,
  databaseSecret,
  databaseServer,
  databaseService,
  databaseVolume,
  roleConfigMap,
  roleJob,
  roleSecret,
  roleWorkload,
  serverWorkload,
} from "./manifests.ts";
import { databaseQuota } from "./sizing.ts";

export interface DatabaseArgs extends DatabaseSpec {
  seed: Seed;
  /** Services that use the server: each gets a role and a database of its own, and the network opening to it. */
  clients: readonly DatabaseClient[];
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/** The label of the password of a client's role. */
export function databasePassword({ database }: DatabaseClient): Label {
  return { service: database, purpose: "database-password", version: 1 };
}

/** One PostgreSQL server for a commune, with a role and a database for each service that uses it. */
export class Database extends pulumi.ComponentResource {
  private readonly roles = new Map<string, pulumi.Resource>();

  constructor(name: string, args: DatabaseArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Database", name, {}, options);
    const { commune } = args;
    const server = serverWorkload(commune);
    const role = roleWorkload(commune);
    const namespace = new Namespace(
      name,
      {
        commune,
        service: "database",
        data: server.data,
        quota: databaseQuota(args),
        dataHolder: args.dataHolder,
      },
      { parent: this },
    );
    const add = (manifest: Manifest, childOptions: Partial<ChildOptions> = {}) =>
      register(`${commune}-${manifest.metadata.name}`, manifest, {
        parent: this,
        dependsOn: namespace,
        ...childOptions,
      });

    const superuser = args.seed.secret({ service: "database", purpose: "superuser-password", version: 1 });
    const secret = add(databaseSecret(commune, superuser));
    const service = add(databaseService(commune));
    const volume = add(databaseVolume(args), args.dataHolder);
    const statefulSet = add(databaseServer(args), { dependsOn: [namespace, secret, volume] });
    const script = add(roleConfigMap(commune));
    const openings = [add(allowTo(role, server, databasePort)), add(allowFrom(role, server, databasePort))];
    for (const client of args.clients) {
      add(allowFrom(client.workload, server, databasePort));
    }
    for (const client of distinct(args.clients)) {
      const label = databasePassword(client);
      const password = add(roleSecret(client, args.seed.secret(label)));
      this.roles.set(
        client.database,
        register(`${commune}-database-role-${client.database}`, roleJob(client, labelText(label)), {
          parent: this,
          dependsOn: [namespace, service, statefulSet, script, password, ...openings],
        }),
      );
    }
    this.registerOutputs({});
  }

  /** What must exist before a client can connect. */
  ready(database: string): pulumi.Resource {
    const role = this.roles.get(database);
    if (role === undefined)
      throw new Error(`The database "${database}" was not given to Database as a client.`);
    return role;
  }
}

/** Several workloads of one service share its database. */
function distinct(clients: readonly DatabaseClient[]): DatabaseClient[] {
  return [...new Map(clients.map((client) => [client.database, client])).values()];
}
