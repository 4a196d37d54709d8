import { parseArgs } from "node:util";
import fc from "fast-check";
import * as z from "zod";
import { communeSchema } from "../../components/commune/declaration.ts";
import { type Loaded, readDeclaration } from "../../components/foundation/declaration/load.ts";
import { DeclarationError, type Problem } from "../../components/foundation/declaration/problem.ts";
import { badDeclarations } from "./bad-declarations.ts";
import { forbidContact } from "./no-contact.ts";
import { validDeclarations } from "./valid-declarations.ts";
import { writtenAs } from "./written-declarations.ts";

/** The longest that a refusal may take, in milliseconds of processor time. */
const longest = 250;
const file = "stacks/generated/commune.yaml";

/** Words of programs, which no person who declares a commune should have to read. */
const jargon =
  /\b(expected|received|undefined|NaN|zod|regex|pattern|Invalid input|YAMLException)\b|\[object|null prototype/;

/** Counts of a campaign. Times are in milliseconds of processor time. */
export interface Tally {
  accepted: number;
  refused: number;
  byMistake: Record<string, number>;
  slowest: { mistake: string; milliseconds: number };
}

/** Length of a line of the file, the first being 1; undefined when there is none of that number. */
function lineLength(text: string, line: number): number | undefined {
  const breaks = /\r\n|\n|\r|$/g;
  for (let number = 1, start = 0; ; number += 1, start = breaks.lastIndex) {
    const end = breaks.exec(text);
    if (end === null) return undefined;
    if (number === line) return end.index - start;
    if (end[0] === "") return undefined;
  }
}

/** Fails unless every problem stands inside the file and is fit to print. */
function assertReadable(problems: readonly Problem[], bytes: Uint8Array) {
  const text = new TextDecoder().decode(bytes);
  for (const { line, column, message } of problems) {
    const length = lineLength(text, line);
    if (length === undefined || column < 1 || column > length + 1) {
      throw new Error(`${line}:${column} is outside of the file: ${message}`);
    }
    if (jargon.test(message.replaceAll(/"[^"]*"/g, ""))) throw new Error(`Jargon: ${message}`);
    if (message.length > 700) throw new Error(`Too long to read: ${message}`);
  }
  const printed = new DeclarationError(problems).message;
  if (/(?!\n)\p{Cc}/u.test(printed))
    throw new Error(`Control characters would be printed: ${JSON.stringify(printed)}`);
}

/** Reads, and says how much processor time the whole process used meanwhile: true only where nothing else runs in it. */
function timed(bytes: Uint8Array): { loaded: Loaded<unknown>; milliseconds: number } {
  const start = process.cpuUsage();
  const loaded = readDeclaration(file, bytes, communeSchema);
  const { user, system } = process.cpuUsage(start);
  return { loaded, milliseconds: (user + system) / 1000 };
}

/**
 * Reads `count` bad declarations and a fifth as many good ones. Throws, with the smallest example found, when a
 * bad one is accepted, a good one refused, one crashes or contacts anything.
 */
export function declarationCampaign({ seed, count }: { seed: number; count: number }): Tally {
  const schema = z.toJSONSchema(communeSchema, { io: "input" });
  const tally: Tally = { accepted: 0, refused: 0, byMistake: {}, slowest: { mistake: "", milliseconds: 0 } };
  const contact = forbidContact();
  try {
    fc.assert(
      fc.property(validDeclarations(schema).chain(writtenAs), (text) => {
        const { loaded } = timed(new TextEncoder().encode(text));
        if (!loaded.ok)
          throw new Error(
            `A good declaration was refused:\n${new DeclarationError(loaded.problems).message}\n${text}`,
          );
        tally.accepted += 1;
      }),
      { seed, numRuns: Math.ceil(count / 5) },
    );
    fc.assert(
      fc.property(badDeclarations(schema), ({ mistake, bytes }) => {
        const { loaded, milliseconds } = timed(bytes);
        const shown = () => JSON.stringify(new TextDecoder().decode(bytes.subarray(0, 2000)));
        if (loaded.ok) throw new Error(`A bad declaration (${mistake}) was accepted:\n${shown()}`);
        if (loaded.problems.length === 0)
          throw new Error(`Refused (${mistake}) without a reason:\n${shown()}`);
        assertReadable(loaded.problems, bytes);
        tally.refused += 1;
        tally.byMistake[mistake] = (tally.byMistake[mistake] ?? 0) + 1;
        // Once more where it is slow: a garbage collection may have come between.
        const least =
          milliseconds > longest ? Math.min(milliseconds, timed(bytes).milliseconds) : milliseconds;
        if (least > tally.slowest.milliseconds) tally.slowest = { mistake, milliseconds: least };
      }),
      { seed, numRuns: count },
    );
  } finally {
    contact.restore();
  }
  if (contact.attempts.length > 0) throw new Error(`Contacted: ${contact.attempts.join(", ")}`);
  return tally;
}

/** `npm run campaign declarations`: bad declarations are refused with their place, good ones read, nothing is contacted. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, count: { type: "string", default: "1000" } },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}`);
  const { accepted, refused, byMistake, slowest } = declarationCampaign({
    seed,
    count: Number(values.count),
  });
  for (const [mistake, times] of Object.entries(byMistake).sort())
    console.log(`  ${String(times).padStart(5)}  ${mistake}`);
  console.log(`${refused} bad declarations refused, ${accepted} good ones accepted, nothing contacted.`);
  console.log(`Slowest: ${slowest.milliseconds.toFixed(0)} ms of processor time (${slowest.mistake}).`);
  if (slowest.milliseconds > longest) {
    console.error(`A refusal may take ${longest} ms.`);
    process.exitCode = 1;
  }
}
