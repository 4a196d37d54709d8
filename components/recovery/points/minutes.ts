/** Estimated seconds for fetching and comparing one GiB (docs/changes.md). */
const secondsPerGiB = { files: 25, rows: 30 };

/** Seconds of `pulumi up`, and of stopping, renaming and starting one service. */
const update = 120;
const exchange = 60;

const gib = 1024 ** 3;

/**
 * Returns the minutes that an undo takes, from the sizes of the points: while people can use the services, and while
 * they cannot.
 */
export function minutesOf(previews: readonly { bytes: number; rows: { bytes: number } }[]): {
  serving: number;
  away: number;
} {
  const bringing = previews.reduce(
    (sum, { bytes, rows }) =>
      sum + (bytes / gib) * secondsPerGiB.files + (rows.bytes / gib) * secondsPerGiB.rows,
    0,
  );
  return {
    serving: previews.length === 0 ? 0 : Math.ceil((bringing + previews.length * exchange) / 60),
    away: Math.ceil((update + previews.length * exchange) / 60),
  };
}
