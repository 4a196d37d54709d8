import pulumi from "@pulumi/pulumi";
import type { LogHead } from "../federation/approvals.ts";
import type { Descriptor } from "../federation/descriptor.ts";
import { Federation } from "../federation/index.ts";
import { descriptorLabel } from "../federation/secrets.ts";
import type { ToldLog } from "../federation/told-log.ts";
import { deployImages, pullSecretName } from "../foundation/image/deployed.ts";
import type { ImageLock } from "../foundation/image/lock.ts";
import { publicKeyOf } from "../foundation/multikey/multikey.ts";
import { guestsTogether } from "../foundation/namespace/manifests.ts";
import type { PeerPlaces } from "../foundation/network-policy/manifests.ts";
import { Seed, type SeedSource } from "../foundation/seed/index.ts";
import type { KeyPair } from "../foundation/site/certificate.ts";
import type { GivenSecrets } from "../foundation/site/config.ts";
import { dataHolderOptions } from "../foundation/site/data-holders.ts";
import { schedulePods } from "../foundation/site/scheduling.ts";
import { apiServerOf, closedPlaces, peersOf, type Site } from "../foundation/site/site.ts";
import { Hotspots } from "../places/hotspots/index.ts";
import type { Signed } from "../places/hotspots/serial.ts";
import { servedMap } from "../places/map/manifests.ts";
import { ValkeyCaches } from "../platform/cache/index.ts";
import { ClosedDoor } from "../platform/exposure/closed.ts";
import type { IngressProvider } from "../platform/exposure/contract.ts";
import { IngressController } from "../platform/exposure/index.ts";
import type { Login } from "../platform/login/index.ts";
import type { Mariadb } from "../platform/mariadb/index.ts";
import { servedPortal } from "../portal/manifests.ts";
import { Keeper } from "../recovery/keeper/index.ts";
import { keeperService } from "../recovery/keeper/plan.ts";
import { RestorePoints } from "../recovery/points/index.ts";
import { pointGuests } from "../recovery/points/plan.ts";
import { accessesWith, type VaultAccess } from "../recovery/vault/access.ts";
import { Vault } from "../recovery/vault/index.ts";
import { vaultService } from "../recovery/vault/plan.ts";
import { vaultAccessLabel } from "../recovery/vault/secrets.ts";
import { SchoolResources } from "../schools/schools/index.ts";
import { plannedServices, services } from "../services/index.ts";
import type { Account, RunningService, ServiceResources } from "../services/service.ts";
import { type OpenedApplication, Tenant } from "../tenants/tenant/index.ts";
import { type DatabaseServers, databaseServers } from "./database-servers.ts";
import { directoryServer } from "./directory.ts";
import { holdersOf } from "./holders.ts";
import { keepersOf } from "./keepers.ts";
import { loginOf } from "./login.ts";
import { mariadbServer } from "./mariadb.ts";
import type { CommunePlan } from "./plan.ts";
import { requestsForm } from "./requests.ts";
import { RetiredService } from "./retired-service.ts";

export interface CommuneArgs {
  /** Its plan: `planCommune`. */
  plan: CommunePlan;
  site: Site;
  /** Where its seed comes from; drawn once when absent. */
  seed: SeedSource | undefined;
  /** What the last complete update signed for the points of the public Wi-Fi, as its `hotspots.signed` said. */
  signed?: Signed | undefined;
  /** Secrets that somebody else gave: a relay's password, keys to a store. Asked for only when declared. */
  given: GivenSecrets;
  /** The certificate that each run copies, where the site names one: `certificateFrom`. */
  certificate?: pulumi.Output<KeyPair> | undefined;
  /** Which build of each image runs: what `loadLock` read. */
  lock?: ImageLock | undefined;
  /** The head of its log of approvals: what `loadLogHead` read. */
  log?: LogHead | undefined;
  /** What its log of recovery drills comes to: what `drillsHead` made of it. */
  drills?: Descriptor["drills"];
  /** The same log as its page tells it. */
  told?: ToldLog | undefined;
  /** What images are pulled with, where the site names it: `pullSecretFrom`. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** Components are loaded here and not by the list: commands that only read files do without Pulumi. */
const deployers = await Promise.all(services.map((service) => service.deployer()));

/** The cloud of one commune: everything that its declaration asks for, at one site. */
export class Commune extends pulumi.ComponentResource {
  /** What runs, by the name of its section. */
  readonly services: Readonly<Record<string, RunningService>>;
  readonly hotspots: Hotspots | undefined;
  readonly schools: SchoolResources | undefined;
  /** Tells the commune's seed from another one. */
  readonly seedFingerprint: pulumi.Output<string>;
  /** What opens the vaults of others where its own copies are, by who keeps them. Secret. */
  readonly vaults: pulumi.Output<Record<string, VaultAccess>>;
  /** Resolves when every service is as declared; never, when one failed. */
  readonly done: pulumi.Output<unknown>;
  /** What peers know the commune by. Public. */
  readonly publicKey: pulumi.Output<string>;
  /** Public addresses, by service. */
  readonly addresses: Record<string, string>;
  /** Addresses and first accounts of the hosted associations' applications, by association. */
  readonly tenants: Readonly<Record<string, Readonly<Record<string, OpenedApplication>>>>;
  /** What requests of associations are verified with; nothing where there is no form. Public. */
  readonly requestsKey: pulumi.Output<string> | undefined;
  /** First accounts, by service. */
  readonly accounts: Record<string, Account>;

