import { isDeepStrictEqual } from "node:util";
import { checksum } from "../foundation/manifest/checksum.ts";
import { canonical } from "../recovery/points/head.ts";
import type { Declared } from "./declared.ts";
import type { Published } from "./published.ts";
import type { Revision } from "./revision.ts";

/**
 * What a stack publishes, with the revision that it came from and what was before: for `commune undo`. A run that changes
 * nothing keeps both, so that the last update stays the one that did something.
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

/** Digest that tells two declarations apart, in whatever order they were read. Versions of secrets never go back, and are left out. */
export function digestOf(declared: Declared): string {
  return checksum(canonical({ ...declared, secrets: {} }));
}

/** News is no update to go back from: `commune undo` is of what was before it. */
function withoutNews({ news: _, ...others }: Published): unknown {
  return JSON.parse(JSON.stringify(others));
}
