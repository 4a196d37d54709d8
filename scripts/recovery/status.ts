import { dirname } from "node:path";
import { Command, Option } from "commander";
import { drillsOf, drillText } from "../../audit/drills/drills.ts";
import { keepersOf } from "../../components/commune/keepers.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import type { KeeperPlan } from "../../components/recovery/keeper/plan.ts";
import { hostsOf, newest } from "../../components/recovery/points/chain.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { metricsOf } from "../../programs/keeper/metrics.ts";
import { contextHelp, contextOf } from "../reach.ts";
import { seenKeeper, serverText } from "./keepers-seen.ts";
import { chainsOf, ordinary, planOf, type Surroundings } from "./points.ts";
import { latenessIn } from "./points-metrics.ts";
import { seenVaults, vaultMetrics, vaultText } from "./vaults-seen.ts";

/** Findings about one service, or about one application of an association: its newest restore point and who has it. */
interface FoundService {
  service: string;
  newest?: string;
  at?: readonly string[];
  /** Time at which the last run proved everything that a vault lists, ISO 8601, by host. */
  proved?: Readonly<Record<string, string>>;
  complaints: string[];
}

/** `commune recovery status`: how much would be lost now, and what a person has to look at. */
export function statusCommand(surroundings: Surroundings = ordinary): Command {
  return new Command("status")
    .description(
      "Say of each database server how much of it would be lost now, of each service and each application of an association its newest restore point, of each vault how it grows and when all of it was read last, and what is not well. Ends with 1 then. Changes nothing.",
    )
    .argument("<commune>", "id of the commune")
    .option("--context <name>", contextHelp)
    .addOption(new Option("--json", "print the result as JSON").conflicts("prometheus"))
    .option("--prometheus", "print what keepers and vaults say as Prometheus reads it")
    .action(async (id: string, options: { context?: string; json?: true; prometheus?: true }) => {
      const plan = planOf(surroundings, id);
      const keepers = declaredKeepers(plan, id);
      const context = contextOf(id, options.context, dirname(surroundings.stacks));
      const [servers, services, vaults] = await Promise.all([
        Promise.all(keepers.map((keeper) => seenKeeper(surroundings, keeper, context))),
        foundServices(surroundings, plan, context),
        seenVaults(
          surroundings,
          id,
          plan.keptVaults.map(({ host }) => host),
        ),
      ]);
      const now = surroundings.now();
      const drill = drillsOf(surroundings.stacks, id).held.at(-1);
      if (options.json) {
        console.log(JSON.stringify({ servers, services, vaults, drill: drill ?? null }, undefined, 2));
      } else if (options.prometheus) {
        process.stdout.write(
          [
            ...servers.map(({ status }) => (status ? metricsOf(status, now) : "")),
            vaultMetrics(id, vaults),
          ].join(""),
        );
      } else {
        const text = [
          ...servers.map((each) => serverText(each, now)),
          ...services.map(serviceText),
          ...vaults.map((each) => vaultText(each, now)),
          drill === undefined ? "last drill: none" : `last drill: ${drillText(drill)}`,
        ];
        console.log(text.join("\n"));
      }
      const all = [...servers, ...services, ...vaults];
      if (all.some(({ complaints }) => complaints.length > 0)) process.exitCode = 1;
    });
}

function declaredKeepers(plan: CommunePlan, id: string): KeeperPlan[] {
  const keepers = keepersOf(plan);
  if (keepers.length === 0 && plan.points.length === 0) {
    throw new Error(
      `${id} has no database that is copied: write recovery: { vaults: [<member>] } first (docs/recovery.md).`,
    );
  }
  return keepers;
}

/** The newest point of each service that has some; contradictions are reported by `recovery points`. */
async function foundServices(
  surroundings: Surroundings,
  plan: CommunePlan,
  context: string | undefined,
): Promise<FoundService[]> {
  const all = plan.points;
  if (all.length === 0) return [];
  try {
    const chains = await chainsOf(surroundings, plan, context === undefined ? {} : { context });
    return chains.map((each): FoundService => {
      const { service, chain, silent, proved, damaged } = each;
      const last = newest(chain);
      const late = latenessIn(plan, each, surroundings.now());
      return {
        service,
        ...(last && { newest: pointId(last.head), at: hostsOf(last), proved }),
        complaints: [
          ...(last === undefined ? ["there is no restore point"] : []),
          ...(late === undefined ? [] : [late]),
          ...(damaged === undefined ? [] : [damaged]),
          ...chain.findings.map(({ message }) => message),
          ...silent,
        ],
      };
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return all.map(({ service }) => ({ service, complaints: [why] }));
  }
}

function serviceText({
  service,
  newest: last,
  at = [],
  proved = {},
  complaints: wrong,
}: FoundService): string {
  const where = at.map((host) =>
    proved[host] === undefined ? host : `${host} (proved ${proved[host].slice(0, 16).replace("T", " ")})`,
  );
  return [
    last === undefined
      ? `${service}: no restore point`
      : `${service}: restore point ${last}, at ${where.join(", ") || "no vault"}`,
    ...wrong.map((line) => `  ! ${line}`),
  ].join("\n");
}