  constructor(name: string, args: CommuneArgs, options: pulumi.ComponentResourceOptions) {
    const transformations = [...atSite(args), ...(options.transformations ?? [])];
    super("commune:index:Commune", name, {}, { ...options, transformations });
    const seed = this.createSeed(name, args);
    this.seedFingerprint = seed.fingerprint();
    const shared = sharedBy(args, seed);
    this.vaults = accessTo(args.plan, seed);
    const databases = databaseServers(name, { ...args, seed, accesses: this.vaults }, { parent: this });
    this.services = this.createServices(name, args, databases, shared);
    this.hotspots = this.createHotspots(name, args, shared);
    this.schools = this.createSchools(name, args, shared);
    const vaults = this.createVaults(name, args, shared);
    const mariadb = mariadbServer(name, args.plan, shared, { parent: this });
    const directory = directoryServer(name, args.plan, shared, { parent: this });
    const login = loginOf(name, args.plan, directory, shared, { parent: this });
    const tenants = this.createTenants(name, args, { ...shared, mariadb, login });
    const requests = requestsForm(name, args.plan, shared, { parent: this });
    this.requestsKey = requests?.publicKey;
    this.tenants = Object.fromEntries(tenants.map(({ id, tenant }) => [id, tenant.applications]));
    const retired = this.createRetired(name, args, seed);
    const federation = this.createFederation(name, args, shared);
    this.publicKey = pulumi.unsecret(
      seed.secret(descriptorLabel).apply((key) => publicKeyOf(Buffer.from(key, "base64url"))),
    );
    const points = this.createPoints(name, args, databases, shared);
    const keepers = this.createKeepers(name, args, databases, shared);
    const served = Object.values(this.services);
    const { hotspots, schools } = this;
    this.done = pulumi.all(
      [
        ...served,
        hotspots,
        schools,
        ...vaults,
        mariadb,
        requests,
        directory,
        login,
        ...tenants.map(({ tenant }) => tenant),
        ...keepers,
        ...points,
        federation,
        ...retired,
        ...databases.ours,
      ].flatMap((part) => part?.done ?? []),
    );
    this.addresses = mapped(
      { ...this.services, ...(hotspots && { hotspots }), ...(schools && { schools }) },
      ({ url }) => url,
    );
    this.accounts = mapped(this.services, ({ account }) => account);
    this.registerOutputs({});
  }

  private createSeed(name: string, { plan, site, seed: source }: CommuneArgs): Seed {
    const dataHolder = dataHolderOptions(site);
    const versions = plan.secretVersions;
    return new Seed(
      `${name}-seed`,
      { given: undefined, ...source, commune: plan.drillOf ?? name, dataHolder, versions },
      { parent: this },
    );
  }

  private createServices(
    name: string,
    { plan }: CommuneArgs,
    databases: DatabaseServers,
    shared: Shared,
  ): Record<string, RunningService> {
    const running = deployers.flatMap(({ service, deploy }): [string, RunningService][] => {
      const database = databases.of(service);
      if (database === undefined) return [];
      const isCopied = plan.points.some((points) => points.service === service);
      const guests = guestsTogether([shared.guests, isCopied ? pointGuests : undefined]);
      const identity = plan.identities[service];
      const resources = { ...shared, database, guests, identity };
      const deployed = deploy(plan, `${name}-${service}`, resources, { parent: this });
      return deployed ? [[service, deployed]] : [];
    });
    return Object.fromEntries(running);
  }

  private createHotspots(name: string, { plan, signed }: CommuneArgs, shared: Shared): Hotspots | undefined {
    if (plan.hotspots === undefined) return undefined;
    return new Hotspots(`${name}-hotspots`, { ...shared, ...plan.hotspots, signed }, { parent: this });
  }

  private createSchools(name: string, { plan }: CommuneArgs, shared: Shared): SchoolResources | undefined {
    if (plan.schools === undefined) return undefined;
    return new SchoolResources(`${name}-schools`, { ...shared, ...plan.schools }, { parent: this });
  }

  /** Room for the encrypted copies of other communes. */
  private createVaults(name: string, { plan, site }: CommuneArgs, shared: Shared): Vault[] {
    const { monitoringNamespace } = site;
    return (plan.vaults ?? []).map(
      (vault) =>
        new Vault(
          `${name}-${vaultService(vault.guest)}`,
          { ...shared, ...vault, monitoringNamespace },
          { parent: this },
        ),
    );
  }

  private createTenants(
    name: string,
    { plan }: CommuneArgs,
    shared: Shared & { mariadb: Mariadb | undefined; login: Login | undefined },
  ): { id: string; tenant: Tenant }[] {
    return (plan.tenants ?? []).map((tenant) => ({
      id: tenant.id,
      tenant: new Tenant(`${name}-${tenant.service}`, { ...shared, ...tenant }, { parent: this }),
    }));
  }

