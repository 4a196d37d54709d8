/** Days of the longest quarter, whose copies end together. */
const longestQuarterDays = 92;

/**
 * Returns the days for which a bucket must lock new objects, so that what is written on the first day of a quarter stays for
 * as long as copies are kept after its last day. One day more because the log of a day continues until the base copy of the
 * next night, and one because clocks differ.
 *
 * @param keepDays days for which copies are kept after the last day of their generation.
 */
export function lockDays(keepDays: number): number {
  return longestQuarterDays + keepDays + 2;
}
