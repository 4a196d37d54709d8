import pulumi from "@pulumi/pulumi";
import { descriptorLabel } from "../federation/secrets.ts";
import { publicKeyOf } from "../foundation/multikey/multikey.ts";
import type { FirstAccount } from "../foundation/part/registered.ts";
import { Seed } from "../foundation/seed/index.ts";
import { dataHolderOptions } from "../foundation/site/data-holders.ts";
import type { VaultAccess } from "../recovery/vault/access.ts";
import { plannedServices } from "../services/index.ts";
import type { CommuneArgs } from "./args.ts";
import { applicationPointsOf, directoryPointsOf, restorePointsOf, runningKeepers } from "./copies.ts";
import { databaseServers } from "./database-servers.ts";
import { federationOf } from "./federation.ts";
import { holdersOf } from "./holders.ts";
import { type Made, registerParts } from "./registered.ts";
import { RetiredService } from "./retired-service.ts";
import { atSite, sharedBy } from "./shared.ts";
import { VaultPasses, wholeVaults } from "./vault-passes.ts";

/** The cloud of one commune: everything that its declaration asks for, at one site. */
export class Commune extends pulumi.ComponentResource {
  /** What its parts give beyond their addresses. */
  readonly made: Readonly<Made>;
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
  readonly addresses: Readonly<Record<string, string>>;
  /** First accounts, by service. */
  readonly accounts: Readonly<Record<string, FirstAccount>>;

  constructor(name: string, args: CommuneArgs, options: pulumi.ComponentResourceOptions) {
    const transformations = [...atSite(args), ...(options.transformations ?? [])];
    super("commune:index:Commune", name, {}, { ...options, transformations });
    const child = { parent: this };
    const { plan } = args;
    const seed = this.createSeed(name, args);
    this.seedFingerprint = seed.fingerprint();
    const shared = sharedBy(args, seed);
    const passes = new VaultPasses(plan, seed, args.given);
    this.vaults = wholeVaults(passes);
    if (plan.keptVaults.length > 0) this.vaultKey = passes.publicKey;
    const databases = databaseServers(name, { ...args, seed, passes }, child);
    const { components, addresses, accounts, made } = registerParts(name, args, { shared, databases }, child);
    this.addresses = addresses;
    this.accounts = accounts;
    this.made = made;
    const retired = this.createRetired(name, args, seed);
    const services = plannedServices(plan).flatMap(({ service }) => components[service] ?? []);
    const federation = federationOf(name, args, { shared, passes, after: services, accounts }, child);
    this.publicKey = pulumi.unsecret(
      seed.secret(descriptorLabel).apply((key) => publicKeyOf(Buffer.from(key, "base64url"))),
    );
    const copied = { databases, passes, components, seed };
    const copies = [
      ...restorePointsOf(name, args, copied, child),
      ...directoryPointsOf(name, args, copied, child),
      ...applicationPointsOf(name, args, { ...copied, servers: made.associationServers }, child),
      ...runningKeepers(name, args, { ...copied, shared }, child),
    ];
    this.done = pulumi.all(
      [...Object.values(components), ...copies, federation, ...retired, ...databases.ours].flatMap(
        (component) => component?.done ?? [],
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
}
