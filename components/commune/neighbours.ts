import { existsSync, readFileSync } from "node:fs";
import type { Federation } from "../federation/members.ts";
import { readDeclaration } from "../foundation/declaration/load.ts";
import { inCommune } from "../foundation/declaration/stacks.ts";
import { communeSchema } from "./declaration.ts";
import { linksOf } from "./links.ts";

/** Results by text: in one run over 58 communes that name each other, each is read once. */
const known = new Map<string, readonly string[] | undefined>();

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
  return new Map(
    peers.flatMap((peer) => {
      const file = inCommune(stacks, peer, "commune.yaml");
      if (!existsSync(file)) return [];
      const text = readFileSync(file, "utf8");
      const key = `${Object.keys(metropolis.members).join(" ")}\n${text}`;
      if (!known.has(key)) known.set(key, readLinks(file, text, metropolis));
      const links = known.get(key);
      return links === undefined ? [] : [[peer, links] as const];
    }),
  );
}
