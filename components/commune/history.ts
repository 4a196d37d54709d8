import { isDeepStrictEqual } from "node:util";
import { checksum } from "../foundation/manifest/checksum.ts";
import { canonical } from "../recovery/points/head.ts";
import type { Declared } from "./declared.ts";
import type { Published } from "./published.ts";
import type { Revision } from "./revision.ts";

/**
 * Returns what a stack publishes, with its revision and the former state for `commune undo`. A run that changes
 * nothing keeps both, so that the last update remains the one that changed something.
 */
export function withHistory(
  now: Published,
  before: Published | undefined,
  revision: Revision | undefined,
): Published {
  if (before === undefined) return { ...now, ...(revision && { revision }) };
  const { revision: was, previous, ...known } = before;
  if (isDeepStrictEqual(withoutNews(now), withoutNews(known))) {
    // What was applied before it was committed is committed now.
    const kept = was === undefined || was.isDirty ? (revision ?? was) : was;
    return { ...now, ...(kept && { revision: kept }), ...(previous && { previous }) };
  }
  return {
    ...now,
    ...(revision && { revision }),
    previous: {
      ...(was && { revision: was }),
      services: Object.fromEntries(
        Object.entries(known.services).map(([service, { version }]) => [service, version]),
      ),
      ...(known.declared && { declared: digestOf(known.declared) }),
    },
  };
}

/**
 * Returns a digest that distinguishes two declarations, in whatever order they were read. Versions of secrets are left
 * out: they never go back.
 */
export function digestOf(declared: Declared): string {
  return checksum(canonical({ ...declared, secrets: {} }));
}

/** Returns the published state without news: publishing news is no update to undo. */
function withoutNews({ news: _, ...others }: Published): unknown {
  return JSON.parse(JSON.stringify(others));
}
