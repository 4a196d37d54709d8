import { wordFor } from "../../components/commune/changes/words.ts";
import { dataHoldersOf, onVolume } from "../../components/commune/holders.ts";
import { keepersOf } from "../../components/commune/keepers.ts";
import { dataWords } from "../../components/foundation/manifest/data-words.ts";
import { keeperHolders } from "../../components/recovery/keeper/manifests.ts";
import type { EvidenceFacts } from "./facts.ts";

/** Returns every place where data is, the spools among them: copies on their way to the vaults. */
export function placesOf({ plan }: Pick<EvidenceFacts, "plan">) {
  const spools = keepersOf(plan).flatMap((keeper) => {
    const { namespace, volumes } = keeperHolders(keeper);
    return volumes.map(({ name, sizeGiB, workload }) => ({
      ...{ name, sizeGiB, service: namespace.service, data: workload.data, place: onVolume },
    }));
  });
  return [...dataHoldersOf(plan), ...spools];
}

/** Kinds of personal data in French, with commas between. */
export const categoriesText = (categories: readonly string[]): string =>
  categories.map((each) => wordFor(dataWords, each, "fr")).join(", ");
