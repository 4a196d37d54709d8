import pulumi from "@pulumi/pulumi";
import random from "@pulumi/random";
import { refuse } from "../refuse.ts";
import {
  deriveHex,
  deriveKeyPair,
  deriveSecret,
  type KeyPair,
  type Label,
  seedFingerprint,
} from "./derive.ts";
import { givenLabel, inVersion, type SecretVersions } from "./labels.ts";
import { remembered } from "./memory.ts";
import { drawnAnewProblem, type SeedOrigin } from "./origin.ts";
import { deriveSigningKey, type SigningKey } from "./rsa.ts";

/** Source of the seed, and which one it must be. */
export interface SeedSource {
  /** A known seed (base64), when a commune is deployed again elsewhere; drawn once when absent. */
  given: pulumi.Output<string> | undefined;
  /** `drawn` with one that is given: that is the drawn one's own value, and the state goes on holding it. */
  from?: SeedOrigin | undefined;
  /** Fingerprint of the seed that the commune was started with; nothing before its first complete update. */
  expected?: string | undefined;
}

export interface SeedArgs extends SeedSource {
  commune: string;
  /** Options of whatever holds data: the seed is what every key of the commune comes from. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Versions that secrets were raised to. */
  versions?: SecretVersions | undefined;
}

/**
 * The one secret of a commune, from which every password and key is derived.
 *
 * Stops the program instead of deriving anything from another seed than the expected one.
 */
export class Seed extends pulumi.ComponentResource {
  private readonly commune: string;
  private readonly value: pulumi.Output<string>;
  private readonly versions: SecretVersions;

  constructor(name: string, args: SeedArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Seed", name, {}, options);
    this.commune = args.commune;
    this.versions = args.versions ?? {};
    const { given, expected } = args;
    const from = args.from ?? (given === undefined ? "drawn" : "given");
    const holder = { parent: this, ...args.dataHolder };
    const first = remembered(
      `${name}-origin`,
      {
        commune: this.commune,
        given: from === "given" ? given : undefined,
        isComplete: expected !== undefined,
      },
      holder,
    );
    // Nothing is drawn where the first seed is missed: the state would hold two.
    const draw = () =>
      new random.RandomBytes(name, { length: 32 }, { ...holder, dependsOn: first.apply(() => []) }).base64;
    // A drawn seed stays in the state, also where its value is a setting.
    const held = given === undefined || from === "drawn" ? draw() : given;
    const value = given ?? held;
    const known = expected === undefined ? value : checked(value, this.commune, expected);
    this.value = first.apply(() => known);
    this.registerOutputs({});
  }

  /** Tells two seeds apart without telling either: no secret. */
  fingerprint(): pulumi.Output<string> {
    return pulumi.unsecret(this.value.apply((seed) => seedFingerprint(seed, this.commune)));
  }

  /** A label in the version that counts here: the one that every secret below is derived from. */
  current<L extends Label>(label: L): L {
    return inVersion(label, this.versions);
  }

  /** Returns the label of a given secret for its pods, so that they restart with another version. */
  givenLabel(name: string): string {
    return givenLabel(name, this.versions);
  }

  /** The secret that a label names; the same seed, label and version always give the same secret. */
  secret(label: Label): pulumi.Output<string> {
    return pulumi.secret(this.value.apply((seed) => deriveSecret(seed, this.commune, this.current(label))));
  }

  /** Derives a secret in hexadecimal: `bytes` bytes, twice as many characters. */
  hex(label: Label, bytes = 32): pulumi.Output<string> {
    return pulumi.secret(
      this.value.apply((seed) => deriveHex(seed, this.commune, this.current(label), bytes)),
    );
  }

  /** Many of them at once, by the same names as their labels: one output, where thousands would take a second. */
  hexes(labels: Readonly<Record<string, Label>>, bytes: number): pulumi.Output<Record<string, string>> {
    return pulumi.secret(
      this.value.apply((seed) =>
        Object.fromEntries(
          Object.entries(labels).map(([name, label]) => [
            name,
            deriveHex(seed, this.commune, this.current(label), bytes),
          ]),
        ),
      ),
    );
  }

  /** The RSA key that a label names: half a second of work. */
  signingKey(label: Label): pulumi.Output<SigningKey> {
    return pulumi.secret(
      this.value.apply((seed) => deriveSigningKey(seed, this.commune, this.current(label))),
    );
  }

  /** The P-256 key pair that a label names. */
  keyPair(label: Label): pulumi.Output<KeyPair> {
    return pulumi.secret(this.value.apply((seed) => deriveKeyPair(seed, this.commune, this.current(label))));
  }
}

/** The seed, unless it is another one than the commune was started with. */
function checked(value: pulumi.Output<string>, commune: string, expected: string): pulumi.Output<string> {
  // A preview knows the value of a seed that is there; one that is yet to be drawn is certainly another.
  void isKnown(value).then((known) => known || refuse(drawnAnewProblem(commune, expected)));
  return value.apply((seed) =>
    seedFingerprint(seed, commune) === expected ? seed : refuse(drawnAnewProblem(commune, expected)),
  );
}

/** Whether a value is known now. The SDK has it on every output, and leaves it out of its types. */
function isKnown(value: pulumi.Output<unknown>): Promise<boolean> {
  const { isKnown: known } = value as unknown as { isKnown: Promise<boolean> };
  return known;
}
