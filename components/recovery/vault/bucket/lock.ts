/** Days of the longest quarter, whose copies end together. */
const longestQuarterDays = 92;

/**
 * Returns the days for which a bucket must lock what comes to it, so that what is brought on the first day of a quarter is
 * there for as long as copies are kept after its last one: a day more because the log of a day goes on until the whole copy
 * of the next night, and one because clocks differ.
 *
 * @param keepDays how long copies are kept after the last day of their generation.
 */
export function lockDays(keepDays: number): number {
  return longestQuarterDays + keepDays + 2;
}
