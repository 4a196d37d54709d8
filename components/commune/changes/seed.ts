import { type KnownSeed, otherSeed } from "../../foundation/seed/origin.ts";
import { plannedServices } from "../../services/index.ts";
import type { CommunePlan } from "../planned.ts";
import { type Change, change } from "./change.ts";

/**
 * Refuses a seed other than the one that the commune was started with: every password and key would change.
 *
 * @param stack its name, for the commands.
 * @param given fingerprint of the seed that is given now; undefined if none is.
 */
export function seedChanges(
  before: KnownSeed,
  stack: string,
  given: string | undefined,
  plan: CommunePlan,
): Change[] {
  const other = otherSeed(before, stack, given);
  if (other === undefined) return [];
  return [
    change({
      ...{ what: "seed", name: "seed", from: other.seed, to: other.given, field: ["id"] },
      effect: "refused",
      affected: plannedServices(plan).map(({ service }) => service),
      told: { sentence: "seedChanges", with: other },
    }),
  ];
}
