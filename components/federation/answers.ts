import * as z from "zod/mini";

/** Where a commune says what has answered, as data, below its domain; and the same for people. */
export const answersPath = "/.well-known/commune-etat.json";
export const answersPagePath = "/etat";

/** How many days are kept, today among them. */
export const keptDays = 90;

/** The most that is read of a peer's, bytes: a thousand services fit. */
export const largestAnswers = 2 * 1024 * 1024;

const count = z.int().check(z.minimum(0), z.maximum(1_000_000));

const seriesSchema = z.object({
  /** What was asked. */
  url: z.string().check(z.maxLength(500), z.regex(/^https:\/\//)),
  /** Whether it answered when it was asked last, and since when that is so. */
  answers: z.boolean(),
  since: z.iso.datetime(),
  /** The day that `days` begins with, and goes back from: UTC. */
  day: z.iso.date(),
  /** How often it was asked on each day, and how often it answered. */
  days: z.array(z.tuple([count, count])).check(z.maxLength(keptDays)),
});

/** What one service has answered, as one side has seen it. */
export type Series = z.output<typeof seriesSchema>;

const ofKinds = z.record(z.string().check(z.maxLength(50)), seriesSchema);

/** By kind of service. */
export type ByKind = z.output<typeof ofKinds>;

const byCommune = z.record(
  z.string().check(z.regex(/^[a-z0-9-]{1,30}$/)),
  z.object({ domain: z.string().check(z.maxLength(253)), services: ofKinds }),
);

/** By commune. */
export type ByCommune = z.output<typeof byCommune>;

/** What a commune has seen: of itself, of those that it is linked with, and what those have seen of it. */
const answersSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  measured: z.iso.datetime(),
  own: ofKinds,
  linked: byCommune,
  seenBy: byCommune,
});

export type Answers = z.output<typeof answersSchema>;

/** Reads what somebody says that it has seen; nothing where it is not that. */
export function readAnswers(text: string): Answers | undefined {
  try {
    const read = answersSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** The question for what was seen of one commune alone: all of a metropolis would be much to send to each. */
export const ofCommune = "of";

/** What was seen of one commune alone. */
export function answersOf({ linked, ...answers }: Answers, id: string): Answers {
  const seen = Object.hasOwn(linked, id) ? linked[id] : undefined;
  return { ...answers, own: {}, linked: seen ? { [id]: seen } : {}, seenBy: {} };
}

const dayLength = 24 * 3_600_000;
const dayOf = (now: Date) => now.toISOString().slice(0, 10);

/** A series after one more question. A day on which nobody asked has none. */
export function counted(before: Series | undefined, url: string, answers: boolean, now: Date): Series {
  const known = before?.url === url ? before : undefined;
  const day = dayOf(now);
  const passed = known === undefined ? 0 : (Date.parse(day) - Date.parse(known.day)) / dayLength;
  // A clock that went back counts on the day that it was.
  const empty = Array.from({ length: Math.min(Math.max(passed, 0), keptDays) }, (): [number, number] => [
    0, 0,
  ]);
  const [today, ...others] = [...empty, ...(known?.days ?? [[0, 0]])];
  const [asked, answered] = today ?? [0, 0];
  return {
    url,
    answers,
    since: known?.answers === answers ? known.since : now.toISOString(),
    day: known !== undefined && passed < 0 ? known.day : day,
    days: [[asked + 1, answered + (answers ? 1 : 0)] as [number, number], ...others].slice(0, keptDays),
  };
}

/** How often a service was asked within some days of now, and how often it answered. */
export function answeredWithin(series: Series, days: number, now: Date): { asked: number; answered: number } {
  const first = Date.parse(dayOf(now)) - (days - 1) * dayLength;
  let [asked, answered] = [0, 0];
  for (const [index, [ofDay, heard]] of series.days.entries()) {
    if (Date.parse(series.day) - index * dayLength < first) break;
    asked += ofDay;
    answered += heard;
  }
  return { asked, answered };
}
