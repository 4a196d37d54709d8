import type { LockStatus, SeenStatus, VaultStatus } from "./settings.ts";

const dayMs = 24 * 3600 * 1000;

/** Span over which growth is measured, milliseconds: a week has each kind of day. */
const looksBackMs = 7 * dayMs;

/**
 * Longest time between two scrubs before somebody has to look, milliseconds. A vault is scrubbed once a day; two may
 * be missed.
 */
const readWithinMs = 3 * dayMs;

/** Returns the bytes by which a vault grows each day, over a week at most; undefined before a day has passed. */
export function growthPerDay({ usage = [], usedBytes }: VaultStatus, now: Date): number | undefined {
  const age = (at: string) => now.getTime() - Date.parse(at);
  const first = usage.find(({ at }) => age(at) <= looksBackMs + dayMs / 2);
  if (first === undefined || age(first.at) < dayMs) return undefined;
  return ((usedBytes - first.usedBytes) / age(first.at)) * dayMs;
}

/** Returns the days until a vault is full at its current growth; undefined if it does not grow. */
export function daysLeft(status: VaultStatus, now: Date): number | undefined {
  const growth = growthPerDay(status, now);
  if (growth === undefined || growth <= 0) return undefined;
  return Math.max(0, Math.floor((status.quotaBytes - status.usedBytes) / growth));
}

/** Returns why a thief with the keys to a bucket could delete copies before their last day; empty if none. */
export function lockComplaints(lock: LockStatus | undefined): string[] {
  if (lock === undefined) return ["its keys may not ask how its bucket locks what comes to it"];
  const { versioning, mode, days, neededDays } = lock;
  if (versioning !== "Enabled")
    return ["its bucket keeps no versions: whoever has its keys can delete every copy at once"];
  if (mode !== "COMPLIANCE") {
    const is = mode === undefined ? "locks nothing" : `locks in the mode ${mode}, which its owner can lift`;
    return [`its bucket ${is}: whoever has its keys can delete every copy at once`];
  }
  return days >= neededDays
    ? []
    : [`its bucket locks what comes for ${days} days, and copies are kept for up to ${neededDays}`];
}

/** Returns the problems of a vault that its guest has to look at. */
export function vaultComplaints(status: SeenStatus, now: Date): string[] {
  if ("lock" in status) return lockComplaints(status.lock);
  const { scrub, quarantined } = status;
  const left = daysLeft(status, now);
  return [
    ...(quarantined.length > 0
      ? [`${quarantined.length} of its files are not what they were, and in quarantine: ${quarantined[0]}`]
      : []),
    ...(scrub !== undefined && now.getTime() - Date.parse(scrub.finished) > readWithinMs
      ? [`its host has not read its files since ${scrub.finished}`]
      : []),
    ...(left !== undefined && left < 30 ? [`it is full in ${left} days as it grows now`] : []),
  ];
}
