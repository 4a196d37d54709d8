import pulumi from "@pulumi/pulumi";
import { vaultsFile } from "../federation/settings.ts";
import type { Credential } from "../federation/spec.ts";
import { publicKeyOf } from "../foundation/multikey/multikey.ts";
import type { Seed } from "../foundation/seed/index.ts";
import type { GivenSecrets } from "../foundation/site/config.ts";
import { firstIncarnation } from "../recovery/incarnation.ts";
import {
  accessesWith,
  everyService,
  type GivesAccess,
  type Pass,
  type VaultAccess,
} from "../recovery/vault/access.ts";
import { bucketSecrets, isBucket, type KeptVault } from "../recovery/vault/plan.ts";
import { vaultAccessLabel, vaultKeyLabel } from "../recovery/vault/secrets.ts";
import type { CommunePlan } from "./planned.ts";

type Accesses = pulumi.Output<Record<string, VaultAccess>>;

/** Addresses and passwords of other communes' vaults, by host: each part gets only those for its own service. Secret. */
export class VaultPasses implements GivesAccess {
  /** Public half of the key that signs them, a Multikey, which hosts know. */
  readonly publicKey: pulumi.Output<string>;

  constructor(
    private readonly plan: Pick<CommunePlan, "keptVaults" | "copying" | "drillOf">,
    private readonly seed: Seed,
    private readonly given: GivenSecrets,
  ) {
    this.publicKey = pulumi.unsecret(
      seed.secret(vaultKeyLabel).apply((key) => publicKeyOf(Buffer.from(key, "base64url"))),
    );
  }

  /** Returns access to bring a service's copies; in a drill, where nothing is brought, only to read them. */
  appending(service: string): Accesses {
    return this.signed({ service, purpose: this.plan.drillOf === undefined ? "append" : "read" });
  }

  /**
   * Returns access for the reconciler, which faces the network: it looks for the newest point of every service, and
   * brings nothing.
   */
  toRead(): Credential {
    // With a bucket's keys it could delete and overwrite, so it gets access to neighbours' vaults only.
    const hosted = this.plan.keptVaults.filter((each) => !isBucket(each));
    const value = this.signed({ service: everyService, purpose: "read" }, hosted).apply((all) =>
      JSON.stringify(all),
    );
    return { file: vaultsFile, labels: [vaultAccessLabel, vaultKeyLabel], value };
  }

  /** Returns access to read a service's copies. */
  reading(service: string): Accesses {
    return this.signed({ service, purpose: "read" });
  }

  private signed(
    what: Pick<Pass, "service" | "purpose">,
    vaults: readonly KeptVault[] = this.plan.keptVaults,
  ): Accesses {
    const { copying } = this.plan;
    const pass: Pass = {
      ...what,
      version: this.seed.current(vaultAccessLabel).version,
      incarnation: copying?.incarnation ?? firstIncarnation,
      keepDays: copying?.keepDays ?? 0,
    };
    const given = Object.fromEntries(
      bucketSecrets(vaults).map((name): [string, pulumi.Output<string>] => [name, this.given(name)]),
    );
    return pulumi.secret(
      pulumi
        .all([this.seed.secret(vaultKeyLabel), given])
        .apply(([key, secrets]) => accessesWith(Buffer.from(key, "base64url"), vaults, pass, secrets)),
    );
  }
}

/** Returns access to whole vaults, for the commune's administrators. */
export const wholeVaults = (passes: VaultPasses): Accesses => passes.appending(everyService);
