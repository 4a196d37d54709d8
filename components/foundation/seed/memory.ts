import pulumi from "@pulumi/pulumi";
import random from "@pulumi/random";
import type { ChildOptions } from "../manifest/register.ts";
import { refuse } from "../refuse.ts";
import { seedFingerprint } from "./derive.ts";
import { firstSeedProblem } from "./origin.ts";

/** The seed of a run. */
export interface SeedOfRun {
  commune: string;
  /** The given seed; undefined if the stack draws its own. */
  given: pulumi.Output<string> | undefined;
  /** Whether a complete update has published what the seed was. */
  isComplete: boolean;
}

/**
 * Keeps the origin of a stack's seed in its state, from the first step of its first update on: an update that fails
 * publishes nothing, and what it has made holds keys all the same. It is a drawn value that nobody uses, with the
 * seed's origin as the reason to draw it; Pulumi is told to ignore every later reason, so that the first one stays.
 *
 * @returns known once this run's seed is found to be that one; the program stops if it is not.
 */
export function remembered(
  name: string,
  { commune, given, isComplete }: SeedOfRun,
  options: ChildOptions,
): pulumi.Output<unknown> {
  const fingerprint = given && pulumi.unsecret(given.apply((seed) => seedFingerprint(seed, commune)));
  const { keepers } = new random.RandomUuid(
    name,
    { keepers: fingerprint === undefined ? { from: "drawn" } : { from: "given", seed: fingerprint } },
    { ...options, ignoreChanges: ["keepers"] },
  );
  return pulumi.all([keepers, fingerprint]).apply(([first, now]) => {
    const problem = firstSeedProblem(first ?? {}, commune, now, isComplete);
    return problem === undefined ? undefined : refuse(problem);
  });
}
