import { dirname } from "node:path";
import { Command } from "commander";
import { drillsOf, drillText } from "../../audit/drills/told.ts";
import { keepersOf } from "../../components/commune/keepers.ts";
import type { KeeperPlan } from "../../components/recovery/keeper/plan.ts";
import { keeperService } from "../../components/recovery/keeper/plan.ts";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { spoolFiles, spoolFolder } from "../../components/recovery/keeper/settings.ts";
import { complaints, dumpEverySeconds, reachedSeconds } from "../../components/recovery/keeper/status.ts";
import { metricsOf } from "../../programs/keeper/metrics.ts";
import { contextHelp, contextOf } from "../reach.ts";
import { ordinary, planOf, type Surroundings } from "./points.ts";

/** Where the command finds things. */
export type StatusSurroundings = Pick<Surroundings, "stacks" | "kubectl" | "now">;

/** What was found of one server: what its keeper says, or why it says nothing. */
interface Found {
  server: string;
  status?: KeeperStatus;
  complaints: string[];
}

/** `commune recovery status`: how much would be lost now, and what a person has to look at. */
export function statusCommand(surroundings: StatusSurroundings = ordinary): Command {
  return new Command("status")
    .description(
      "Say of each database server how much of it would be lost now, and what is not well. Ends with 1 then. Changes nothing.",
    )
    .argument("<commune>", "id of the commune")
    .option("--context <name>", contextHelp)
    .option("--json", "print the result as JSON")
    .option("--prometheus", "print the result as Prometheus reads it")
    .action(async (id: string, options: { context?: string; json?: true; prometheus?: true }) => {
      const keepers = declaredKeepers(surroundings, id);
      const context = contextOf(id, options.context, dirname(surroundings.stacks));
      const found = await Promise.all(keepers.map((keeper) => look(surroundings, keeper, context)));
      const now = surroundings.now();
      const drill = drillsOf(surroundings.stacks, id).held.at(-1);
      if (options.json) console.log(JSON.stringify(found, undefined, 2));
      else if (options.prometheus) {
        process.stdout.write(found.map(({ status }) => (status ? metricsOf(status, now) : "")).join(""));
      } else {
        const last = drill === undefined ? "last drill: none" : `last drill: ${drillText(drill)}`;
        console.log([...found.map((each) => statusText(each, now)), last].join("\n"));
      }
      if (found.some(({ complaints }) => complaints.length > 0)) process.exitCode = 1;
    });
}

function declaredKeepers({ stacks }: StatusSurroundings, id: string): KeeperPlan[] {
  const keepers = keepersOf(planOf({ stacks }, id));
  if (keepers.length === 0) {
    throw new Error(
      `${id} has no database that is copied: write recovery: { vaults: [<member>] } first (docs/recovery.md).`,
    );
  }
  return keepers;
}

async function look(
  { kubectl, now }: StatusSurroundings,
  { commune, server }: KeeperPlan,
  context: string | undefined,
): Promise<Found> {
  try {
    const text = await kubectl([
      ...(context ? [`--context=${context}`] : []),
      ...[`--namespace=${commune}-${keeperService(server)}`, "exec", "keeper-0", "--container=ship"],
      ...["--", "cat", `${spoolFolder}/${spoolFiles.status}`],
    ]);
    const status = JSON.parse(text) as KeeperStatus;
    const silent = (now().getTime() - Date.parse(status.at)) / 1000;
    const late =
      silent > status.rpoSeconds ? [`the keeper has said nothing for ${Math.round(silent)} s`] : [];
    return { server, status, complaints: [...late, ...complaints(status, now())] };
  } catch (error) {
    const why = error instanceof Error ? error.message.split("\n").slice(0, 2).join(" ") : String(error);
    return { server, complaints: [`the keeper says nothing: ${why}`] };
  }
}

/** `database: 12 s would be lost, 300 s are promised …`, and a line for each complaint. */
export function statusText({ server, status, complaints: wrong }: Found, now: Date): string {
  const reached = status && reachedSeconds(status, now);
  const promised = status?.method === "log" ? status.rpoSeconds : dumpEverySeconds;
  const head =
    reached === undefined
      ? `${server}: nothing can be restored`
      : `${server}: ${Math.round(reached)} s would be lost now, ${promised} s are promised`;
  const { shipped, base, slot, dumps = [], gaps = [], spool } = status ?? {};
  return [
    head,
    ...(shipped
      ? [`  any moment until ${shipped.until} (${shipped.end}, shipment ${shipped.sequence})`]
      : []),
    ...(base ? [`  last whole copy ${base.ended}, in ${base.generation}`] : []),
    ...dumps.map(({ database, at, tables }) => `  last dump of ${database} ${at}, ${tables} tables`),
    ...(slot ? [`  slot ${slot.status}${slot.isActive ? "" : ", nobody receives"}`] : []),
    ...(spool ? [`  spool ${mebibytes(spool.usedBytes)} of ${mebibytes(spool.limitBytes)}`] : []),
    ...gaps.flatMap(({ from, to, reason }) =>
      from === undefined ? [] : [`  nothing between ${from} and ${to ?? "now"}: ${reason}`],
    ),
    ...wrong.map((line) => `  ! ${line}`),
  ].join("\n");
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
