import { isNewerTag } from "../image/newer.ts";
import type { Notice, Upstream } from "./schema.ts";

/** Order of versions, oldest first: negative if the first is older. */
export function byVersion(one: string, other: string): number {
  if (isNewerTag(one, other)) return 1;
  return isNewerTag(other, one) ? -1 : 0;
}

/** Returns the series of a version: `33` or `8.1`. */
export function seriesOf(version: string, { parts }: Pick<Upstream, "parts">): string {
  return version.split(".").slice(0, parts).join(".");
}

/** Returns the newest version of each series, oldest series first. */
export function newestVersions({ newest }: Pick<Upstream, "newest">): string[] {
  return Object.values(newest)
    .map(({ version }) => version)
    .sort(byVersion);
}

/**
 * Whether a version has the fault of a notice. If its own series has a fix, that decides; otherwise every version is taken
 * to have it that is older than the newest fix.
 */
export function isAffected(
  version: string,
  { since, fixed }: Pick<Notice, "since" | "fixed">,
  of: Pick<Upstream, "parts">,
): boolean {
  if (since !== undefined && isNewerTag(since, version)) return false;
  if (fixed.length === 0) return true;
  const own = fixed.find((fix) => seriesOf(fix, of) === seriesOf(version, of));
  return own === undefined ? fixed.some((fix) => isNewerTag(fix, version)) : isNewerTag(own, version);
}

/** Returns the notices that a version is affected by. */
export function noticesOf(version: string, upstream: Pick<Upstream, "parts" | "notices">): Notice[] {
  return upstream.notices.filter((notice) => isAffected(version, notice, upstream));
}
