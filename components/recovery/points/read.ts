import type { OpenVault } from "../vault/open-vault.ts";
import type { Held } from "./chain.ts";
import { sequenceIn } from "./head.ts";

/** All that a vault holds of the points of a service. Throws where it does not answer, or not to this commune. */
export async function heldAt(vault: OpenVault, service: string): Promise<Held> {
  const points = new Map<string, string>();
  for (const name of await vault.once()) {
    const text = sequenceIn(service, name) === undefined ? undefined : await vault.get(`once/${name}`);
    if (text !== undefined) points.set(name, text.toString("utf8"));
  }
  return { host: vault.host, points };
}
