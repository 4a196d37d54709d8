import pulumi from "@pulumi/pulumi";
import { stableName } from "../../foundation/manifest/job.ts";
import type { Manifest } from "../../foundation/manifest/manifest.ts";
import { type ChildOptions, register } from "../../foundation/manifest/register.ts";
import { Namespace } from "../../foundation/namespace/index.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import { allowFrom, allowTo } from "../../foundation/network-policy/manifests.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import { clusterNetworkPolicies, clusterSecret, databaseCluster, type Operator } from "./cluster.ts";
import type { CopyAccess, DatabaseClient, DatabaseServer, ServiceDatabase } from "./contract.ts";
import { copyJob, copyRoleConfigMap, copySecret } from "./copy-role.ts";
import { dropJobs } from "./drop.ts";
import { exchangeConfigMap, exchangeCronJob } from "./exchange.ts";
import {
  accessConfigMap,
  type DatabaseSpec,
  databaseConnection,
  databasePort,
  databaseSecret,
  databaseServer,
  databaseService,
  databaseVolume,
  serverWorkload,
} from "./manifests.ts";
import { copyingRole } from "./replication.ts";
import { roleConfigMap, roleJob, roleSecret, roleWorkload } from "./role.ts";
import { copyPassword, databasePassword, superuserPassword } from "./secrets.ts";
import { clusterQuota, databaseQuota } from "./sizing.ts";

export interface DatabaseArgs extends DatabaseSpec {
  seed: Seed;
  /** Services that use the server: each gets a role, a database and the network policy to it. */
  clients: readonly DatabaseClient[];
  /** Names of databases that are removed with their roles, for good: of services that nobody needs any more. */
  drops?: readonly string[];
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
  /** Whether a person may put the rows of a restore point in the place of a client's. */
  isExchanged: boolean;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** The operator that keeps several servers with the same rows; undefined if this is one. */
  operator?: Operator | undefined;
  /** Registers what must have ended with the volume before the server starts: a restore. */
  beforeStart?: ((ready: readonly pulumi.Resource[]) => readonly pulumi.Resource[]) | undefined;
  /** Content of the Secret with which images are pulled; undefined if the site has none. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** Resources of a server: those that hold its data, and those that must exist before a client connects. */
interface MadeServer {
  held: pulumi.CustomResource[];
  ready: pulumi.CustomResource[];
}

/** A PostgreSQL server in the commune's cluster, with a role and a database for each service that uses it. */
export class Database extends pulumi.ComponentResource implements DatabaseServer {
  /** Resolves when the server, and what it was told to remove, is as declared. */
  readonly done: pulumi.Output<unknown>;
  /** Access of a keeper; undefined if the server is not copied. */
  readonly copyAccess: CopyAccess | undefined;
  private readonly namespace: Namespace;
  /** Start of the logical names: the commune's id, and for a dedicated server its service. */
  private readonly prefix: string;
  private readonly databases = new Map<string, ServiceDatabase>();

  constructor(name: string, args: DatabaseArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Database", name, {}, options);
    this.prefix = args.server === "database" ? args.commune : name.replace(/-database$/, "");
    this.namespace = this.createNamespace(name, args);
    const made = args.availability === "node-loss" ? this.createCluster(args) : this.createServer(args);
    const ready = [this.namespace, ...made.ready, ...this.createNetworkPolicies(args)];
    const script = this.add(roleConfigMap(args));
    for (const client of args.clients) {
      this.databases.set(client.database, this.createDatabase(args, client, [...ready, script]));
    }
    this.copyAccess = args.isCopied ? this.createCopyAccess(args, ready) : undefined;
    const drops = this.createDrops(args, ready);
    const exchanges = args.isExchanged ? this.createExchanges(args, ready) : [];
    this.done = pulumi.all([...made.held, ...drops, ...exchanges].map(({ id }) => id));
    this.registerOutputs({});
  }

  private createNamespace(name: string, args: DatabaseArgs): Namespace {
    const { commune, server: service, seed, dataHolder, pullSecret } = args;
    const { data } = serverWorkload(args);
    const quota = args.availability === "node-loss" ? clusterQuota(args) : databaseQuota(args);
    return new Namespace(
      name,
      { commune, service, data, quota, seed, dataHolder, pullSecret, dns: args.dns },
      { parent: this },
    );
  }

  /** Creates three servers, which CloudNativePG's operator keeps with their volumes. */
  private createCluster(args: DatabaseArgs): MadeServer {
    const { seed, dataHolder, operator } = args;
    if (operator === undefined) throw new Error(`${args.server}: nobody says where the operator is.`);
    const superuser = seed.current(superuserPassword(args.server));
    const secret = this.add(clusterSecret(args, seed.secret(superuser)));
    const policies = clusterNetworkPolicies(args, operator).map((policy) => this.add(policy));
    const cluster = this.add(databaseCluster(args), {
      ...dataHolder,
      dependsOn: [this.namespace, secret, ...policies],
      // Three servers are made one after another, each from a copy of the first, and replaced one after another.
      customTimeouts: { create: "1h", update: "2h" },
    });
    return { held: [cluster], ready: [cluster] };
  }

