import { minutesPerWeek, type WeeklyHours } from "../foundation/declaration/weekly-hours.ts";

const days = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const perDay = 24 * 60;

/** Hours of a week as people read them in French: `du lundi au vendredi : 8 h 30 – 17 h`. Days without any are left out. */
export function frenchHours({ spans }: Pick<WeeklyHours, "spans">): string[] {
  const ofDays = days.map((_, index) =>
    spans
      .flatMap(({ from, to }) => {
        const start = Math.max(from, index * perDay);
        const end = Math.min(to, (index + 1) * perDay, minutesPerWeek);
        return start < end ? [`${clock(start - index * perDay)} – ${clock(end - index * perDay)}`] : [];
      })
      .join(" et "),
  );
  const groups: { first: number; last: number; text: string }[] = [];
  for (const [index, text] of ofDays.entries()) {
    const group = groups.at(-1);
    if (group !== undefined && group.text === text && group.last === index - 1) group.last = index;
    else groups.push({ first: index, last: index, text });
  }
  return groups
    .filter(({ text }) => text !== "")
    .map(({ first, last, text }) => `${daysOf(first, last)} : ${text}`);
}

function daysOf(first: number, last: number): string {
  if (first === last) return `le ${days[first]}`;
  if (last - first === days.length - 1) return "tous les jours";
  return last === first + 1 ? `le ${days[first]} et le ${days[last]}` : `du ${days[first]} au ${days[last]}`;
}

function clock(minutes: number): string {
  const [hour, rest] = [Math.floor(minutes / 60), minutes % 60];
  return rest === 0 ? `${hour} h` : `${hour} h ${String(rest).padStart(2, "0")}`;
}
