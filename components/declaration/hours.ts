import { list } from "./list.ts";
import { Refusal, written } from "./written.ts";

/** Days as declarations write them, in the order of the week. */
export const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** A stretch of hours on some days of every week. */
export interface Hours {
  /** Indexes into `days`, in order. */
  days: number[];
  /** Minutes after midnight. */
  from: number;
  /** Minutes after midnight, later than `from`; 1440 is midnight at the end of the day. */
  to: number;
  /** As declared. */
  text: string;
}

const day = `(${days.join("|")})`;
const order: readonly string[] = days;
const time = "([01][0-9]|2[0-3]):([0-5][0-9])";
const pattern = new RegExp(`^${day}( to ${day})? ${time}-(${time}|24:00)$`);

/** Hours of every week such as `tuesday to friday 10:00-18:30`, or `saturday 09:00-12:00`, in local time. */
export function hours() {
  return list(stretch(), { noun: "hours", maximum: 30 });
}

function stretch() {
  return written<Hours>({
    title: "hours of a week",
    noun: "days and hours",
    example: "tuesday to friday 10:00-18:30",
    pattern,
    maximumLength: 60,
    read(text) {
      const match = pattern.exec(text);
      if (match === null) return new Refusal("is not days and hours");
      const first = order.indexOf(match[1] ?? "");
      const last = match[3] === undefined ? first : order.indexOf(match[3]);
      if (match[3] !== undefined && last <= first) return new Refusal("names days in the wrong order");
      const [start = "", end = ""] = text.slice(text.lastIndexOf(" ") + 1).split("-");
      const [from, to] = [minutes(start), minutes(end)];
      if (to <= from) return new Refusal("ends before it begins: write hours past midnight on each day");
      return {
        days: days.flatMap((_, index) => (index >= first && index <= last ? [index] : [])),
        from,
        to,
        text,
      };
    },
  });
}

function minutes(text: string): number {
  const [hour = 0, minute = 0] = text.split(":").map(Number);
  return hour * 60 + minute;
}
