/** Intervals at which files can be copied. Each divides a day, so that a CronJob can express it. */
export const periods = [
  "1 hour",
  "2 hours",
  "3 hours",
  "4 hours",
  "6 hours",
  "8 hours",
  "12 hours",
  "1 day",
] as const;

export type Period = (typeof periods)[number];

/** Returns the seconds of a period. */
export function secondsOf(every: Period): number {
  return (every === "1 day" ? 24 : Number.parseInt(every, 10)) * 3600;
}
