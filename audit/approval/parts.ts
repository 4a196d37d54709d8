import { createHash, createHmac } from "node:crypto";
import canonicalize from "canonicalize";

/** Stands for a value that is known only when something else has been made: no value that is declared is the same. */
const unknown = Symbol("known when it is made");

/** The name under which a resource's options count. */
const optionsPart = "(options)";

/** Declared inputs and options of a resource, as a policy pack gets them: secrets in the clear. */
export interface Declared {
  type: string;
  /** Reading a value that is not known yet throws. */
  props: Readonly<Record<string, unknown>>;
  options: Readonly<Record<string, unknown>>;
}

/** The parts of a resource as keyed hashes, and the paths of what is not known yet. */
export interface Counted {
  parts: Record<string, string>;
  late: string[][];
}

/**
 * Hashes each part of what a resource is declared with. Nobody without the key can find a value by its hash.
 *
 * @param key undefined if a commune has no seed yet: values of Secrets are left out then.
 * @param late paths of values that were not known beforehand, and do not count.
 */
export function countedParts(
  { type, props, options }: Declared,
  key: Buffer | undefined,
  late: readonly (readonly string[])[] = [],
): Counted {
  const leftOut = new Set(notCounted(type, key));
  const walk = new Walk(late);
  const parts = Object.fromEntries(
    Object.keys(props)
      .filter((name) => !leftOut.has(name))
      .sort()
      .flatMap((name) => {
        const value = walk.at(props, [name]);
        return value === unknown ? [] : [[name, hashOf(value, key)] as const];
      }),
  );
  return { parts: { ...parts, [optionsPart]: hashOf(options, key) }, late: walk.unknowns };
}

/** Parts that differ between machines, or that nobody without a key may have a hash of. */
function notCounted(type: string, key: Buffer | undefined): string[] {
  // The SDK fills in where the kubeconfig of this machine is.
  if (type.startsWith("pulumi:providers:")) return ["kubeconfig"];
  return key === undefined && type === "kubernetes:core/v1:Secret" ? ["data", "stringData"] : [];
}

/** A keyed hash of a value: 128 bits, which nobody finds another value for. */
function hashOf(value: unknown, key: Buffer | undefined): string {
  const text = canonicalize(value) ?? "";
  const hash = key === undefined ? createHash("sha256") : createHmac("sha256", key);
  return hash.update(text).digest("hex").slice(0, 32);
}

/** Reads values that may be unknown in part. */
class Walk {
  /** Paths that were met and are not known, or do not count. */
  readonly unknowns: string[][] = [];
  private readonly ignored: ReadonlySet<string>;

  /** @param late paths that do not count, whatever is there. */
  constructor(late: readonly (readonly string[])[]) {
    this.ignored = new Set(late.map((path) => JSON.stringify(path)));
  }

  /** The value at the end of a path, without what is not known in it; `unknown` if all of it is not. */
  at(holder: object, path: readonly string[]): unknown {
    const value = this.read(holder, path);
    if (value === unknown || typeof value !== "object" || value === null) return value;
    const below = (key: string) => this.at(value, [...path, key]);
    // Others keep their places; that this one is not known is told by its path.
    if (Array.isArray(value))
      return Object.keys(value)
        .map(below)
        .map((known) => (known === unknown ? null : known));
    // Every name counts: providers and the engine add nothing to inputs that differs between two runs.
    return Object.fromEntries(
      Object.keys(value)
        .map((key) => [key, below(key)] as const)
        .filter(([, known]) => known !== unknown),
    );
  }

  private read(holder: object, path: readonly string[]): unknown {
    try {
      if (!this.ignored.has(JSON.stringify(path)))
        return (holder as Record<string, unknown>)[path.at(-1) ?? ""];
    } catch {
      // The policy SDK throws if a value is not known yet.
    }
    this.unknowns.push([...path]);
    return unknown;
  }
}

/** Path of an output that depends on the cluster's clock: what was last signed for the hotspots, and when. */
export const byTheClock = ["published", "signed"];

/** The outputs of a stack as keyed hashes, but for what stands at some paths. */
export function countedOutputs(
  outputs: Readonly<Record<string, unknown>>,
  key: Buffer | undefined,
  late: readonly (readonly string[])[] = [],
): Record<string, string> {
  const walk = new Walk(late);
  return Object.fromEntries(
    Object.keys(outputs)
      .sort()
      .map((name) => [name, hashOf(walk.at(outputs, [name]), key)]),
  );
}
