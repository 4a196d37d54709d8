import { existsSync, readFileSync } from "node:fs";
import type { Federation } from "../federation/members.ts";
import { readDeclaration } from "../foundation/declaration/load.ts";
import { inCommune } from "../foundation/declaration/stacks.ts";
import { communeSchema } from "./declaration.ts";
import { linksOf } from "./links.ts";

/** Links by the text of a declaration. */
type Known = Map<string, readonly string[] | undefined>;

/** Links that were read, by members and groups: in one run over 58 communes that name each other, each is read once. */
const byMetropolis = new Map<string, Known>();

/** Links by the metropolis as it was loaded: its thousands of members are written out as a key once. */
const byObject = new WeakMap<Federation, Known>();

function knownIn(metropolis: Federation): Known {
  const before = byObject.get(metropolis);
  if (before !== undefined) return before;
  const key = JSON.stringify([Object.keys(metropolis.members), metropolis.groups]);
  const known: Known = byMetropolis.get(key) ?? new Map();
  byMetropolis.set(key, known);
  byObject.set(metropolis, known);
  return known;
}

function readLinks(file: string, text: string, metropolis: Federation): readonly string[] | undefined {
  const read = readDeclaration(file, Buffer.from(text), communeSchema);
  return read.ok
    ? linksOf({ ...read.declaration, associations: {} }, metropolis).map(({ peer }) => peer)
    : undefined;
}

/**
 * Returns the communes that each peer links with, if the peer is declared in the same folder. Other peers, and those
 * whose declaration has problems, are missing.
 */
export function neighboursOf(
  stacks: string,
  peers: readonly string[],
  metropolis: Federation | undefined,
): ReadonlyMap<string, readonly string[]> {
  if (metropolis === undefined) return new Map();
  const known = knownIn(metropolis);
  return new Map(
    peers.flatMap((peer) => {
      const file = inCommune(stacks, peer, "commune.yaml");
      if (!existsSync(file)) return [];
      const text = readFileSync(file, "utf8");
      if (!known.has(text)) known.set(text, readLinks(file, text, metropolis));
      const links = known.get(text);
      return links === undefined ? [] : [[peer, links] as const];
    }),
  );
}
