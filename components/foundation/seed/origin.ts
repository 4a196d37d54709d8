/** Origin of a commune's seed: `drawn` by its stack, whose state holds it, or `given` to it as a setting. */
export const seedOrigins = ["drawn", "given"] as const;
export type SeedOrigin = (typeof seedOrigins)[number];

/** Facts that a stack published about its seed; empty before its first complete update. */
export interface KnownSeed {
  /** Its fingerprint. */
  seed?: string | undefined;
  /** Nothing in what a stack said before 26 November 2026. */
  seedFrom?: SeedOrigin | undefined;
}

/**
 * Returns the origin of the seed in this run. A drawn seed stays the drawn one when the same value is also given: the
 * state goes on holding it, so that neither the setting nor its removal touches it.
 *
 * @param given whether a seed is given now.
 */
export function seedOrigin(before: KnownSeed, given: boolean): SeedOrigin {
  return before.seedFrom === "drawn" || !given ? "drawn" : "given";
}

/** Another seed than the one that a commune was started with. */
export interface OtherSeed {
  /** Fingerprint of the first one, and its origin; undefined if that is not known. */
  seed: string;
  seedFrom: SeedOrigin | undefined;
  /** Name of the stack, for the commands. */
  stack: string;
  /** Fingerprint of the seed that is given now; nothing when none is, and one would be drawn. */
  given: string | undefined;
}

/**
 * Whether this run must not go on with the seed that it has; nothing when it may.
 *
 * @param stack its name, for the commands.
 * @param given fingerprint of the seed that is given now; nothing when none is.
 */
export function otherSeed(
  { seed, seedFrom }: KnownSeed,
  stack: string,
  given: string | undefined,
): OtherSeed | undefined {
  if (seed === undefined || given === seed) return undefined;
  // Without a given one, the one that the stack drew goes on.
  if (given === undefined && seedFrom !== "given") return undefined;
  return { seed, seedFrom, stack, given };
}

/** Returns why a run must not go on with the seed that it has, and what helps; undefined if it may. */
export function seedProblem(before: KnownSeed, stack: string, given: string | undefined): string | undefined {
  const other = otherSeed(before, stack, given);
  return other && otherSeedSentence(other);
}

/** Returns the sentence that says why a run must not go on with another seed, and what helps. */
export function otherSeedSentence({ seed, seedFrom, stack, given }: OtherSeed): string {
  const fingerprint = `(fingerprint ${seed})`;
  const lost = "every password and encryption key would change, and encrypted data would be lost";
  const drawn = `take the setting away, and the one that it drew, which its state still holds, is used: pulumi config rm commune:seed -s ${stack}`;
  const gave = `give that one again ${fingerprint}: pulumi config set --secret commune:seed -s ${stack}. Settings of earlier updates, that seed among them, are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s ${stack}`;
  const different = `commune:seed is not the seed that this commune was started with: ${lost}.`;
  const end = "One secret is rotated by raising its version (docs/seed.md).";
  if (given === undefined) {
    return `this commune was started with a given seed, and commune:seed is not set: another one would be drawn, ${lost}. Do not go on without it; ${gave}.`;
  }
  if (seedFrom === "drawn") return `${different} This stack drew it; ${drawn}. ${end}`;
  if (seedFrom === "given")
    return `${different} It was given, and removing the setting would draw another one; ${gave}. ${end}`;
  return `${different} If commune:seed was set at an earlier update, ${gave}. If it never was, ${drawn}. ${end}`;
}

/**
 * Returns why a run must not go on, from what a stack keeps of its first seed from its first step on: nothing else
 * tells before its first complete update. undefined if it may.
 *
 * @param first as it was kept: `from`, and of a given one `seed`, its fingerprint.
 * @param given fingerprint of the seed that is given now; undefined if the drawn one is used.
 * @param isComplete whether there was a complete update, after which nothing can start again with another seed.
 */
export function firstSeedProblem(
  first: Readonly<Record<string, string>>,
  stack: string,
  given: string | undefined,
  isComplete: boolean,
): string | undefined {
  const seedFrom = seedOrigins.find((origin) => origin === first.from);
  // One that is drawn is in the state itself, and needs no fingerprint.
  const problem = seedFrom && seedProblem({ seed: first.seed ?? "", seedFrom }, stack, given);
  if (problem === undefined) return undefined;
  const anew = isComplete
    ? ""
    : " No update of this stack was complete yet: if nobody uses any of it, it can start again with another seed (docs/seed.md).";
  return `${problem}${anew}\nNothing of the commune was changed.`;
}

/** Returns the message about a drawn seed that is not the one with which the commune runs. */
export function drawnAnewProblem(stack: string, expected: string): string {
  return `The seed that this stack holds is not the one that this commune was started with (fingerprint ${expected}): every password and encryption key would change. Give that one again: pulumi config set --secret commune:seed -s ${stack}. Settings of earlier updates are shown by: pulumi stack history --show-secrets --json --page-size 100000 -s ${stack} (docs/seed.md). Nothing of the commune was changed.`;
}
