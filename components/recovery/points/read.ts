import type { OpenVault } from "../vault/open-vault.ts";
import type { Held } from "./chain.ts";
import { type Head, sequenceIn } from "./head.ts";
import { judgePoint } from "./sealed.ts";
import type { Owner } from "./signer.ts";

/** All that a vault holds of the points of a service. Throws where it does not answer, or not to this commune. */
export async function heldAt(vault: OpenVault, service: string): Promise<Held> {
  const points = new Map<string, string>();
  for (const name of await vault.once()) {
    const text = sequenceIn(service, name) === undefined ? undefined : await vault.get(`once/${name}`);
    if (text !== undefined) points.set(name, text.toString("utf8"));
  }
  return { host: vault.host, points };
}

/** How many names of points are looked at that the commune did not sign, before the host is taken for one that has none. */
const mostWorthless = 5;

/**
 * The head of the newest point of a service that a vault gives and the commune signed; nothing where it has none.
 *
 * @param publicKey of the commune's descriptor, a Multikey.
 * @param names what was created once at this vault.
 */
export async function newestHeadAt(
  vault: Pick<OpenVault, "get">,
  names: readonly string[],
  owner: Owner,
  publicKey: string,
): Promise<Head | undefined> {
  const newest = names
    .map((name) => ({ name, sequence: sequenceIn(owner.service, name) ?? 0 }))
    .filter(({ sequence }) => sequence > 0)
    .sort((one, other) => other.sequence - one.sequence)
    .slice(0, mostWorthless);
  for (const { name, sequence } of newest) {
    const text = (await vault.get(`once/${name}`))?.toString("utf8") ?? "";
    const { point } = judgePoint(text, owner, publicKey);
    if (point?.head.sequence === sequence) return point.head;
  }
  return undefined;
}
