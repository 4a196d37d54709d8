import type { RestorePreview } from "../../components/recovery/points/settings.ts";

/** Seconds that a GiB takes to be brought and compared: an estimate (docs/undo.md). */
const secondsPerGiB = { files: 25, rows: 30 };

/** Seconds of `pulumi up`, and of stopping, renaming and starting one service. */
const update = 120;
const exchange = 60;

const gib = 1024 ** 3;

/** Minutes that an undo takes, from the sizes of the points: while people use the services, and while they cannot. */
export function minutesOf(previews: readonly Pick<RestorePreview, "bytes" | "rows">[]): {
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

/** How long ago something was, in the largest unit that says it. */
export function ago(takenAt: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - Date.parse(takenAt)) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} days`;
}
