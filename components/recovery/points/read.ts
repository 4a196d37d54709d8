import type { OpenVault } from "../vault/open-vault.ts";
import type { Held } from "./chain.ts";
import { type Head, pointName, sequenceIn, sequencesIn } from "./head.ts";
import { judgePoint } from "./sealed.ts";
import type { Owner } from "./signer.ts";

/** Reads all points of a service that a vault holds. Throws if it does not answer, or refuses this commune. */
export async function heldAt(vault: OpenVault, service: string): Promise<Held> {
  const points = new Map<string, string>();
  for (const name of await vault.once()) {
    const text = sequenceIn(service, name) === undefined ? undefined : await vault.get(`once/${name}`);
    if (text !== undefined) points.set(name, text.toString("utf8"));
  }
  const { generations } = await vault.status();
  return { host: vault.host, points, repositories: new Set(generations.map(({ name }) => name)) };
}

/** Numbers of names that are read: first the newest, then the next. Names taken without a point thus hide none. */
const looked = { newest: 5, next: 200 };

/**
 * Returns the head of the newest point of a service that a vault gives and the commune signed; undefined if there is
 * none.
 *
 * @param publicKey of the commune's descriptor, a Multikey.
 * @param names that were created once at this vault.
 * @param known number of the newest known point: only later ones are looked for.
 */
export async function newestHeadAt(
  vault: Pick<OpenVault, "get">,
  names: readonly string[],
  { owner, publicKey, known = 0 }: { owner: Owner; publicKey: string; known?: number },
): Promise<Head | undefined> {
  const newest = sequencesIn(owner.service, names).filter((sequence) => sequence > known);
  const next = newest.slice(looked.newest).slice(-looked.next);
  for (const sequence of [...newest.slice(0, looked.newest), ...next]) {
    const name = pointName(owner.service, sequence);
    const text = (await vault.get(`once/${name}`))?.toString("utf8") ?? "";
    const { point } = judgePoint(text, owner, publicKey);
    if (point?.head.sequence === sequence) return point.head;
  }
  return undefined;
}
