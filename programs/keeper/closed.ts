import { keeperKinds } from "../../components/recovery/keeper/generation.ts";
import { readRepository, seriesOf } from "../../components/recovery/vault/names.ts";
import type { CopiedVault } from "../../components/recovery/vault/open-vault.ts";
import { isKept } from "../../components/recovery/vault/retention.ts";
import { messageOf } from "./run.ts";

/** Closed generations of a server at its vaults. */
interface Closed {
  /** Generations at the vault that is asked first, then those at others alone, each in reverse order. */
  names: readonly string[];
  /** Generations that a vault calls complete. */
  complete: ReadonlySet<string>;
  /** Errors of the other vaults. */
  failed: readonly string[];
}

/** The vaults that are asked, of which server, and when. */
interface Asked {
  vault: CopiedVault;
  /** The other vaults that answer now. */
  others: () => readonly CopiedVault[];
  service: string;
  now: () => Date;
}

/** Kinds of a server's generations. */
const kinds: ReadonlySet<string> = new Set(Object.values(keeperKinds));

/**
 * Returns the closed generations that are kept. Which ones are past their day is reckoned here: on a host's word, one would
 * be brought again and again.
 *
 * @param wanted generations that are not closed.
 */
export async function closedGenerations(
  { vault, others, service, now }: Asked,
  wanted: readonly { generation: string }[],
): Promise<Closed> {
  const open = new Set(wanted.map(({ generation }) => generation));
  const [here, elsewhere, complete] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const failed: string[] = [];
  for (const each of [vault, ...others()]) {
    try {
      for (const { name, isComplete } of (await each.status()).generations) {
        const { service: of, generation = "" } = readRepository(name) ?? {};
        const isOurs = of === service && kinds.has(seriesOf(generation)?.kind ?? "");
        if (!isOurs || open.has(generation) || !isKept(generation, vault.keepDays, now())) continue;
        (each === vault ? here : elsewhere).add(generation);
        if (isComplete) complete.add(generation);
      }
    } catch (error) {
      if (each === vault) throw error;
      failed.push(messageOf(error));
    }
  }
  const alone = [...elsewhere].filter((name) => !here.has(name));
  return { names: [...[...here].sort().reverse(), ...alone.sort().reverse()], complete, failed };
}
