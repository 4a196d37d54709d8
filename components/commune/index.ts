import pulumi from "@pulumi/pulumi";
import { descriptorLabel } from "../federation/secrets.ts";
import { treatPods } from "../foundation/availability/pods.ts";
import { publicKeyOf } from "../foundation/multikey/multikey.ts";
import type { FirstAccount } from "../foundation/part/registered.ts";
import { Seed } from "../foundation/seed/index.ts";
import { dataHolderOptions } from "../foundation/site/data-holders.ts";
import type { VaultAccess } from "../recovery/vault/access.ts";
import { plannedServices } from "../services/index.ts";
import type { CommuneArgs } from "./args.ts";
import { databaseServers } from "./database-servers.ts";
import { federationOf } from "./federation.ts";
import { holdersOf } from "./holders.ts";
import { type Made, registerLast, registerParts } from "./registered.ts";
import { RetiredService } from "./retired-service.ts";
import { atSite, sharedBy } from "./shared.ts";
import { VaultPasses, wholeVaults } from "./vault-passes.ts";

/** The cloud of one commune: everything that its declaration asks for, at one site. */
export class Commune extends pulumi.ComponentResource {
  /** Results of its parts, beyond their addresses. */
  readonly made: Readonly<Made>;
  /** Outputs of its parts, by name. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Fingerprint that distinguishes the commune's seed from others. */
  readonly seedFingerprint: pulumi.Output<string>;
  /** Addresses and passwords of other communes' vaults with its own copies, by host. Secret. */
  readonly vaults: pulumi.Output<Record<string, VaultAccess>>;
  /** Resolves once every service is as declared; never if one failed. */
  readonly done: pulumi.Output<unknown>;
  /** Public key by which peers know the commune. */
  readonly publicKey: pulumi.Output<string>;
  /**
   * Public key, a Multikey, with which the hosts of its vaults verify its passwords; undefined if nobody keeps its
   * copies.
   */
  readonly vaultKey: pulumi.Output<string> | undefined;
  /** Public addresses, by service. */
  readonly addresses: Readonly<Record<string, string>>;
  /** First accounts, by service. */
  readonly firstAccounts: Readonly<Record<string, FirstAccount>>;

  constructor(name: string, args: CommuneArgs, options: pulumi.ComponentResourceOptions) {
    const transformations = [
      ...atSite(args),
      treatPods(args.plan.availability),
      ...(options.transformations ?? []),
    ];
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
    const descriptorKey = seed.secret(descriptorLabel);
    const registered = registerParts(name, args, { shared, databases, passes, descriptorKey }, child);
    const { components, addresses, firstAccounts, outputs, made } = registered;
    this.addresses = addresses;
    this.firstAccounts = firstAccounts;
    this.outputs = outputs;
    this.made = made;
    const retired = this.createRetired(name, args, seed);
    const services = plannedServices(plan).flatMap(({ service }) => components[service] ?? []);
    const running = { shared, passes, after: services, firstAccounts };
    this.publicKey = pulumi.unsecret(
      descriptorKey.apply((key) => publicKeyOf(Buffer.from(key, "base64url"))),
    );
    const before = [
      ...Object.values(components),
      federationOf(name, args, running, child),
      ...retired,
      ...databases.ours,
    ].flatMap((component) => component ?? []);
    const last = registerLast(name, args, { shared, made, after: before }, child);
    this.done = pulumi.all([...before, ...Object.values(last.components)].map(({ done }) => done));
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

  /** Registers what is left of retired services. */
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
