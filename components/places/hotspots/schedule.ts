import { isAlways, type Span } from "../../foundation/declaration/weekly-hours.ts";

const minutesPerDay = 24 * 60;

/** A stretch of some days of every week, and what a radio does in it. */
export interface Period {
  /** ISO days, 1 is Monday. */
  days: number[];
  /** Minutes after midnight. */
  from: number;
  /** Minutes after midnight, later than `from`. */
  to: number;
  /** Whole dBm before the antenna, or off. */
  level: number | "off";
}

/** Reduction of a kept radio in quiet hours, in dB: to a quarter of its power. */
const quietReduction = 6;

/** The least that drivers take, dBm; a radio that is declared below it keeps what is declared. */
const leastPower = 1;

const week = [1, 2, 3, 4, 5, 6, 7];

/** Periods of a radio that is not declared: off all week. */
export const alwaysOff: readonly Period[] = [{ days: week, from: 0, to: minutesPerDay, level: "off" }];

/**
 * Returns the state of a radio at every minute of the week: outside the opening hours of its place it is off; in quiet
 * hours the kept radio emits less and the others are off. A hotspot that is open all week never emits less.
 */
export function weekOf(
  { power, kept }: { power: number; kept: boolean },
  open: readonly Span[],
  quiet: readonly Span[],
): Period[] {
  if (isAlways({ spans: open })) return [{ days: week, from: 0, to: minutesPerDay, level: power }];
  const reduced = kept ? Math.max(Math.min(leastPower, power), power - quietReduction) : "off";
  const edges = [...open, ...quiet].flatMap(({ from, to }) => [from, to]);
  const perDay = week.map((day) =>
    dayPeriods(edges, day, (minute) => {
      if (!within(open, minute)) return "off";
      return within(quiet, minute) ? reduced : power;
    }),
  );
  const written = perDay.map((periods) => JSON.stringify(periods));
  // Days with the same periods are told together, where the first of them stands.
  return perDay.flatMap((periods, index) => {
    if (written.indexOf(written[index] ?? "") < index) return [];
    const days = week.filter((day) => written[day - 1] === written[index]);
    return periods.map((period) => ({ days, ...period }));
  });
}

function within(spans: readonly Span[], minute: number): boolean {
  return spans.some(({ from, to }) => from <= minute && minute < to);
}

function dayPeriods(
  edges: readonly number[],
  day: number,
  level: (minute: number) => Period["level"],
): Omit<Period, "days">[] {
  const start = (day - 1) * minutesPerDay;
  const inDay = edges.map((edge) => edge - start).filter((edge) => edge > 0 && edge < minutesPerDay);
  const bounds = [...new Set([0, ...inDay, minutesPerDay])].sort((one, other) => one - other);
  const periods: Omit<Period, "days">[] = [];
  for (const [index, to] of bounds.slice(1).entries()) {
    const from = bounds[index] ?? 0;
    const here = level(start + from);
    const last = periods.at(-1);
    if (last && last.to === from && last.level === here) last.to = to;
    else periods.push({ from, to, level: here });
  }
  return periods;
}

/** A period as the device's script reads it: `12345,2300,2400,radio0,off`. */
export function periodText(radio: string, { days, from, to, level }: Period): string {
  return [days.join(""), clock(from), clock(to), radio, level].join(",");
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}${String(minutes % 60).padStart(2, "0")}`;
}
