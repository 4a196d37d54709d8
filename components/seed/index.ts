import pulumi from "@pulumi/pulumi";
import random from "@pulumi/random";
import {
  deriveHex,
  deriveKeyPair,
  deriveSecret,
  type KeyPair,
  type Label,
  seedFingerprint,
} from "./derive.ts";

export interface SeedArgs {
  commune: string;
  /** A known seed (base64), when a commune is deployed again elsewhere; drawn once when absent. */
  given: pulumi.Output<string> | undefined;
  /** Options of whatever holds data: the seed is what every key of the commune comes from. */
  dataHolder: pulumi.CustomResourceOptions;
}

/** The one secret of a commune, from which every password and key is derived. */
export class Seed extends pulumi.ComponentResource {
  private readonly commune: string;
  private readonly value: pulumi.Output<string>;

  constructor(name: string, args: SeedArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Seed", name, {}, options);
    this.commune = args.commune;
    this.value =
      args.given ?? new random.RandomBytes(name, { length: 32 }, { parent: this, ...args.dataHolder }).base64;
    this.registerOutputs({});
  }

  /** Tells two seeds apart without telling either: no secret. */
  fingerprint(): pulumi.Output<string> {
    return pulumi.unsecret(this.value.apply((seed) => seedFingerprint(seed, this.commune)));
  }

  /** The secret that a label names; the same seed and label always give the same secret. */
  secret(label: Label): pulumi.Output<string> {
    return pulumi.secret(this.value.apply((seed) => deriveSecret(seed, this.commune, label)));
  }

  /** The same in hexadecimal: `bytes` bytes, twice as many characters. */
  hex(label: Label, bytes = 32): pulumi.Output<string> {
    return pulumi.secret(this.value.apply((seed) => deriveHex(seed, this.commune, label, bytes)));
  }

  /** The P-256 key pair that a label names. */
  keyPair(label: Label): pulumi.Output<KeyPair> {
    return pulumi.secret(this.value.apply((seed) => deriveKeyPair(seed, this.commune, label)));
  }
}
