import { existsSync } from "node:fs";
import type { Side } from "../audit/side.ts";
import { atDomain } from "../components/commune/at-domain.ts";
import type { StackFacts } from "../components/commune/changes/changes.ts";
import { loadCommune } from "../components/commune/load.ts";
import { neighboursOf } from "../components/commune/neighbours.ts";
import { planCommune } from "../components/commune/plan.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import type { Federation } from "../components/federation/members.ts";
import { settingsOf } from "../components/foundation/declaration/stacks.ts";
import type { ImageLock } from "../components/foundation/image/lock.ts";
import { siteFacts } from "../components/foundation/site/facts.ts";
import { movesIn, restoredIn, siteSchema } from "../components/foundation/site/settings.ts";
import { type Site, siteOf } from "../components/foundation/site/site.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import { readPubliccode } from "../policies/publiccode.ts";
import type { objectsOf } from "./objects.ts";
import { settingsIn } from "./stack.ts";

/** The SDK takes half a second to load: only when a declaration is valid. */
export const objectsOfProgram: typeof objectsOf = async (...args) =>
  (await import("./objects.ts")).objectsOf(...args);

/**
 * A commune as the files of a folder say it, at a site with no settings of its own. Contacts nothing. Throws
 * DeclarationError.
 *
 * @param objects what the program would register for a declaration.
 * @param lock which build of each image runs: references have no digest without it.
 */
export async function sideAt(
  stacks: string,
  id: string,
  objects: typeof objectsOf = objectsOfProgram,
  lock?: ImageLock,
): Promise<Side> {
  const site = siteOf(siteSchema.parse({}));
  const planned = plannedAt(stacks, id, { site });
  return { ...planned, objects: await objects(id, planned.plan, site, lock) };
}

/**
 * A commune as the files of a folder say it, at the site that the settings of its stack name: what a preview makes the
 * objects of. Contacts nothing. Throws DeclarationError.
 */
export function plannedAt(
  stacks: string,
  id: string,
  { site, domain }: { site: Site; domain?: string | undefined },
): Omit<Side, "objects"> {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const beside = {
    places: loaded.places?.places,
    metropolis: loaded.federation,
    portal: loaded.portal,
    decisions: loaded.decisions,
  };
  const declaration = atDomain(loaded.declaration, domain);
  const plan = planCommune(declaration, site, beside);
  return { declaration, plan, neighbours: neighboursIn(stacks, plan, loaded.federation) };
}

/** Peers of each peer of a commune, for those that are declared in the same folder. */
export function neighboursIn(
  stacks: string,
  { federation: { links } }: CommunePlan,
  of: Federation | undefined,
) {
  return neighboursOf(
    stacks,
    links.map(({ peer }) => peer),
    of,
  );
}

/** The description of this toolkit for catalogues of public software. */
export function ownPubliccode(): string {
  return readPubliccode(toolkitFile("publiccode.yml"));
}

/** Settings of a commune's stack, as far as its file has them. */
export interface Settled {
  site: Site;
  /** Another domain than the declared one, in a demo. */
  domain: string | undefined;
  /** Settings that decide whether a change goes through. */
  facts: Omit<StackFacts, "today">;
}

/** Site of a commune; undefined without the settings of its stack. */
export function settledAt(stacks: string, id: string): Settled | undefined {
  const file = settingsOf(stacks, id);
  if (!existsSync(file)) return undefined;
  const written = settingsIn(file);
  const known = Object.keys(siteSchema.shape).flatMap((key) =>
    written[key] === undefined ? [] : [[key, written[key]] as const],
  );
  const read = siteSchema.safeParse(Object.fromEntries(known));
  // The program refuses them, with what to do.
  const site = siteOf(read.success ? read.data : siteSchema.parse({}));
  const { dataIsDisposable, seedKept } = site;
  const facts = {
    ...{ dataIsDisposable, seedKept, site: siteFacts(site) },
    moved: movesIn(written.moved),
    restored: restoredIn(written.restored),
  };
  return { site, domain: written.domain, facts };
}
