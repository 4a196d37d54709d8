import { createRequire } from "node:module";
import type OpeningHours from "opening_hours";
import { Refusal, written } from "./written.ts";

/** Part of a week, in minutes since Monday 00:00, local time; `to` is at most 10 080 and not included. */
export interface Span {
  from: number;
  to: number;
}

/** Hours that are the same every week. */
export interface WeeklyHours {
  /** As declared, in OpenStreetMap's spelling of opening hours: `Mo-Fr 07:00-21:00; Sa 09:00-18:00`. */
  text: string;
  /** In order, apart from each other. */
  spans: readonly Span[];
}

export const minutesPerWeek = 7 * 24 * 60;

/** Every minute of every week. */
const always: WeeklyHours = { text: "24/7", spans: [{ from: 0, to: minutesPerWeek }] };

export function isAlways({ spans }: Pick<WeeklyHours, "spans">): boolean {
  return spans.length === 1 && spans[0]?.from === 0 && spans[0].to === minutesPerWeek;
}

/** The minutes that two sets of hours have in common. */
export function common(one: readonly Span[], other: readonly Span[]): Span[] {
  return one.flatMap((span) =>
    other.flatMap(({ from, to }) => {
      const both = { from: Math.max(span.from, from), to: Math.min(span.to, to) };
      return both.from < both.to ? [both] : [];
    }),
  );
}

/** The minutes of the first set that the second leaves. */
export function without(spans: readonly Span[], removed: readonly Span[]): Span[] {
  const bounds = removed.flatMap(({ from, to }) => [from, to]);
  const gaps = [0, ...bounds, minutesPerWeek];
  const rest: Span[] = [];
  for (let index = 0; index < gaps.length; index += 2) {
    const [from = 0, to = 0] = gaps.slice(index, index + 2);
    if (from < to) rest.push({ from, to });
  }
  return common(spans, rest);
}

const days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/** A moment of the week for people: `Tu 10:00`. */
export function showMoment(minute: number): string {
  const within = minute % (24 * 60);
  const pair = (number: number) => String(number).padStart(2, "0");
  return `${days[Math.floor(minute / (24 * 60)) % 7]} ${pair(Math.floor(within / 60))}:${pair(within % 60)}`;
}

const longest = 200;
const require = createRequire(import.meta.url);
const known = new Map<string, WeeklyHours | Refusal>();

/** Hours as a program knows them. Throws on anything that a declaration could not say. */
export function weeklyHoursOf(text: string): WeeklyHours {
  const read = readOnce(text);
  if (read instanceof Refusal) throw new RangeError(`"${text}" ${read.reason}.`);
  return read;
}

function readOnce(text: string): WeeklyHours | Refusal {
  const found = known.get(text) ?? readWeekly(text);
  known.set(text, found);
  return found;
}

const minutesPerDay = 24 * 60;

/** Days in order, and times of a day in order: `Mo-Tu,Fr 07:00-12:00,14:00-19:00`. */
const plainRule = /^([A-Z][a-z](?:[-,][A-Z][a-z])*) (\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*)$/;

/**
 * Hours in the plainest of the usual spellings, as nearly all are declared; undefined for any other, which the library
 * reads or refuses: it takes a tenth of a second to load, and another to read.
 */
function plainHours(text: string): WeeklyHours | undefined {
  const spans: Span[] = [];
  let next = 0;
  const rules = text.split("; ");
  for (const rule of rules) {
    const [, daysOfRule = "", timesOfRule = ""] = plainRule.exec(rule) ?? [];
    const times = timesOfRule.split(",").map((time) => time.split("-").map(minuteOf));
    for (const group of daysOfRule.split(",")) {
      const [first = -1, last = first, ...more] = group.split("-").map((day) => days.indexOf(day));
      if (first < next || last < first || more.length > 0 || group.length > 2 === (first === last))
        return undefined;
      for (next = first; next <= last; next += 1)
        for (const [from = Number.NaN, to = Number.NaN] of times) {
          const night = to < from ? minutesPerDay : 0;
          // A rule of the next day would end it, and midnight has two spellings.
          if (night > 0 && (rules.length > 1 || from === minutesPerDay || to === 0)) return undefined;
          spans.push({ from: next * minutesPerDay + from, to: next * minutesPerDay + to + night });
        }
    }
  }
  const last = spans.at(-1);
  // The end of Sunday's night is on Monday.
  if (last !== undefined && last.to > minutesPerWeek) {
    spans.unshift({ from: 0, to: last.to - minutesPerWeek });
    last.to = minutesPerWeek;
  }
  const bounds = spans.flatMap(({ from, to }) => [from, to]);
  const inOrder = bounds.every((minute, index) => minute > (bounds[index - 1] ?? -1));
  return inOrder ? { text, spans } : undefined;
}

/** Minutes since midnight of `07:30`; not a number where it is no time of a day. */
function minuteOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const minutes = hour * 60 + minute;
  return minute < 60 && minutes <= minutesPerDay ? minutes : Number.NaN;
}

function readWeekly(text: string): WeeklyHours | Refusal {
  if (text === always.text) return always;
  return plainHours(text) ?? readByLibrary(text);
}

/** Any hours in OpenStreetMap's spelling, as the library understands them. */
function readByLibrary(text: string): WeeklyHours | Refusal {
  // The library takes them for 24 hours; whoever wrote them may have meant none.
  if (/(\d\d:\d\d)-\1/.test(text)) {
    return new Refusal("has hours that end when they begin (always is 24/7, the rest of a day 10:00-24:00)");
  }
  // Loaded for the first hours only: it takes a tenth of a second, and most commands read none.
  const Library: typeof OpeningHours = require("opening_hours");
  let hours: OpeningHours;
  try {
    hours = new Library(text, null);
  } catch {
    return new Refusal("is not a list of opening hours (OpenStreetMap's spelling)");
  }
  if (!hours.isWeekStable()) {
    return new Refusal("is not the same every week (months, dates, holidays and the sun are not used here)");
  }
  // A week of January: no clock changes in it.
  const [monday, next] = [new Date(2026, 0, 5), new Date(2026, 0, 12)];
  const intervals = hours.getOpenIntervals(monday, next);
  if (intervals.some(([, , unknown]) => unknown)) {
    return new Refusal("is not certain (comments and open ends are not used here)");
  }
  const minute = (date: Date) => Math.round((date.getTime() - monday.getTime()) / 60_000);
  const spans = intervals.map(([from, to]) => ({ from: minute(from), to: minute(to) }));
  if (spans.length === 0) return new Refusal("is never");
  const read = { text, spans };
  const usual = isAlways(read) ? always.text : hours.prettifyValue();
  return usual === text ? read : new Refusal("is not the usual spelling", usual);
}

/** Weekly hours such as `Mo-Fr 07:00-21:00; Sa 09:00-18:00`, or `24/7`; one spelling of OpenStreetMap's. */
export function weeklyHours({ example = "Mo-Fr 07:00-21:00; Sa 09:00-18:00" } = {}) {
  return written<WeeklyHours>({
    title: "weekly hours in OpenStreetMap's spelling, or 24/7",
    noun: "hours",
    example,
    pattern: /^(24\/7|[A-Z][A-Za-z0-9 :;,-]+)$/,
    maximumLength: longest,
    read: readOnce,
  });
}