  /** The restore points of every service that has some. */
  private createPoints(
    name: string,
    { plan, site }: CommuneArgs,
    databases: DatabaseServers,
    { seed }: Shared,
  ): RestorePoints[] {
    const peers = peersOf(site);
    return plan.points.flatMap((points) => {
      const { service } = points;
      const [server, after] = [databases.of(service), this.services[service]];
      if (server === undefined || after === undefined) return [];
      return new RestorePoints(
        `${name}-${service}-restore-point`,
        {
          ...points,
          ...{ seed, peers, after, access: this.vaults },
          descriptorKey: seed.secret(descriptorLabel),
          database: server.databaseOf(service),
        },
        { parent: this },
      );
    });
  }

  /** What copies database servers into the vaults of others. */
  private createKeepers(
    name: string,
    { plan, site }: CommuneArgs,
    databases: DatabaseServers,
    shared: Shared,
  ): Keeper[] {
    const { monitoringNamespace } = site;
    return keepersOf(plan).flatMap((keeper) => {
      const access = databases.copyAccess(keeper.server);
      const args = { ...shared, ...keeper, accesses: this.vaults, places: shared.peers, monitoringNamespace };
      return access
        ? [new Keeper(`${name}-${keeperService(keeper.server)}`, { ...args, access }, { parent: this })]
        : [];
    });
  }

  /** What is left of services that were retired. */
  private createRetired(name: string, { plan, site }: CommuneArgs, seed: Seed): RetiredService[] {
    return holdersOf(plan.retired).map((holders) => {
      const { service } = holders.namespace;
      const dataHolder = dataHolderOptions(site, plan.retirements[service]);
      return new RetiredService(
        `${name}-${service}`,
        { ...holders, seed, dataHolder, dns: site.dns },
        { parent: this },
      );
    });
  }

  /** What the commune says of itself, and its links: a copy in a drill says nothing to anybody. */
  private createFederation(
    name: string,
    { plan, site, log, drills, told }: CommuneArgs,
    shared: Shared,
  ): Federation | undefined {
    if (plan.drillOf !== undefined) return undefined;
    return new Federation(
      `${name}-federation`,
      {
        ...shared,
        ...plan.federation,
        log,
        drills,
        told,
        after: Object.values(this.services),
        apiServer: apiServerOf(site),
        monitoringNamespace: site.monitoringNamespace,
        map: plan.map && servedMap(plan.map),
        portal: plan.portal && servedPortal(plan.portal),
        credentials: plannedServices(plan).flatMap(({ service, link }) => {
          const account = this.services[service]?.account;
          if (link === undefined || account === undefined) return [];
          const { of, label } = link;
          const value = label ? shared.seed.secret(label) : account.password;
          return [{ file: of.secretFile, label, value }];
        }),
      },
      { parent: this },
    );
  }
}

/** Images by digest from where the site says, and pods on the nodes that it names, for all that is below a component. */
export function atSite({
  lock = {},
  site,
  pullSecret,
}: Pick<CommuneArgs, "lock" | "site" | "pullSecret">): pulumi.ResourceTransformation[] {
  const images = { lock, mirrors: site.registryMirrors, pullSecret: pullSecret && pullSecretName };
  return [deployImages(images), schedulePods(site.scheduling)];
}

/** What opens the vaults of others, by who keeps them. */
function accessTo(
  { keptVaults, copying }: CommunePlan,
  seed: Seed,
): pulumi.Output<Record<string, VaultAccess>> {
  const { version } = seed.current(vaultAccessLabel);
  return pulumi.secret(
    seed
      .secret(descriptorLabel)
      .apply((key) => accessesWith(Buffer.from(key, "base64url"), keptVaults, version, copying?.incarnation)),
  );
}

/** What every part of a commune is given. */
type Shared = Omit<ServiceResources, "database" | "identity">;

function sharedBy(args: CommuneArgs, seed: Seed): Shared {
  const { plan, site, given, pullSecret } = args;
  const dataHolder = dataHolderOptions(site);
  const { ingress, peers } = surroundingsOf(args);
  return {
    seed,
    dataHolder,
    pullSecret,
    given,
    caches: new ValkeyCaches({ seed, dataHolder }),
    ingress,
    guests: ingress.guests,
    mail: plan.mail,
    peers,
    dns: site.dns,
  };
}

/** Who comes in, and who is found outside: nobody, of a copy in a drill. */
function surroundingsOf({ plan, site, certificate }: CommuneArgs): {
  ingress: IngressProvider;
  peers: PeerPlaces;
} {
  return plan.drillOf === undefined
    ? { ingress: new IngressController(site.ingress, certificate), peers: peersOf(site) }
    : { ingress: new ClosedDoor(site.ingress.source), peers: closedPlaces(site) };
}

function mapped<Value, Result>(
  record: Readonly<Record<string, Value>>,
  of: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}
