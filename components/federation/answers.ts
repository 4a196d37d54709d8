import * as z from "zod/mini";

/** Paths below a commune's domain that say what has answered: as data, and as a page. */
export const answersPath = "/.well-known/commune-etat.json";
export const answersPagePath = "/etat";

/** Days that are kept, including today. */
export const keptDays = 90;

/** Most that is read of a peer's answers, bytes: a thousand services fit. */
export const largestAnswers = 2 * 1024 * 1024;

const count = z.int().check(z.minimum(0), z.maximum(1_000_000));

const seriesSchema = z.object({
  /** Name of the request. */
  url: z.string().check(z.maxLength(500), z.regex(/^https:\/\//)),
  /** Whether it answered when it was asked last, and since when that is so. */
  answers: z.boolean(),
  since: z.iso.datetime(),
  /** The day that `days` begins with, and goes back from: UTC. */
  day: z.iso.date(),
  /** Requests and answers of each day. */
  days: z.array(z.tuple([count, count])).check(z.maxLength(keptDays)),
});

/** The answers of one service, as one side has seen them. */
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

/** A commune's observations: of itself, of linked communes, and theirs of it. */
const answersSchema = z.object({
  version: z.literal(1),
  id: z.string(),
  measured: z.iso.datetime(),
  own: ofKinds,
  linked: byCommune,
  seenBy: byCommune,
  /** Number of the site that has taken the commune over, as a vault says; absent while this is the latest. */
  replacedBy: z.optional(z.int().check(z.minimum(2), z.maximum(1_000_000))),
});

export type Answers = z.output<typeof answersSchema>;

/** Reads a peer's answers; undefined if the text is something else. */
export function readAnswers(text: string): Answers | undefined {
  try {
    const read = answersSchema.safeParse(JSON.parse(text));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/** Query parameter for the answers of one commune alone: those of a whole metropolis would be too much for each peer. */
export const ofCommune = "of";

/** Returns what was seen of one commune alone. */
export function answersOf({ linked, ...answers }: Answers, id: string): Answers {
  const seen = Object.hasOwn(linked, id) ? linked[id] : undefined;
  return { ...answers, own: {}, linked: seen ? { [id]: seen } : {}, seenBy: {} };
}

const dayLength = 24 * 3_600_000;
const dayOf = (now: Date) => now.toISOString().slice(0, 10);

/** Returns a series after one more request. A day without a request counts none. */
export function counted(before: Series | undefined, url: string, answers: boolean, now: Date): Series {
  const known = before?.url === url ? before : undefined;
  const day = dayOf(now);
  const passed = known === undefined ? 0 : (Date.parse(day) - Date.parse(known.day)) / dayLength;
  // With a clock that went back, the request counts on the series' latest day.
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

/** Returns how often a service was asked within the last days, and how often it answered. */
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
