import type { Path } from "../../foundation/declaration/position.ts";
import type { VersionSeries } from "../../services/service.ts";
import { type Change, change } from "./change.ts";
import type { Interruption } from "./effect.ts";

/** A service whose version is compared with what it was. */
export interface Versioned {
  service: string;
  title: string;
  versions: VersionSeries;
  from: string;
  to: string;
}

/** What becomes of another version: it goes on, it went too far, or it went back. Nothing for the same. */
export function versionChange({ service, title, versions, from, to }: Versioned): Change[] {
  const field: Path = [service, "version"];
  const of = { what: "version", name: service, from, to, affected: [service], field } as const;
  const order = compare(parts(from), parts(to));
  if (from === to) return [];
  if (order > 0) {
    return [change({ ...of, effect: "refused", told: { sentence: "versionBack", with: { from, to } } })];
  }
  const line = (version: string) => parts(version).slice(0, versions.series === "major version" ? 1 : 2);
  if (isSkipped(line(from), line(to))) {
    const next = versions.newest.find(
      (version) => compare(line(version), line(from)) > 0 && compare(line(version), line(to)) < 0,
    );
    const unit = versions.series === "major version" ? "major" : "minor";
    return [
      change({
        ...of,
        effect: "refused",
        told: { sentence: "versionSkips", with: { from, to, unit, next } },
      }),
    ];
  }
  const interruption: Interruption = versions.during === "in use" ? "none" : "until migrated";
  return [
    change({
      ...of,
      effect: "needs a restore point",
      interruption,
      told: { sentence: "versionGoes", with: { service: title, page: service, from, to, interruption } },
    }),
  ];
}

/** Whether a series was jumped over: more than one step in its last number, or a step in an earlier one past zero. */
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
