import pulumi from "@pulumi/pulumi";
import type { VaultAccess } from "../recovery/vault/access.ts";
import type { Account } from "../services/service.ts";
import { withHistory } from "./history.ts";
import type { Commune } from "./index.ts";
import type { CommunePlan } from "./planned.ts";
import { published } from "./publish.ts";
import type { Published } from "./published.ts";
import type { Revision } from "./revision.ts";

/** Outputs of a stack for people and for other programs, with those of parts: `pulumi stack output`. */
export interface Outputs extends Readonly<Record<string, unknown>> {
  /** Public addresses, by service. */
  addresses: Readonly<Record<string, string>>;
  /** Passwords set at the first start, by service: `pulumi stack output --show-secrets accounts`. */
  accounts: pulumi.Output<pulumi.Unwrap<Record<string, Account>>>;
  /** Addresses and passwords of the vaults with its encrypted copies: docs/vault.md. */
  vaults: pulumi.Output<Record<string, VaultAccess>>;
  /** Facts by which peers know the commune: its entry in their stacks/federation.yaml. */
  federation: { domain: string; publicKey: pulumi.Output<string>; vaultKey?: pulumi.Output<string> };
  /**
   * State that the next update is compared with (docs/site.md): it is known once this one is complete, so that a
   * failed one can be reverted.
   */
  published: pulumi.Output<Published>;
}

/** Facts that are published besides the plan. */
export interface Facts {
  plan: CommunePlan;
  domain: string;
  /** State that the last complete update published; undefined before it. */
  before: Published | undefined;
  /** Uid of the cluster. */
  cluster: Promise<string>;
  /** Facts about the run itself. */
  told: Required<Pick<Published, "pods" | "data" | "site" | "seedFrom">>;
  /** Returns the revision of the declaration; called once the update is complete. */
  revision: () => Revision | undefined;
}

/** Returns the outputs of a commune's stack. */
export function outputsOf(
  commune: Commune,
  { plan, domain, before, cluster, told, revision }: Facts,
): Outputs {
  return {
    addresses: commune.addresses,
    accounts: pulumi.secret(commune.firstAccounts),
    ...commune.outputs,
    vaults: commune.vaults,
    federation: {
      ...{ domain, publicKey: commune.publicKey },
      ...(commune.vaultKey && { vaultKey: commune.vaultKey }),
    },
    published: pulumi
      .all([commune.seedFingerprint, cluster, commune.made.signed ?? before?.signed, commune.done])
      .apply(([seed, uid, signed]) =>
        withHistory({ ...published(plan, seed, before, signed), ...told, cluster: uid }, before, revision()),
      ),
  };
}
