import { footprints, total } from "../audit/footprint.ts";
import { energy } from "../audit/hardware.ts";
import { dataHoldersOf } from "../components/commune/holders.ts";
import type { CommunePlan } from "../components/commune/plan.ts";
import type { FactsRule } from "./rule.ts";

/** Kinds of personal data that a commune holds for its own, each with what holds it. Another's copies are another's to tell. */
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
  description: "Pages of the commune say how long each kind of personal data is kept.",
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
      }));
  },
};

const energyBudget: FactsRule = {
  id: "energy-budget",
  level: "mandatory",
  serves: "ecology",
  description: "A commune takes no more energy than it has declared.",
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
          },
        ];
  },
};

export const promiseRules = [retentionPeriod, energyBudget];
