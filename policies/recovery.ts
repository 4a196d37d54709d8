import { keepersOf } from "../components/commune/keepers.ts";
import type { FactsRule } from "./rule.ts";

const databasesAreCopiedInTime: FactsRule = {
  id: "databases-are-copied-in-time",
  level: "advisory",
  serves: "security",
  description: "No more of a database can be lost than was promised.",
  reads: "facts",
  check: ({ plan }) =>
    keepersOf(plan)
      .filter(({ method }) => method === "dumps")
      .map(({ rpoSeconds }) => ({
        what: "database.external",
        message: `is dumped once a day, so that up to 1 day of it can be lost and not ${rpoSeconds} seconds. Have its operator let the role "keeper" replicate, then write replication: true (docs/recovery.md).`,
      })),
};

export const recoveryRules = [databasesAreCopiedInTime];
