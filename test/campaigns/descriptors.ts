import { parseArgs } from "node:util";
import fc from "fast-check";
import { withProof } from "../../components/federation/proof.ts";
import { judge } from "../../components/federation/verdict.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { linkedKinds } from "../../components/services/list.ts";
import { Metropolis } from "../programs/metropolis.ts";
import { isOfBron, type Lie, lies } from "./descriptors/lies.ts";

/** A move of Bron's between two runs of Villeurbanne's reconciler. */
type Move = { kind: "lie"; lie: Lie } | { kind: "truth" } | { kind: "no longer declares" } | { kind: "down" };

const moves: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: lies.map((lie): Move => ({ kind: "lie", lie })) },
  { weight: 1, arbitrary: fc.constant<Move>({ kind: "truth" }) },
  { weight: 1, arbitrary: fc.constant<Move>({ kind: "no longer declares" }) },
  { weight: 1, arbitrary: fc.constant<Move>({ kind: "down" }) },
);

/** A descriptor that Bron signs counts only when all that it names is Bron's. */
function judged(lie: Lie): void {
  const world = new Metropolis(["bron"]);
  const { key, descriptor } = world.at("bron");
  const document = withProof(lie.tell(descriptor.describe(world.now)), {
    key,
    address: "https://bron.test",
    now: world.now,
  });
  const sought = {
    peer: "bron",
    domain: "bron.test",
    hosts: [],
    others: [],
    key: publicKeyOf(key),
    kinds: linkedKinds,
  };
  const verdict = judge(document, sought, world.now);
  if (verdict.is === "other") throw new Error(verdict.why);
  if (verdict.is === "peer" && !isOfBron(lie)) throw new Error(`${verdict.is}: ${lie.place} ${lie.value}`);
  if (verdict.is === "nothing" && verdict.why.length > 400) throw new Error(verdict.why);
}

/** Whatever Bron says: Villeurbanne's link with Lyon stays open, and what it opens for Bron is Bron's. */
async function lived(before: readonly Move[], isRemembered: boolean): Promise<void> {
  const world = new Metropolis(["villeurbanne", "bron", "lyon"]);
  for (const peer of ["bron", "lyon"]) {
    world.declare("villeurbanne", peer);
    world.declare(peer, "villeurbanne");
  }
  for (let runs = 0; runs < 3; runs += 1) await world.round();
  const [villeurbanne, bron] = [world.at("villeurbanne"), world.at("bron")];
  if (isRemembered && villeurbanne.status?.bron) {
    // As a toolkit without this rule has left it: Bron's links are remembered as to Lyon's servers.
    for (const [kind, link] of Object.entries(villeurbanne.status.bron.services))
      link.target = `${kind}.lyon.test`;
  }
  const check = (after: string) => {
    for (const { kind, following, followers } of villeurbanne.services) {
      const host = `${kind}.lyon.test`;
      if (following.get(host) !== "accepted" || !followers.has(host))
        throw new Error(`${after}: ${host} is closed`);
      const strange = [...following.keys()].filter((to) => to !== host && !/(^|\.)bron\.test$/.test(to));
      if (strange.length > 0) throw new Error(`${after}: opened ${strange}`);
    }
  };
  for (const move of [...before, { kind: "truth" } as const]) {
    bron.down = move.kind === "down";
    bron.lie =
      move.kind === "lie"
        ? move.lie.tell
        : move.kind === "no longer declares"
          ? (truth) => ({ ...truth, peers: [] })
          : undefined;
    for (let runs = 0; runs < 2; runs += 1) {
      world.now = new Date(world.now.getTime() + 20 * 60_000);
      await villeurbanne.run();
      check(move.kind === "lie" ? `${move.lie.place} ${move.lie.value}` : move.kind);
    }
  }
  for (let runs = 0; runs < 4; runs += 1) await world.round();
  if (JSON.stringify(world.open()) !== JSON.stringify(world.due()))
    throw new Error("the truth does not open all again");
}

/**
 * Draws what a hostile peer signs: single values that must be refused or are its own, and lives of a metropolis in which
 * one of three says such things by turns. Throws with the smallest example found.
 */
export async function hostileDescriptors({ seed, count }: { seed: number; count: number }): Promise<void> {
  fc.assert(fc.property(lies, judged), { seed, numRuns: count });
  const life = fc.asyncProperty(fc.array(moves, { minLength: 1, maxLength: 6 }), fc.boolean(), lived);
  await fc.assert(life, { seed, numRuns: Math.ceil(count / 10) });
}

/** `npm run campaign descriptors`: what a hostile peer could sign closes and opens no link of others. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: process.env.COMMUNE_SEED },
      count: { type: "string", default: "5000" },
    },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}`);
  const count = Number(values.count);
  await hostileDescriptors({ seed, count });
  console.log(
    `${count} hostile values judged, ${Math.ceil(count / 10)} lives of three communes: no link closed or opened by another's word.`,
  );
  console.log(`Services: ${linkedKinds.join(", ")}.`);
}
