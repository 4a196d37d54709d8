import { titleOf, wordFor } from "../components/commune/changes/words.ts";
import { dataHoldersOf } from "../components/commune/holders.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import { joined } from "../components/foundation/language/numbers.ts";
import { dataWords } from "../components/foundation/manifest/data-words.ts";
import { footprints, total } from "./footprint.ts";
import { energy } from "./hardware.ts";
import type { FactsRule } from "./rule.ts";

/**
 * Kinds of personal data that a commune holds for itself, each with its holders. A neighbour's copies are the
 * neighbour's to report.
 */
function heldKinds(plan: CommunePlan): Map<string, Set<string>> {
  const held = new Map<string, Set<string>>();
  for (const { service, data, retirement } of dataHoldersOf(plan)) {
    if (retirement?.data === "released") continue;
    for (const kind of data.split(".")) {
      if (kind === "none" || kind === "encrypted-copies") continue;
      held.set(kind, (held.get(kind) ?? new Set()).add(service));
    }
  }
  return held;
}

const retentionPeriod: FactsRule = {
  id: "retention-period",
  level: "advisory",
  serves: "citizenship",
  description: {
    en: "Pages of the commune say how long each kind of personal data is kept.",
    fr: "Les pages de la commune disent combien de temps chaque sorte de données de personnes est gardée.",
  },
  examples: {
    keeps: "retention: with every kind that is held",
    breaks: "mastodon: {} without retention.posts",
  },
  reads: "facts",
  check: ({ declaration, plan }) => {
    // The legal page is where it is read.
    if (plan.portal === undefined) return [];
    const declared: Readonly<Record<string, string | undefined>> = declaration.retention ?? {};
    return [...heldKinds(plan)]
      .filter(([kind]) => declared[kind] === undefined)
      .map(([kind, services]) => ({
        what: `retention.${kind}`,
        message: `is not declared, and ${[...services].sort().join(", ")} ${services.size === 1 ? "holds" : "hold"} it: nobody reads how long. Write it in one line of French (docs/declaration.md).`,
        french: `n’est pas déclaré, alors que ${joined(
          [...services].sort().map((service) => titleOf(service, "fr")),
          "fr",
        )} ${services.size === 1 ? "contient" : "contiennent"} ces données (${wordFor(dataWords, kind, "fr")}) : personne ne lit combien de temps elles sont gardées. L’écrire en une ligne de français (docs/declaration.md).`,
      }));
  },
};

const energyBudget: FactsRule = {
  id: "energy-budget",
  level: "mandatory",
  serves: "ecology",
  description: {
    en: "A commune takes no more energy than it has declared.",
    fr: "Une commune ne prend pas plus d’énergie qu’elle n’a déclaré.",
  },
  examples: { keeps: "budget: 1000, for what takes about 178 kWh", breaks: "budget: 100 for the same" },
  reads: "facts",
  check: ({ declaration, objects }) => {
    const budget = declaration.energy?.budget;
    if (budget === undefined) return [];
    const asked = Math.round(energy(total(footprints(objects))).kilowattHoursPerYear);
    return asked <= budget
      ? []
      : [
          {
            what: "energy.budget",
            message: `is ${budget} kWh a year, and what is declared would take about ${asked} (npx commune size ${declaration.id}). Declare less, or raise it for everybody to read.`,
            french: `est de ${budget} kWh par an, et ce qui est déclaré en prendrait environ ${asked} (npx commune size ${declaration.id}). Déclarer moins, ou augmenter le budget, que chacun peut lire.`,
          },
        ];
  },
};

export const promiseRules = [retentionPeriod, energyBudget];