  /** Creates the volume, and the server on it. */
  private createServer(args: DatabaseArgs): MadeServer {
    const { seed, dataHolder, upgradeFrom } = args;
    const superuser = seed.current(superuserPassword(args.server));
    const secret = this.add(databaseSecret(args, seed.secret(superuser)));
    const volume = this.add(databaseVolume(args), dataHolder);
    const before = args.beforeStart?.([this.namespace, volume]) ?? [];
    const access = args.isCopied ? [this.add(accessConfigMap(args))] : [];
    const server = this.add(databaseServer(args, superuser), {
      ...dataHolder,
      dependsOn: [this.namespace, secret, volume, ...access, ...before],
      // A dump and a restore take their time.
      ...(upgradeFrom === undefined && args.restoreFrom === undefined
        ? {}
        : { customTimeouts: { create: "12h", update: "12h" } }),
    });
    return { held: [volume, server], ready: [this.add(databaseService(args)), server] };
  }

  /** Between the server and the Jobs that speak to it. */
  private createNetworkPolicies(args: DatabaseArgs): pulumi.Resource[] {
    const [server, role] = [serverWorkload(args), roleWorkload(args)];
    return [
      this.add(allowTo([role], server, databasePort)),
      this.add(allowFrom([role], server, databasePort)),
    ];
  }

  /** A role and its database, and the network policy that lets the client in. */
  private createDatabase(
    args: DatabaseArgs,
    client: DatabaseClient,
    ready: readonly pulumi.Resource[],
  ): ServiceDatabase {
    const server = serverWorkload(args);
    const policy = this.add(allowFrom(client.workloads, server, databasePort));
    const label = args.seed.current(client.password ?? databasePassword(client.database));
    const password = args.seed.secret(label);
    const copy = this.add(roleSecret(args, client, password));
    const job = register(
      `${this.prefix}-database-role-${client.database}`,
      roleJob(args, client, labelText(label)),
      { parent: this, dependsOn: [...ready, copy] },
    );
    return {
      connection: databaseConnection(args, client.database),
      password,
      passwordLabel: labelText(label),
      ready: [job, policy],
      isSpread: args.availability === "node-loss",
      networkPolicyFrom: (workloads) => allowTo(workloads, server, databasePort),
    };
  }

  /** The role that copies the server. It may enter every database, so it comes after them. */
  private createCopyAccess(args: DatabaseArgs, ready: readonly pulumi.Resource[]): CopyAccess {
    const label = args.seed.current(copyPassword(args.server));
    const password = args.seed.secret(label);
    const databases = [...this.databases.values()];
    const job = this.add(copyJob(args, args.clients, labelText(label)), {
      dependsOn: [
        ...ready,
        ...databases.flatMap((database) => database.ready),
        this.add(copyRoleConfigMap(args)),
        this.add(copySecret(args, password)),
      ],
    });
    return {
      connection: databaseConnection(args, "postgres"),
      isSpread: args.availability === "node-loss",
      role: copyingRole,
      password,
      passwordLabel: labelText(label),
      ready: [job],
    };
  }

  /** Creates what puts the rows of a restore point in the place of a client's, when a person asks for it. */
  private createExchanges(args: DatabaseArgs, ready: readonly pulumi.Resource[]): pulumi.CustomResource[] {
    if (args.clients.length === 0) return [];
    const dependsOn = [...ready, this.add(exchangeConfigMap(args))];
    return args.clients.map((client) => this.add(exchangeCronJob(args, client), { dependsOn }));
  }

  /** The Jobs that remove databases which nobody needs any more. */
  private createDrops(args: DatabaseArgs, ready: readonly pulumi.Resource[]): pulumi.CustomResource[] {
    const { jobs, needs } = dropJobs(args, args.drops ?? []);
    const dependsOn = [...ready, ...needs.map((each) => this.add(each))];
    return jobs.map(({ database, job }) =>
      register(`${this.prefix}-database-drop-${database}`, job, { parent: this, dependsOn }),
    );
  }

  private add(manifest: Manifest, options: Partial<ChildOptions> = {}): pulumi.CustomResource {
    return register(`${this.prefix}-${stableName(manifest)}`, manifest, {
      parent: this,
      dependsOn: this.namespace,
      ...options,
    });
  }

  databaseOf(service: string): ServiceDatabase {
    const database = this.databases.get(service);
    if (database === undefined)
      throw new Error(`The database "${service}" was not given to Database as a client.`);
    return database;
  }
}
