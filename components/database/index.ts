import pulumi from "@pulumi/pulumi";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { Namespace } from "../namespace/index.ts";
import { allowFrom, allowTo } from "../network-policy/manifests.ts";
import { type Label, labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import type { DatabaseClient, DatabaseServer, ServiceDatabase } from "./contract.ts";
import {
  type DatabaseSpec,
  databaseConnection,
  databasePort,
  databaseSecret,
  databaseServer,
  databaseService,
  databaseVolume,
  serverWorkload,
} from "./manifests.ts";
import { roleConfigMap, roleJob, roleSecret, roleWorkload } from "./role.ts";
import { databaseQuota } from "./sizing.ts";

export interface DatabaseArgs extends DatabaseSpec {
  seed: Seed;
  /** Services that use the server: each gets a role and a database of its own, and the network opening to it. */
  clients: readonly DatabaseClient[];
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/** A PostgreSQL server in the commune's cluster, with a role and a database for each service that uses it. */
export class Database extends pulumi.ComponentResource implements DatabaseServer {
  private readonly databases = new Map<string, ServiceDatabase>();

  constructor(name: string, args: DatabaseArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Database", name, {}, options);
    const { commune, server: service } = args;
    const [server, role] = [serverWorkload(args), roleWorkload(args)];
    const namespace = new Namespace(
      name,
      { commune, service, data: server.data, quota: databaseQuota(args), dataHolder: args.dataHolder },
      { parent: this },
    );
    const prefix = service === "database" ? commune : name.replace(/-database$/, "");
    const add = (manifest: Manifest, childOptions: Partial<ChildOptions> = {}) =>
      register(`${prefix}-${manifest.metadata.name}`, manifest, {
        parent: this,
        dependsOn: namespace,
        ...childOptions,
      });

    const superuser = args.seed.secret({ service, purpose: "superuser-password", version: 1 });
    const secret = add(databaseSecret(args, superuser));
    const address = add(databaseService(args));
    const volume = add(databaseVolume(args), args.dataHolder);
    const statefulSet = add(databaseServer(args), {
      dependsOn: [namespace, secret, volume],
      // A dump and a restore take their time.
      ...(args.upgradeFrom === undefined ? {} : { customTimeouts: { create: "12h", update: "12h" } }),
    });
    const script = add(roleConfigMap(args));
    const openings = [
      add(allowTo([role], server, databasePort)),
      add(allowFrom([role], server, databasePort)),
    ];
    for (const client of args.clients) {
      const opening = add(allowFrom(client.workloads, server, databasePort));
      const label = databasePassword(client);
      const password = args.seed.secret(label);
      const copy = add(roleSecret(args, client, password));
      const job = register(
        `${prefix}-database-role-${client.database}`,
        roleJob(args, client, labelText(label)),
        { parent: this, dependsOn: [namespace, address, statefulSet, script, copy, ...openings] },
      );
      this.databases.set(client.database, {
        connection: databaseConnection(args, client.database),
        password,
        passwordLabel: labelText(label),
        ready: [job, opening],
        openingFrom: (workloads) => allowTo(workloads, server, databasePort),
      });
    }
    this.registerOutputs({});
  }

  databaseOf(service: string): ServiceDatabase {
    const database = this.databases.get(service);
    if (database === undefined)
      throw new Error(`The database "${service}" was not given to Database as a client.`);
    return database;
  }
}

/** The label of the password of a client's role. */
function databasePassword({ database }: DatabaseClient): Label {
  return { service: database, purpose: "database-password", version: 1 };
}
