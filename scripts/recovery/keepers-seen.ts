import { type KeeperPlan, keeperService } from "../../components/recovery/keeper/plan.ts";
import {
  type KeeperStatus,
  spoolFiles,
  spoolFolder,
  type VaultSeen,
} from "../../components/recovery/keeper/settings.ts";
import { complaints, dumpEverySeconds, reachedSeconds } from "../../components/recovery/keeper/status.ts";
import type { Surroundings } from "./points.ts";

/** Findings about one server: the status of its keeper, or why there is none. */
export interface SeenKeeper {
  server: string;
  status?: KeeperStatus;
  complaints: string[];
}

/** Asks the keeper of a server in the cluster. */
export async function seenKeeper(
  { kubectl, now }: Pick<Surroundings, "kubectl" | "now">,
  { commune, server }: KeeperPlan,
  context: string | undefined,
): Promise<SeenKeeper> {
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
export function serverText({ server, status, complaints: wrong }: SeenKeeper, now: Date): string {
  const reached = status && reachedSeconds(status, now);
  const promised = status?.method === "log" ? status.rpoSeconds : dumpEverySeconds;
  const head =
    reached === undefined
      ? `${server}: nothing can be restored`
      : `${server}: ${Math.round(reached)} s would be lost now, ${promised} s are promised`;
  const { shipped, base, slot, dumps = [], gaps = [], spool, vaults = [] } = status ?? {};
  return [
    head,
    ...(shipped
      ? [`  any moment until ${shipped.until} (${shipped.end}, shipment ${shipped.sequence})`]
      : []),
    ...vaults.map(vaultLine),
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

/** `  at bron any moment until …, proved 2026-11-26 20:12`. */
function vaultLine({ host, proved, until }: VaultSeen): string {
  if (proved === undefined) return `  at ${host} no copy is proved`;
  return `  at ${host} any moment until ${until ?? "the last dump"}, proved ${proved.slice(0, 16).replace("T", " ")}`;
}

const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MiB`;
