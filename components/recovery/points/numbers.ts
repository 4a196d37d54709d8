/** Largest number of a restore point: twelve digits, of which six are always written. */
export const largestSequence = 999_999_999_999;

/** Largest number that vaults of an earlier toolkit take; any up to it may be the first one at a vault. */
const sixDigits = 999_999;

/** Most numbers between two points that follow each other at a vault: points of more than a year, one each hour. */
export const largestJump = 10_000;

/**
 * Returns the numbers that count, newest first: those up to the first jump. Whoever had a service's key could otherwise sign
 * the last number that there is, and nothing could follow it.
 */
export function withoutJump(sequences: readonly number[]): number[] {
  const sorted = [...new Set(sequences)].sort((one, other) => one - other);
  const jump = sorted.findIndex((each, index) => each - (sorted[index - 1] ?? each) > largestJump);
  return (jump < 0 ? sorted : sorted.slice(0, jump)).reverse();
}

/** Returns whether a vault takes a point of a number beside those that it lists. */
export function mayFollow(sequence: number, listed: readonly number[]): boolean {
  const newest = listed.reduce((one, other) => Math.max(one, other), sixDigits);
  return sequence <= newest + largestJump;
}
