import { execa } from "execa";
import * as z from "zod";
import { nameOfUrn } from "../audit/approval/plan.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { spoken } from "./language.ts";
import { underway } from "./underway.ts";

const state = z.object({
  urn: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  custom: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  protect: z.boolean().optional(),
  external: z.boolean().optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});

const step = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  old: state.nullish(),
  new: state.nullish(),
});
export type Step = z.output<typeof step>;

/**
 * Events of the engine, a line each, with the fields that are used here. Source: sdk/go/common/apitype/events.go of
 * Pulumi 3.259. With the variable below, `preview --json` and `up --json` print nothing else.
 */
const event = z.object({
  resourcePreEvent: z.object({ metadata: step, planning: z.boolean().optional() }).optional(),
  resOutputsEvent: z.object({ metadata: step, planning: z.boolean().optional() }).optional(),
  diagnosticEvent: z
    .object({ message: z.string(), severity: z.string(), ephemeral: z.boolean().optional() })
    .optional(),
  policyEvent: z.object({ message: z.string(), enforcementLevel: z.string() }).optional(),
  summaryEvent: z
    .object({
      isPreview: z.boolean().optional(),
      result: z.string().optional(),
      durationSeconds: z.number().optional(),
    })
    .optional(),
});
export type EngineEvent = z.output<typeof event>;

/** Result of a run of `pulumi`. */
export interface EngineRun {
  exitCode: number;
  /** Complaints of the program, the engine and the gate, verbatim. */
  complaints: string[];
  /** Results of the summary, for the preview and the update; empty if the run did not come so far. */
  results: { preview?: string; update?: string; seconds?: number };
}

/** Place in which a stack is run. */
export interface EnginePlace {
  /** Folder of the Pulumi program. */
  folder: string;
  environment: NodeJS.ProcessEnv;
}

/** Colours that the engine marks its texts with. */
const withoutColours = (text: string) => text.replaceAll(/<\{%[^%]*%\}>/g, "").trim();

/** Runs `pulumi preview` or `up` and hands out what the engine says while it says it. */
export async function runEngine(
  { folder, environment }: EnginePlace,
  words: readonly string[],
  told: (event: EngineEvent) => void = () => undefined,
): Promise<EngineRun> {
  const running = execa("pulumi", [...words, "--json", "--non-interactive", "--color", "never"], {
    cwd: folder,
    env: {
      ...environment,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true",
    },
    reject: false,
    // Lines are read as they come; a state of thousands of objects is not kept as text as well.
    buffer: { stdout: false, stderr: true },
  });
  const complaints: string[] = [];
  const results: EngineRun["results"] = {};
  for await (const line of running.iterable()) {
    const read = readEvent(line);
    if (read === undefined) continue;
    told(read);
    tellDone(read);
    const { diagnosticEvent, policyEvent, summaryEvent } = read;
    if (diagnosticEvent?.severity === "error") complaints.push(withoutColours(diagnosticEvent.message));
    if (policyEvent?.enforcementLevel === "mandatory") complaints.push(withoutColours(policyEvent.message));
    if (summaryEvent) {
      const { isPreview, result = "failed", durationSeconds } = summaryEvent;
      if (isPreview) results.preview = result;
      else Object.assign(results, { update: result, seconds: durationSeconds });
    }
  }
  const { exitCode, stderr, code } = await running;
  if (code === "ENOENT")
    throw new TranslatedError({
      en: "no program pulumi is found in the PATH: npm run and npx have the one that the toolkit brings.",
      fr: "aucun programme pulumi n’est dans le PATH : « npm run » et npx ont celui que l’outillage apporte.",
    });
  if (exitCode !== 0 && complaints.length === 0) complaints.push(String(stderr).trim());
  return { exitCode: exitCode ?? 1, complaints, results };
}

const done: Readonly<Record<string, Translated>> = {
  create: { en: "is created", fr: "est créé" },
  update: { en: "is changed", fr: "est changé" },
  delete: { en: "is deleted", fr: "est supprimé" },
  "create-replacement": { en: "is made again", fr: "est refait" },
};

/** Reports each resource that an update has changed. */
export function tellDone({ resOutputsEvent }: EngineEvent): void {
  if (resOutputsEvent === undefined || resOutputsEvent.planning === true) return;
  const { op, urn } = resOutputsEvent.metadata;
  const what = done[op];
  if (what !== undefined)
    underway({ en: `${nameOfUrn(urn)} ${what.en}`, fr: `${nameOfUrn(urn)} ${what.fr}` });
}

function readEvent(line: string): EngineEvent | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const read = event.safeParse(JSON.parse(line));
    return read.success ? read.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Returns what `pulumi` prints to one question. Throws its complaint.
 *
 * @param input for its standard input.
 */
export async function askEngine(
  { folder, environment }: EnginePlace,
  words: readonly string[],
  input?: string,
): Promise<string> {
  const { exitCode, stdout, stderr, code } = await execa("pulumi", [...words, "--non-interactive"], {
    cwd: folder,
    env: { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" },
    reject: false,
    ...(input !== undefined && { input }),
  });
  if (code === "ENOENT")
    throw new TranslatedError({
      en: "no program pulumi is found in the PATH: npm run and npx have the one that the toolkit brings.",
      fr: "aucun programme pulumi n’est dans le PATH : « npm run » et npx ont celui que l’outillage apporte.",
    });
  if (exitCode !== 0)
    throw new Error(
      stderr.trim() ||
        spoken({
          en: `pulumi ${words[0]} ended with ${exitCode}`,
          fr: `pulumi ${words[0]} a fini par ${exitCode}`,
        }),
    );
  return stdout;
}
