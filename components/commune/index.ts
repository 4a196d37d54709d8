import pulumi from "@pulumi/pulumi";
import { Federation } from "../federation/index.ts";
import { descriptorLabel } from "../federation/secrets.ts";
import { publicKeyOf } from "../foundation/multikey/multikey.ts";
import { guestsTogether } from "../foundation/namespace/manifests.ts";
import { Seed } from "../foundation/seed/index.ts";
import { dataHolderOptions } from "../foundation/site/data-holders.ts";
import { apiServerOf } from "../foundation/site/site.ts";
import { Hotspots } from "../places/hotspots/index.ts";
import { servedMap } from "../places/map/manifests.ts";
import type { DatabaseServer } from "../platform/database/contract.ts";
import type { Login } from "../platform/login/index.ts";
import { servedPortal } from "../portal/manifests.ts";
import { boundedPointGuests, pointGuests } from "../recovery/points/plan.ts";
import type { VaultAccess } from "../recovery/vault/access.ts";
import { SchoolResources } from "../schools/schools/index.ts";
import { plannedServices, services } from "../services/index.ts";
import type { Account, RunningService } from "../services/service.ts";
import type { Accounts } from "../tenants/accounts/index.ts";
import { type OpenedApplication, Tenant } from "../tenants/tenant/index.ts";
import { accountsPages } from "./accounts.ts";
import type { CommuneArgs } from "./args.ts";
import {
  applicationPointsOf,
  directoryPointsOf,
  restorePointsOf,
  runningKeepers,
  vaultsOf,
} from "./copies.ts";
import { type DatabaseServers, databaseServers } from "./database-servers.ts";
import { directoryServer } from "./directory.ts";
import { holdersOf } from "./holders.ts";
import { loginOf } from "./login.ts";
import { mariadbServers } from "./mariadb.ts";
import { requestsForm } from "./requests.ts";
import { RetiredService } from "./retired-service.ts";
import { atSite, type Shared, sharedBy } from "./shared.ts";
import { VaultPasses, wholeVaults } from "./vault-passes.ts";

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
  /** What the hosts of its vaults know its passwords by, a Multikey; undefined where nobody keeps its copies. Public. */
  readonly vaultKey: pulumi.Output<string> | undefined;
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
    const passes = new VaultPasses(args.plan, seed);
    this.vaults = wholeVaults(passes);
    if (args.plan.keptVaults.length > 0) this.vaultKey = passes.publicKey;
    const databases = databaseServers(name, { ...args, seed, passes }, { parent: this });
    this.services = this.createServices(name, args, databases, shared);
    this.hotspots = this.createHotspots(name, args, shared);
    this.schools = this.createSchools(name, args, shared);
    const vaults = vaultsOf(name, args, shared, { parent: this });
    const mariadb = mariadbServers(name, args.plan, shared, { parent: this });
    const directory = directoryServer(name, args.plan, shared, { parent: this });
    const login = loginOf(name, args.plan, directory, shared, { parent: this });
    const accounts = accountsPages(name, args.plan, { directory, login }, shared, { parent: this });
    const ofAssociations = new Map<string, DatabaseServer>([...mariadb, ...databases.ofAssociations]);
    const tenants = this.createTenants(name, args, { ...shared, databases: ofAssociations, login, accounts });
    const requests = requestsForm(name, args.plan, shared, { parent: this });
    this.requestsKey = requests?.publicKey;
    this.tenants = Object.fromEntries(tenants.map(({ id, tenant }) => [id, tenant.applications]));
    const retired = this.createRetired(name, args, seed);
    const federation = this.createFederation(name, args, shared, passes);
    this.publicKey = pulumi.unsecret(
      seed.secret(descriptorLabel).apply((key) => publicKeyOf(Buffer.from(key, "base64url"))),
    );
    const copied = { databases, passes };
    const points = restorePointsOf(
      name,
      args,
      { ...copied, services: this.services, seed },
      { parent: this },
    );
    const ofDirectory = directoryPointsOf(name, args, { passes, directory, seed }, { parent: this });
    const ofApplications = applicationPointsOf(
      name,
      args,
      { passes, databases: ofAssociations, tenants, seed },
      { parent: this },
    );
    const keepers = runningKeepers(name, args, { ...copied, shared }, { parent: this });
    const served = Object.values(this.services);
    const { hotspots, schools } = this;
    this.done = pulumi.all(
      [
        ...served,
        hotspots,
        schools,
        ...vaults,
        ...mariadb.values(),
        requests,
        directory,
        login,
        accounts,
        ...tenants.map(({ tenant }) => tenant),
        ...keepers,
        ...points,
        ...ofDirectory,
        ...ofApplications,
        federation,
        ...retired,
        ...databases.ours,
      ].flatMap((part) => part?.done ?? []),
    );
    this.addresses = mapped(
      { ...this.services, ...(hotspots && { hotspots }), ...(schools && { schools }) },
      ({ url }) => url,
    );
    this.accounts = Object.fromEntries(
      Object.entries(this.services).flatMap(([service, { account }]) =>
        account ? [[service, account]] : [],
      ),
    );
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

  private createTenants(
    name: string,
    { plan }: CommuneArgs,
    shared: Shared & {
      databases: ReadonlyMap<string, DatabaseServer>;
      login: Login | undefined;
      accounts: Accounts | undefined;
    },
  ): { id: string; tenant: Tenant }[] {
    return (plan.tenants ?? []).map((tenant) => {
      const copied = plan.applicationPoints.filter(({ beside }) => beside.tenant === tenant.id);
      const guests = guestsTogether(copied.map(() => boundedPointGuests));
      const given = { ...shared, ...tenant, guests };
      return { id: tenant.id, tenant: new Tenant(`${name}-${tenant.service}`, given, { parent: this }) };
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
    passes: VaultPasses,
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
        credentials: [
          ...plannedServices(plan).flatMap(({ service, link }) => {
            const account = this.services[service]?.account;
            if (link === undefined || account === undefined) return [];
            const { of, label } = link;
            const value = label ? shared.seed.secret(label) : account.password;
            return [{ file: of.secretFile, labels: label ? [label] : [], value }];
          }),
          ...(plan.federation.settings.points ? [passes.toRead()] : []),
        ],
      },
      { parent: this },
    );
  }
}

function mapped<Value, Result>(
  record: Readonly<Record<string, Value>>,
  of: (value: Value) => Result,
): Record<string, Result> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
}
