import pulumi from "@pulumi/pulumi";
import { ValkeyCaches } from "../cache/index.ts";
import type { DatabaseClient, DatabaseServer } from "../database/contract.ts";
import { ExternalDatabase } from "../database/external.ts";
import { Database } from "../database/index.ts";
import { IngressController } from "../exposure/index.ts";
import { Federation } from "../federation/index.ts";
import { Hotspots } from "../hotspots/index.ts";
import { Mastodon, mastodonDatabaseClient } from "../mastodon/index.ts";
import { Nextcloud, nextcloudDatabaseClient } from "../nextcloud/index.ts";
import { Peertube, peertubeDatabaseClient } from "../peertube/index.ts";
import { SchoolResources } from "../schools/index.ts";
import { Seed } from "../seed/index.ts";
import type { GivenSecrets } from "../site/config.ts";
import { dataHolderOptions } from "../site/data-holders.ts";
import { peersOf, type Site } from "../site/site.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { type Beside, type CommunePlan, type PlannedService, planCommune, plannedServices } from "./plan.ts";

export interface CommuneArgs extends Beside {
  declaration: CommuneDeclaration;
  site: Site;
  /** A known seed, when the commune is deployed again elsewhere. */
  seed: pulumi.Output<string> | undefined;
  /** Secrets that somebody else gave: a relay's password, keys to a store. Asked for only when declared. */
  given: GivenSecrets;
}

/** An account made at the first start. */
export interface Account {
  user: string;
  password: pulumi.Output<string>;
}

/** The cloud of one commune: everything that its declaration asks for, at one site. */
export class Commune extends pulumi.ComponentResource {
  readonly nextcloud: Nextcloud | undefined;
  readonly mastodon: Mastodon | undefined;
  readonly peertube: Peertube | undefined;
  readonly hotspots: Hotspots | undefined;
  readonly schools: SchoolResources | undefined;
  /** Tells the commune's seed from another one. */
  readonly seedFingerprint: pulumi.Output<string>;
  /** Resolves when every service is as declared; never, when one failed. */
  readonly done: pulumi.Output<unknown>;
  /** What peers know the commune by. Public. */
  readonly publicKey: pulumi.Output<string>;
  /** Public addresses, by service. */
  readonly addresses: Record<string, string>;
  /** First accounts, by service. */
  readonly accounts: Record<string, Account>;

  constructor(
    name: string,
    { declaration, site, seed: givenSeed, given, ...beside }: CommuneArgs,
    options: pulumi.ComponentResourceOptions,
  ) {
    super("commune:index:Commune", name, {}, options);
    const plan = planCommune(declaration, site, beside);
    const dataHolder = dataHolderOptions(site);
    const seed = new Seed(`${name}-seed`, { commune: name, given: givenSeed, dataHolder }, { parent: this });
    this.seedFingerprint = seed.fingerprint();
    const inCommune = { parent: this };

    const databases = databaseServers(name, plan, { seed, dataHolder, given }, inCommune);
    const entrance = new IngressController(site.ingress);
    const shared = {
      seed,
      dataHolder,
      given,
      caches: new ValkeyCaches({ seed, dataHolder }),
      entrance,
      mail: plan.mail,
      identity: plan.identity,
      peers: peersOf(site),
    };
    if (plan.nextcloud) {
      const database = databases("nextcloud");
      this.nextcloud = new Nextcloud(
        `${name}-nextcloud`,
        { ...plan.nextcloud, ...shared, database },
        inCommune,
      );
    }
    if (plan.mastodon) {
      const database = databases("mastodon");
      this.mastodon = new Mastodon(`${name}-mastodon`, { ...plan.mastodon, ...shared, database }, inCommune);
    }
    if (plan.peertube) {
      const database = databases("peertube");
      this.peertube = new Peertube(`${name}-peertube`, { ...plan.peertube, ...shared, database }, inCommune);
    }
    if (plan.hotspots) {
      this.hotspots = new Hotspots(
        `${name}-hotspots`,
        { ...plan.hotspots, seed, dataHolder, entrance },
        inCommune,
      );
    }
    if (plan.schools) {
      this.schools = new SchoolResources(
        `${name}-schools`,
        { ...plan.schools, seed, entrance, dataHolder },
        inCommune,
      );
    }
    const { nextcloud, mastodon, peertube, hotspots, schools } = this;
    const served = [nextcloud, mastodon, peertube].filter((service) => service !== undefined);
    const federation = new Federation(
      `${name}-federation`,
      {
        ...plan.federation,
        seed,
        after: served,
        entrance,
        peers: shared.peers,
        apiPort: site.apiPort,
        monitoringNamespace: site.monitoringNamespace,
        videoPassword: peertube?.rootPassword,
      },
      inCommune,
    );
    this.publicKey = federation.publicKey;
    this.done = pulumi.all(
      [nextcloud, mastodon, peertube, hotspots, schools].flatMap((service) => service?.done ?? []),
    );
    this.addresses = {
      ...(nextcloud && { nextcloud: nextcloud.url }),
      ...(mastodon && { mastodon: mastodon.url }),
      ...(peertube && { peertube: peertube.url }),
      ...(hotspots && { hotspots: hotspots.url }),
      ...(schools && { schools: schools.url }),
    };
    this.accounts = {
      ...(nextcloud && { nextcloud: { user: "admin", password: nextcloud.adminPassword } }),
      ...(mastodon && { mastodon: { user: mastodon.owner.name, password: mastodon.owner.password } }),
      ...(peertube && { peertube: { user: "root", password: peertube.rootPassword } }),
    };
    this.registerOutputs({});
  }
}

const clients: Record<PlannedService["service"], (commune: string) => DatabaseClient> = {
  nextcloud: nextcloudDatabaseClient,
  mastodon: mastodonDatabaseClient,
  peertube: peertubeDatabaseClient,
};

/** The server of each service: its own, the commune's, or the one outside. */
function databaseServers(
  name: string,
  plan: CommunePlan,
  args: { seed: Seed; dataHolder: pulumi.CustomResourceOptions; given: GivenSecrets },
  options: pulumi.ComponentResourceOptions,
): (service: PlannedService["service"]) => DatabaseServer {
  const { seed, dataHolder, given } = args;
  const servers = new Map<string, DatabaseServer>();
  const services = plannedServices(plan);
  const sharing = services.filter(({ dedicatedDatabase }) => dedicatedDatabase === undefined);
  if (plan.database) {
    const shared =
      "outside" in plan.database
        ? new ExternalDatabase(plan.database.outside, given)
        : new Database(
            `${name}-database`,
            {
              ...plan.database.ours,
              seed,
              dataHolder,
              clients: sharing.map(({ service }) => clients[service](name)),
            },
            options,
          );
    for (const { service } of sharing) servers.set(service, shared);
  }
  for (const { service, dedicatedDatabase } of services) {
    if (dedicatedDatabase === undefined) continue;
    const own = { ...dedicatedDatabase, seed, dataHolder, clients: [clients[service](name)] };
    servers.set(service, new Database(`${name}-${service}-database`, own, options));
  }
  return (service) => {
    const server = servers.get(service);
    if (server === undefined) throw new Error(`The plan of ${name} has no database server for ${service}.`);
    return server;
  };
}
