import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { type Change, change } from "./change.ts";

/**
 * Finds whether Pulumi's protection of data begins or ends. A seed that the stack drew is deleted with the stack: if
 * copies are in the vaults of others, nobody could read them any more, so the seed has to be kept elsewhere first.
 */
export function protectionChanges(
  before: Published,
  { keptVaults }: Pick<CommunePlan, "keptVaults">,
  { dataIsDisposable, seedKept }: { dataIsDisposable: boolean; seedKept?: string | undefined },
): Change[] {
  const to = dataIsDisposable ? "disposable" : "protected";
  const { data: from, seed, seedFrom } = before;
  if (from === undefined || from === to) return [];
  const of = { what: "site", name: "data", from, to, field: [] } as const;
  if (dataIsDisposable && seedFrom === "drawn" && keptVaults.length > 0 && seedKept !== seed) {
    const hosts = keptVaults.map(({ host }) => host);
    return [change({ ...of, effect: "refused", told: { sentence: "seedNowhereElse", with: { hosts } } })];
  }
  const sentence = dataIsDisposable ? "protectionEnds" : "protectionBegins";
  return [change({ ...of, effect: "reversible", told: { sentence, with: {} } })];
}
