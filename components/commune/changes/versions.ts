import type { VersionSeries } from "../../services/service.ts";
import { type Change, change } from "./change.ts";
import { effectOf, type Interruption } from "./effect.ts";
import type { Told } from "./sentences.ts";

/** A service whose version is compared with the former one. */
export interface Versioned {
  service: string;
  title: string;
  versions: VersionSeries;
  from: string;
  to: string;
  /** The version to which its data was restored, from `commune:restored`. */
  restored?: string | undefined;
}

/** Judges another version: it goes on, it skips a series, or it goes back. Empty if the version is unchanged. */
export function versionChange({ service, title, versions, from, to, restored }: Versioned): Change[] {
  if (from === to) return [];
  const field = [service, "version"];
  const of = { what: "version", name: service, from, to, affected: [service], field } as const;
  // Its data has that version again.
  if (restored === to && isBack(from, to)) {
    const told = { sentence: "versionRestored", with: { service: title, from, to } } as const;
    return [change({ ...of, effect: "reversible", interruption: "until migrated", told })];
  }
  const refused = refusedVersion(versions, from, to);
  if (refused !== undefined) return [change({ ...of, effect: "refused", told: refused })];
  const interruption: Interruption = versions.during === "in use" ? "none" : "until migrated";
  return [
    change({
      ...of,
      effect: effectOf(refusedVersion(versions, to, from)),
      interruption,
      told: { sentence: "versionGoes", with: { service: title, page: service, from, to, interruption } },
    }),
  ];
}

/** Returns the reason why one version cannot become another; undefined if it can. */
function refusedVersion(versions: VersionSeries, from: string, to: string): Told | undefined {
  if (isBack(from, to)) return { sentence: "versionBack", with: { from, to } };
  const line = (version: string) => parts(version).slice(0, versions.series === "major version" ? 1 : 2);
  if (!isSkipped(line(from), line(to))) return undefined;
  const next = versions.newest.find(
    (version) => compare(line(version), line(from)) > 0 && compare(line(version), line(to)) < 0,
  );
  const unit = versions.series === "major version" ? "major" : "minor";
  return { sentence: "versionSkips", with: { from, to, unit, next } };
}

function isBack(from: string, to: string): boolean {
  return compare(parts(from), parts(to)) > 0;
}

/** Whether a series is skipped: more than one step in its last number, or a step in an earlier one past zero. */
function isSkipped(from: readonly number[], to: readonly number[]): boolean {
  const last = from.length - 1;
  const sameBefore = from.slice(0, last).every((part, index) => part === to[index]);
  const [fromLast = 0, toLast = 0] = [from[last], to[last]];
  return sameBefore ? toLast > fromLast + 1 : toLast > 0 || (to[0] ?? 0) > (from[0] ?? 0) + 1;
}

function parts(version: string): number[] {
  return (version.split("-")[0] ?? "").split(".").map(Number);
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [index, part] of one.entries()) {
    const difference = part - (other[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
