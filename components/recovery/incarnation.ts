/** The incarnation of a commune's first site. Each site that replaces another has the next number. */
export const firstIncarnation = 1;

/** Name, created once for good at a vault, that says that the site with this number has taken the commune over. */
export function incarnationName(incarnation: number): string {
  return `incarnation-${incarnation}`;
}

/** Returns the incarnation of the latest site from the names that were created once at a vault. */
export function latestIncarnation(names: readonly string[]): number {
  const numbers = names.flatMap((name) => /^incarnation-([1-9]\d{0,5})$/.exec(name)?.[1] ?? []).map(Number);
  return numbers.reduce((one, other) => Math.max(one, other), firstIncarnation);
}
