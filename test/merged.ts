const isSection = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Returns a declaration with another one's sections added, field by field. */
export function merged(one: unknown, other: unknown): unknown {
  if (!isSection(one) || !isSection(other)) return other;
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in other ? merged(one[key], other[key]) : one[key]]),
  );
}
