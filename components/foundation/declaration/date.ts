import { Refusal, written } from "./written.ts";

const pattern = /^\d{4}-\d{2}-\d{2}$/;

/** A day such as `2026-11-25` (ISO 8601). */
export function date() {
  return written<string>({
    title: "date",
    noun: "a date",
    example: "2026-11-25",
    pattern,
    // Room for a day in words, which is then told that it is no date.
    maximumLength: 40,
    read(text) {
      if (!pattern.test(text)) return new Refusal("is not a date");
      const day = new Date(`${text}T00:00:00Z`);
      // JavaScript takes 30 February for 1 or 2 March.
      const isReal = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
      return isReal ? text : new Refusal("is no day of the calendar");
    },
  });
}
