import { parseArgs } from "node:util";
import { approvals } from "./attacks/approvals.ts";
import type { Attack, Drawing } from "./attacks/attack.ts";
import { neighbours } from "./attacks/neighbours.ts";
import { outside } from "./attacks/outside.ts";
import { thieves } from "./attacks/thieves.ts";
import { vaults } from "./attacks/vaults.ts";

/** Attacks that need no cluster, in the order of docs/security.md. */
export const attacks: readonly Attack[] = [...outside, ...vaults, ...neighbours, ...approvals, ...thieves];

/** Tries each, and says so as it goes. Throws if one gets through. */
export async function tryAll(
  drawing: Drawing,
  said: (line: string) => void,
  chosen: readonly Attack[] = attacks,
): Promise<void> {
  for (const { who, what, tried } of chosen) {
    const count = await tried(drawing);
    said(`${who}: ${count} of ${count} refused who try to ${what}`);
  }
}

/** `npm run campaign attacks -- --who visitor`: what each of docs/security.md might try without a cluster, drawn many times; all must fail. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: process.env.COMMUNE_SEED },
      count: { type: "string", default: "3000" },
      who: { type: "string" },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}`);
  const chosen = attacks.filter(({ who }) => values.who === undefined || who === values.who);
  if (chosen.length === 0)
    throw new Error(
      `nobody is called ${values.who}: ${[...new Set(attacks.map(({ who }) => who))].join(", ")}`,
    );
  await tryAll({ seed, count: Number(values.count) }, console.log, chosen);
}
