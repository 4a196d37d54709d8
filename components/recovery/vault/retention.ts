import { type Repository, type Series, seriesOf } from "./names.ts";

const dayMs = 24 * 3_600_000;

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** Returns the first and the last day of a generation: of its quarter, or its one day. */
function daysOf({ period }: Series): { first: string; last: string } {
  const [, year, quarter] = /^(\d{4})q(\d)$/.exec(period) ?? [];
  if (year === undefined) return { first: period, last: period };
  const month = (Number(quarter) - 1) * 3;
  return {
    first: dayOf(Date.UTC(Number(year), month, 1)),
    last: dayOf(Date.UTC(Number(year), month + 3, 0)),
  };
}

/**
 * Whether a generation's period has begun, on a clock that is a day behind at most. Nobody can have brought anything
 * to a period that has not begun, and it follows nothing.
 */
export function hasBegun(generation: string, now: Date): boolean {
  const series = seriesOf(generation);
  return series !== undefined && daysOf(series).first <= dayOf(now.getTime() + dayMs);
}

/**
 * Returns the last day on which a host keeps a generation: the day after its own last one, on which the log of a day
 * continues until the next night's base copy, plus the time for which its guest keeps copies. `2027-04-01` for 90 days
 * after the fourth quarter of 2026; undefined for anything but a generation.
 */
export function keptUntil(generation: string, keepDays: number): string | undefined {
  const series = seriesOf(generation);
  return series && dayOf(Date.parse(`${daysOf(series).last}T00:00:00Z`) + (1 + keepDays) * dayMs);
}

/**
 * Whether a generation's last day is not past. A host's own word on that does not count where it could have what is past
 * brought to another vault again and again.
 */
export function isKept(generation: string, keepDays: number, now: Date): boolean {
  const until = keptUntil(generation, keepDays);
  return until !== undefined && until >= dayOf(now.getTime());
}

/** Facts about a generation that a host knows without any key. */
export interface KeptGeneration {
  service: string;
  generation: string;
  /** Last day on which it is kept, as its host computed when it was begun; undefined for one that was never begun. */
  until: string | undefined;
  /** Whether its guest stated that it contains a complete restore point, and the files of one exist. */
  isComplete: boolean;
  /** Whether its guest stated that nothing follows it, because its subject was erased. */
  isEnded: boolean;
}

/**
 * Returns the name, created once, under which a guest states that nothing follows a generation:
 * `ended-t-chorale-wordpress-files-2026q4`.
 */
export function endedName({ service, generation }: Repository): string {
  return `ended-${service}-${generation}`;
}

/**
 * Returns the generations that a host no longer keeps: their day is past, and either a later generation of the same
 * kind and service, whose period has begun, holds a complete point, or the guest stated that none will follow.
 * Otherwise the last complete one is kept for ever, whatever its day.
 */
export function outlived(kept: readonly KeptGeneration[], now: Date): KeptGeneration[] {
  const followers = kept.filter(({ generation, isComplete }) => isComplete && hasBegun(generation, now));
  return kept.filter((old) => {
    if (old.until === undefined || old.until >= dayOf(now.getTime())) return false;
    return old.isEnded || followers.some((other) => follows(other, old));
  });
}

function follows(other: KeptGeneration, old: KeptGeneration): boolean {
  const [later, earlier] = [seriesOf(other.generation), seriesOf(old.generation)];
  return (
    other.service === old.service &&
    later !== undefined &&
    earlier !== undefined &&
    later.kind === earlier.kind &&
    daysOf(later).first > daysOf(earlier).last
  );
}
