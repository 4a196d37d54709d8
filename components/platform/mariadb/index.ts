import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import { allowFrom, allowTo } from "../../foundation/network-policy/manifests.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { DatabaseServer, ServiceDatabase } from "../database/contract.ts";
import { mariadbPort } from "./gate.ts";
import {
  mariadbConnection,
  mariadbHolders,
  mariadbServer,
  mariadbServiceObject,
  mariadbWorkload,
  rootSecret,
} from "./manifests.ts";
import type { MariadbPlan } from "./plan.ts";
import { dropJob, type MariadbClient, roleJob, roleScripts, roleSecret, roleWorkload } from "./role.ts";
import { rowsShares } from "./rows.ts";
import { rootPassword } from "./secrets.ts";

export interface MariadbArgs extends MariadbPlan {
  seed: Seed;
  /** Clients of the server: each gets a user, a database and the network policy to it. */
  clients: readonly MariadbClient[];
  /** Databases that are removed with their users, for good. */
  drops: readonly Pick<MariadbClient, "release" | "database">[];
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Content of the Secret with which images are pulled; undefined if the site has none. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** A MariaDB server of a commune: the second engine of the `database` contract, for what cannot use PostgreSQL. */
export class Mariadb extends NamespacedComponent implements DatabaseServer {
  /** Resolves when the server, and what it was told to remove, is as declared. */
  readonly done: pulumi.Output<unknown>;
  private readonly databases = new Map<string, ServiceDatabase>();

  constructor(name: string, args: MariadbArgs, options: pulumi.ComponentResourceOptions) {
    super(name, { ...args, holders: mariadbHolders(args) }, options);
    const [server, role] = [mariadbWorkload(args), roleWorkload(args)];
    const root = args.seed.current(rootPassword(args.server));
    const secret = this.add(rootSecret(args, args.seed.secret(root)));
    const shares = this.add(rowsShares(args, server, args.clients));
    const running = this.add(mariadbServer(args, root), {
      dependsOn: [this.namespace, secret, shares, ...this.volumes],
    });
    const ready = [
      this.namespace,
      running,
      this.add(mariadbServiceObject(args)),
      this.add(allowTo([role], server, mariadbPort)),
      this.add(allowFrom([role], server, mariadbPort)),
      this.add(roleScripts(args)),
    ];
    for (const client of args.clients)
      this.databases.set(client.database, this.createDatabase(args, client, ready));
    const drops = args.drops.map((drop) => this.add(dropJob(args, drop), { dependsOn: ready }));
    this.done = pulumi.all([...this.volumes, running, ...drops].map(({ id }) => id));
    this.registerOutputs({});
  }

  /** A user and its database, and the network policy that lets the client in. */
  private createDatabase(
    args: MariadbArgs,
    client: MariadbClient,
    ready: readonly pulumi.Resource[],
  ): ServiceDatabase {
    const server = mariadbWorkload(args);
    const policy = this.add(allowFrom(client.workloads, server, mariadbPort));
    const label = args.seed.current(client.password);
    const password = args.seed.secret(label);
    const copy = this.add(roleSecret(args, client, password));
    const job = this.add(roleJob(args, client, labelText(label)), { dependsOn: [...ready, copy] });
    return {
      connection: mariadbConnection(args, client.database),
      password,
      passwordLabel: labelText(label),
      ready: [job, policy],
      isSpread: false,
      networkPolicyFrom: (workloads) => allowTo(workloads, server, mariadbPort),
    };
  }

  databaseOf(database: string): ServiceDatabase {
    const found = this.databases.get(database);
    if (found === undefined)
      throw new Error(`The database "${database}" was not given to Mariadb as a client.`);
    return found;
  }
}
