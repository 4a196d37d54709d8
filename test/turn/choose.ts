/** In so many runs every file had its turn. */
export const turns = 12;

/** A test file that a run may leave out. */
export interface Candidate {
  file: string;
  /** Seconds that it took when it ran last; undefined if that is not on record. */
  seconds: number | undefined;
  /** Whether it, or what it is made of, is not as it was when it was last seen green. */
  changed: boolean;
}

/** Files of a stage, by whether they run and why. */
export interface Choice {
  changed: string[];
  turn: string[];
  left: string[];
}

/** For what is not on record. */
const usual = 60;

/**
 * Chooses what changed, and a twelfth of all by the count of commits. Twelfths are about as long as each other: the longest
 * file goes to the shortest of them, and so on.
 */
export function choose(candidates: readonly Candidate[], count: number): Choice {
  const twelfths = Array.from({ length: turns }, () => ({ seconds: 0, files: [] as Candidate[] }));
  const longestFirst = [...candidates].sort(
    (a, b) => (b.seconds ?? usual) - (a.seconds ?? usual) || a.file.localeCompare(b.file, "en"),
  );
  for (const candidate of longestFirst) {
    const shortest = twelfths.reduce((least, each) => (each.seconds < least.seconds ? each : least));
    shortest.files.push(candidate);
    shortest.seconds += candidate.seconds ?? usual;
  }
  const inTurn = new Set(twelfths[count % turns]?.files);
  const named = (kept: (candidate: Candidate) => boolean) => candidates.filter(kept).map(({ file }) => file);
  return {
    changed: named(({ changed }) => changed),
    turn: named((each) => !each.changed && inTurn.has(each)),
    left: named((each) => !each.changed && !inTurn.has(each)),
  };
}
