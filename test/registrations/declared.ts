import { join } from "node:path";
import pulumi from "@pulumi/pulumi";
import { type CommuneDeclaration, communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { type Federation, loadFederation } from "../../components/federation/members.ts";
import { loadYaml } from "../../components/foundation/declaration/load.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import type { Places } from "../../components/places/places/places.ts";
import { checkout } from "../../local/paths.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

export const stacks = join(checkout, "stacks");

/** A commune of this checkout, with what is declared beside it. */
export interface Declared {
  declaration: CommuneDeclaration;
  metropolis: Federation | undefined;
  places: Places | undefined;
}

const before = new Map<string, Promise<Registration[]>>();

/** Returns what the program registers for a declaration, at a site that protects data; each is recorded once. */
export function registered(commune: Declared): Promise<Registration[]> {
  const { id } = commune.declaration;
  const recorded = before.get(id) ?? registeredNow(commune);
  before.set(id, recorded);
  return recorded;
}

/** Does as {@link registered}, for a declaration whose commune has another one too. */
export function registeredNow({ declaration, metropolis, places }: Declared): Promise<Registration[]> {
  const site = siteOf(siteSchema.parse({}));
  return record(declaration.id, () => {
    new Commune(
      declaration.id,
      {
        plan: planCommune(declaration, site, { metropolis, places }),
        site,
        seed: undefined,
        given: (name) => pulumi.secret(`given ${name}`),
      },
      {},
    );
  });
}

/** @param file in stacks/examples. */
export function example(file: string): Declared {
  const loaded = loadYaml(join(stacks, "examples", file), communeSchema);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return { declaration: loaded.declaration, metropolis: metropolis(), places: undefined };
}

function metropolis(): Federation {
  const loaded = loadFederation(stacks);
  if (!loaded?.ok) throw new Error(JSON.stringify(loaded?.problems));
  return loaded.declaration;
}

/** @param id of a commune in stacks/. */
export function declared(id: string): Declared {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const { declaration, federation, places } = loaded;
  return { declaration, metropolis: federation, places: places?.places };
}
