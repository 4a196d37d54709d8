import { readQuantity, type Unit } from "./quantity.ts";
import { Refusal, written } from "./written.ts";

/** A length of time. */
export interface Duration {
  seconds: number;
  /** As declared, such as `15 minutes`. */
  text: string;
}

const units: readonly Unit[] = [
  { one: "second", many: "seconds", worth: 1, meant: ["s", "sec", "secs", "seconde", "secondes"] },
  { one: "minute", many: "minutes", worth: 60, meant: ["min", "mins", "mn"] },
  { one: "hour", many: "hours", worth: 3600, meant: ["h", "hr", "hrs", "heure", "heures"] },
  { one: "day", many: "days", worth: 86_400, meant: ["d", "j", "jour", "jours"] },
];

/** A duration known to the program: `durationOf("15 minutes")`. Throws on anything a declaration could not say. */
export function durationOf(text: string): Duration {
  const seconds = readQuantity(text, units);
  if (seconds instanceof Refusal) throw new RangeError(`"${text}" ${seconds.reason}.`);
  return { seconds, text };
}

/** A written duration such as `15 minutes`: whole seconds, minutes, hours or days, both bounds included. */
export function duration({
  minimum = "1 second",
  maximum = "3660 days",
  example = "15 minutes",
}: {
  minimum?: string;
  maximum?: string;
  example?: string;
} = {}) {
  const [least, most] = [durationOf(minimum), durationOf(maximum)];
  return written<Duration>({
    title: `duration from ${least.text} to ${most.text}`,
    noun: "a duration",
    example,
    pattern: /^(1 (second|minute|hour|day)|([2-9]|[1-9][0-9]{1,8}) (seconds|minutes|hours|days))$/,
    maximumLength: 30,
    bareNumber: "has no unit",
    read(text) {
      const seconds = readQuantity(text, units);
      if (seconds instanceof Refusal) return seconds;
      if (seconds < least.seconds) return new Refusal(`is less than ${least.text}, the least allowed`);
      if (seconds > most.seconds) return new Refusal(`is more than ${most.text}, the most allowed`);
      return { seconds, text };
    },
  });
}
