import { rehearsalComplaints } from "../rehearsal/rehearsal.ts";
import type { KeeperStatus } from "./settings.ts";

/** Returns the seconds of changes that would be lost if the site were lost now; undefined if there is no copy yet. */
export function reachedSeconds({ confirmed }: KeeperStatus, now: Date): number | undefined {
  return confirmed === undefined ? undefined : Math.max(0, (now.getTime() - Date.parse(confirmed)) / 1000);
}

/** Seconds between two dumps of the databases. */
export const dumpEverySeconds = 24 * 3600;

/** Returns the problems of a keeper that a person has to look at. */
export function complaints(status: KeeperStatus, now: Date): string[] {
  const { failures, rpoSeconds, gaps, vaults, spool, method, rehearsals } = status;
  const hosts = vaults.map(({ host }) => host);
  const reached = reachedSeconds(status, now);
  const allowed = method === "log" ? rpoSeconds : dumpEverySeconds + 3600;
  const open = gaps.find(({ to }) => to === undefined);
  return [
    ...(reached === undefined ? ["nothing can be restored yet"] : []),
    ...(reached !== undefined && reached > allowed
      ? [`the last copy is ${Math.round(reached)} s old, and ${allowed} s were promised`]
      : []),
    ...(open ? [`nothing after ${open.from ?? "the beginning"} can be restored: ${open.reason}`] : []),
    ...failures.map(
      ({ task, since, times, message }) => `${task} failed ${times} times since ${since}: ${message}`,
    ),
    ...(spool.isHeld ? ["the spool is full, and the server keeps its log itself"] : []),
    ...vaults.flatMap(({ host, answers, problem, aheadSeconds = 0, lacks = [] }) => [
      ...(answers ? [] : [`the vault at ${host} does not answer: ${problem ?? "not asked yet"}`]),
      ...(Math.abs(aheadSeconds) > 60
        ? [`the clock of the vault at ${host} is ${Math.round(aheadSeconds)} s ahead of the keeper's`]
        : []),
      ...lacks.map(({ since, message }) => `${message} (since ${since})`),
    ]),
    ...(rehearsals === undefined ? [] : rehearsalComplaints(rehearsals, hosts, now)),
  ];
}
