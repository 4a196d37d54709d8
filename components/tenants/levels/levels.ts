/** Meaning of an application's levels, lowest first: each counts only if all below it do. */
export const levels = [
  "it renders, installs and answers",
  "it upgrades from the version before",
  "it backs up and restores",
  "it is isolated",
  "it moves to another domain",
  "it lets in whom it should, and nobody else",
  "it stays within its memory and processors",
  "all of it, twice in a row",
] as const;

/** Lowest level at which a commune can offer an application without a warning. */
export const leastLevel = 4;

/** The highest level with a step of its own; the one above it is the second round. */
const lastTried = levels.length - 1;

/** One step of a check, and what was seen. */
export interface Step {
  /** 1 to 7. */
  level: number;
  /** 1, or 2 for the second round. */
  round: number;
  did: string;
  saw: string;
  passed: boolean;
  /** End of the step, ISO 8601. */
  at: string;
}

/**
 * Returns the level that steps show: the highest one whose steps, and those of all below, passed. 0 if not even the
 * first did. Pure.
 */
export function levelOf(steps: readonly Step[]): number {
  const first = reached(steps, 1);
  return first === lastTried && reached(steps, 2) === lastTried ? levels.length : first;
}

function reached(steps: readonly Step[], round: number): number {
  const passes = (level: number) => {
    const own = steps.filter((step) => step.level === level && step.round === round);
    return own.length > 0 && own.every(({ passed }) => passed);
  };
  let level = 0;
  while (level < lastTried && passes(level + 1)) level++;
  return level;
}

/** Returns the reason why the level is not the highest one; undefined if it is. Pure. */
export function reasonOf(steps: readonly Step[]): string | undefined {
  if (levelOf(steps) === levels.length) return undefined;
  const failed = steps.find(({ passed }) => !passed);
  if (failed === undefined) return "not everything was tried";
  const when = failed.round === 1 ? "" : " the second time";
  return `${levels[failed.level - 1]}: not${when}, ${failed.saw}`;
}
