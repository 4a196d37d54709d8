import { secretName } from "../../foundation/seed/labels.ts";
import { plannedServices } from "../../services/index.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { secretsOf, versionsOf } from "../secrets.ts";
import { type Change, change } from "./change.ts";
import type { Told } from "./sentences.ts";

/** Finds passwords and keys with another version. Those that devices have to be prepared for are in moves.ts. */
export function secretChanges(before: Published, plan: CommunePlan): Change[] {
  const labels = new Map(secretsOf(plan).map((label) => [secretName(label), label]));
  return Object.entries(versionsOf(plan)).flatMap(([name, to]) => {
    const from = before.secrets?.[name] ?? 1;
    const rotation = labels.get(name)?.rotation ?? "given";
    if (from === to || (from < to && rotation === "prepared anew")) return [];
    const users = usersOf(name, plan);
    const told: Told =
      from > to
        ? { sentence: "secretBack", with: { secret: name, from, to } }
        : { sentence: "secretRotates", with: { secret: name, to, rotation } };
    return [
      change({
        ...{ what: "secret", name, from, to, told, affected: users },
        field: from > to && !(name in plan.secretVersions) ? ["secrets"] : ["secrets", name],
        effect: from > to ? "refused" : "reversible",
        // Until every pod has restarted, some log in with the former one.
        interruption: from < to && users.length > 0 ? "short" : "none",
      }),
    ];
  });
}

/** Returns the services that log in with a secret, or whose secret it is; the association if it belongs to one. */
function usersOf(name: string, plan: CommunePlan): string[] {
  const [owner = ""] = name.split("/");
  const services = plannedServices(plan).filter(
    ({ service, dedicatedDatabase }) =>
      owner === service ||
      owner === (dedicatedDatabase?.server ?? "database") ||
      name === `database-${service}-password` ||
      // The password of a relay, a store or a provider may be used by any service.
      (!name.includes("/") && !name.startsWith("database-")),
  );
  const associations = (plan.tenants ?? []).filter(({ service }) => owner === service);
  return [...services, ...associations].map(({ service }) => service);
}
