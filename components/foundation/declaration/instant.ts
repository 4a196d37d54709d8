import { Refusal, written } from "./written.ts";

const pattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z$/;

/** A moment such as `2026-11-26T20:30:29Z` (ISO 8601), in UTC so that it is one, and exact where a second is too long. */
export function instant() {
  return written<string>({
    title: "moment in UTC",
    noun: "a moment",
    example: "2026-11-26T20:30:29Z",
    pattern,
    maximumLength: 30,
    read(text) {
      if (!pattern.test(text)) return new Refusal("is no moment in UTC");
      const time = new Date(text);
      // JavaScript takes 30 February for 1 or 2 March.
      const isReal = !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text.slice(0, 19));
      return isReal ? text : new Refusal("is no moment of the calendar");
    },
  });
}
