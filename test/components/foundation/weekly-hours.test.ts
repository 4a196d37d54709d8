import { createRequire } from "node:module";
import fc from "fast-check";
import type Library from "opening_hours";
import { expect, test } from "vitest";
import { weeklyHoursOf } from "../../../components/foundation/declaration/weekly-hours.ts";

const require = createRequire(import.meta.url);
const OpeningHours: typeof Library = require("opening_hours");

const days = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];
const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** Times of a day, of which the last may end on the next one. */
const times = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { minLength: 2, maxLength: 6 }),
    fc.integer({ min: 0, max: 3 }),
  )
  .map(([minutes, night]) => {
    const [first = 0, ...more] = minutes
      .slice(0, minutes.length - (minutes.length % 2))
      .sort((a, b) => a - b);
    return night === 0 && more.at(-1) !== 1440 ? [...more, first] : [first, ...more];
  })
  .map((bounds) =>
    bounds
      .flatMap((from, at) => (at % 2 === 0 ? [`${time(from)}-${time(bounds[at + 1] ?? 0)}`] : []))
      .join(","),
  );

/** Days in order, cut into rules and these into groups: `Mo-Tu,Fr`. */
const plain = fc
  .tuple(
    fc.uniqueArray(fc.nat({ max: 6 }), { minLength: 1, maxLength: 5 }),
    fc.array(fc.nat({ max: 6 }), { minLength: 7, maxLength: 7 }),
    fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
    fc.array(times, { minLength: 7, maxLength: 7 }),
  )
  .map(([starts, lengths, cuts, hours]) => {
    const firsts = starts.sort((a, b) => a - b);
    return `${firsts.reduce((text, first, at) => {
      const last = Math.min(first + (lengths[at] ?? 0), (firsts[at + 1] ?? 7) - 1);
      const group = last === first ? days[first] : `${days[first]}-${days[last]}`;
      if (text === "") return `${group}`;
      return cuts[at] ? `${text} ${hours[at]}; ${group}` : `${text},${group}`;
    }, "")} ${hours[0]}`;
  });

/** Returns what the library makes of hours: the minutes of a week, or its own spelling if that is another one. */
function byLibrary(text: string) {
  const hours = new OpeningHours(text, null);
  const usual = hours.prettifyValue();
  const monday = new Date(2026, 0, 5);
  const minute = (date: Date) => Math.round((date.getTime() - monday.getTime()) / 60_000);
  const spans = hours
    .getOpenIntervals(monday, new Date(2026, 0, 12))
    .map(([from, to]) => ({ from: minute(from), to: minute(to) }));
  return usual === text ? { text, spans } : `is not the usual spelling: ${usual}`;
}

function byToolkit(text: string) {
  try {
    return weeklyHoursOf(text);
  } catch (error) {
    return String(error);
  }
}

test("hours that people write are what the library takes them for", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(plain, (text) => {
      const expected = byLibrary(text);
      if (typeof expected === "string") expect(byToolkit(text)).toContain("is not the usual spelling");
      else expect(byToolkit(text)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["Mo 25:00-26:00", "is not"],
  ["Mo 07:60-08:00", "is not"],
  ["Sa 09:00-12:00; Mo 09:00-12:00; Sa 10:00-11:00", "is not the usual spelling"],
  ["Mo 12:00-12:00", "has hours that end when they begin"],
  ["Xx 10:00-12:00", "is not"],
])("%s is refused", (text, why) => {
  const read = byToolkit(text);
  if (typeof read === "string") expect(read).toContain(why);
  else expect(byLibrary(text)).toEqual(read);
});

test("hours over midnight are known, also on a Sunday; holidays and seasons are the library's to read", () => {
  expect(weeklyHoursOf("Fr 20:00-02:00").spans).toEqual([{ from: 4 * 1440 + 1200, to: 5 * 1440 + 120 }]);
  expect(weeklyHoursOf("Su 23:00-06:00").spans).toEqual([
    { from: 0, to: 360 },
    { from: 6 * 1440 + 1380, to: 10_080 },
  ]);
  expect(() => weeklyHoursOf("Mo-Fr 08:00-12:00; PH off")).toThrow("is not the same every week");
});
