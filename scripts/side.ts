import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Side } from "../audit/side.ts";
import { loadCommune } from "../components/commune/load.ts";
import { neighboursOf } from "../components/commune/neighbours.ts";
import { type CommunePlan, planCommune } from "../components/commune/plan.ts";
import type { Federation } from "../components/federation/members.ts";
import type { ImageLock } from "../components/foundation/image/lock.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { type Site, siteOf } from "../components/foundation/site/site.ts";
import { checkout } from "../local/paths.ts";
import { readPubliccode } from "../policies/publiccode.ts";
import type { objectsOf } from "./objects.ts";
import { settingsIn } from "./stack.ts";

/** The SDK takes half a second to load: only when a declaration is valid. */
export const objectsOfProgram: typeof objectsOf = async (...args) =>
  (await import("./program-objects.ts")).objectsOf(...args);

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
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const site = siteOf(siteSchema.parse({}));
  const beside = {
    places: loaded.places?.places,
    metropolis: loaded.federation,
    portal: loaded.portal,
    decisions: loaded.decisions,
  };
  const plan = planCommune(loaded.declaration, site, beside);
  const neighbours = neighboursIn(stacks, plan, loaded.federation);
  return {
    ...{ declaration: loaded.declaration, plan, neighbours },
    objects: await objects(id, plan, site, lock),
  };
}

/** With whom the peers of a commune link, of those that are declared in the same folder. */
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
  return readPubliccode(join(checkout, "publiccode.yml"));
}

/** Where a commune runs, as far as rules ask: nothing is known of it without the settings of its stack. */
export function judgedAt(
  stacks: string,
  id: string,
): Pick<Site, "dataIsDisposable" | "registryMirrors"> | undefined {
  const file = join(stacks, `Pulumi.${id}.yaml`);
  // The objects are those of a site without a mirror.
  return existsSync(file)
    ? { dataIsDisposable: settingsIn(file).data === "disposable", registryMirrors: {} }
    : undefined;
}
