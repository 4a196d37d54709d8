const durations: Record<string, number> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** Milliseconds of a duration as PeerTube writes it (`10 seconds`, `4 weeks`), or of a plain number of them. */
export function milliseconds(value: unknown): number {
  if (typeof value === "number") return value;
  const [, count, unit] = /^(\d+)\s*([a-z]+?)s?$/.exec(String(value).trim()) ?? [];
  const each = unit === undefined ? undefined : durations[unit];
  return each === undefined ? Number.NaN : Number(count) * each;
}
