/** The number of a commune's first site; each that takes its place has the next one. */
export const firstIncarnation = 1;

/** What says at a vault, once and for good, that a site with this number has taken the commune over. */
export function incarnationName(incarnation: number): string {
  return `incarnation-${incarnation}`;
}

/** The number of the latest site, as the names that were created once at a vault tell it. */
export function latestIncarnation(names: readonly string[]): number {
  const numbers = names.flatMap((name) => /^incarnation-([1-9]\d{0,5})$/.exec(name)?.[1] ?? []).map(Number);
  return Math.max(firstIncarnation, ...numbers);
}
