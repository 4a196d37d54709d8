import { type Repository, seriesOf } from "./names.ts";

/** What a host knows of a generation, without any key. */
export interface KeptGeneration {
  service: string;
  generation: string;
  /** The last day on which it is kept, as its guest declared it once; nothing when it never did. */
  until: string | undefined;
  /** Whether its guest said that a complete restore point is in it, and the files of one are there. */
  isComplete: boolean;
  /** Whether its guest said that nothing follows it, because what it is of was erased. */
  isEnded: boolean;
}

/** The name, created once, under which a guest says that nothing follows a generation: `ended-t-chorale-wordpress-files-2026q4`. */
export function endedName({ service, generation }: Repository): string {
  return `ended-${service}-${generation}`;
}

/**
 * The generations that a host no longer keeps: the day that the guest declared is past, and a later generation of the
 * same kind and service holds a complete point, or the guest said that none will. Otherwise the last complete one is kept
 * for ever, whatever its day.
 *
 * @param today as `2026-11-26`.
 */
export function outlived(kept: readonly KeptGeneration[], today: string): KeptGeneration[] {
  return kept.filter((old) => {
    if (old.until === undefined || old.until >= today) return false;
    return old.isEnded || kept.some((other) => other.isComplete && follows(other, old));
  });
}

function follows(other: KeptGeneration, old: KeptGeneration): boolean {
  const [later, earlier] = [seriesOf(other.generation), seriesOf(old.generation)];
  return (
    other.service === old.service &&
    later !== undefined &&
    earlier !== undefined &&
    later.kind === earlier.kind &&
    // A quarter and a day do not compare.
    later.period.length === earlier.period.length &&
    later.period > earlier.period
  );
}
