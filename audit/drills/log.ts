import * as z from "zod";
import { drillsFile } from "../../components/federation/drills.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { appendTo, chained, headOf, placeProblems, type Read, readLines, textOf } from "../log.ts";
import { isSignedByCommune, signaturePattern, signatureText, signByCommune } from "../signature.ts";

const name = z.string().max(100);
const count = z.number().int().min(0);
const seconds = z.number().min(0);
const sentences = z.array(z.string().max(2000)).max(100);

const drilledService = z.strictObject({
  service: name,
  version: name,
  point: name.describe("The restore point that came back, as `commune recovery points` lists it."),
  lostSeconds: seconds.describe("From the moment of the point to the beginning of the drill."),
  files: count.describe(
    "Files of the point: each was read back and compared by its hash, and all were counted.",
  ),
  bytes: count,
  tables: count,
  rows: count.describe("Rows of the point, each table counted again in the copy."),
  status: z.number().int().optional().describe("What it answered over HTTP at the end."),
});

const drilledMoment = z.strictObject({
  server: name.describe("Database server whose log was replayed."),
  vault: name
    .optional()
    .describe("Host of the vault that it came from; absent if none brought a moment back."),
  at: z.iso
    .datetime()
    .optional()
    .describe("The moment, on the server's clock; absent if none was brought back."),
  databases: z.array(name).max(100).describe("Databases that were asked for."),
  tables: count,
  rows: count.describe(
    "Rows of the moment: each table was counted in the replayed server and again once loaded.",
  ),
  seconds: seconds.describe("From the first question to a vault until all was counted; no part of the RTO."),
  failed: z.string().max(2000).optional().describe("Why it failed; absent if it did not."),
});

const entry = z.strictObject({
  kind: z.literal("drill"),
  ...chained,
  began: z.iso.datetime(),
  outcome: z.enum(["passed", "failed"]),
  cluster: name.describe("Where it was: uid of the namespace kube-system."),
  besideLive: z.boolean().describe("Whether the commune itself runs on that cluster."),
  services: z
    .array(drilledService)
    .max(5000)
    .describe("Services, and applications of associations by their names: t-chorale-dokuwiki."),
  moments: z
    .array(drilledMoment)
    .max(100)
    .optional()
    .describe(
      "Moments of database servers whose log is kept; absent in drills of an older toolkit, and of one without such a server.",
    ),
  rpoSeconds: seconds.describe(
    "What would have been lost: the oldest of the points, at the beginning of the drill.",
  ),
  rtoSeconds: seconds
    .optional()
    .describe("From the first question to the vaults until all services answered; absent if they did not."),
  steps: z
    .array(z.strictObject({ step: name, service: name.optional(), seconds }))
    .max(20_000)
    .describe("What it took, in order of their beginning. Services come back side by side."),
  problems: sentences.describe("Why it failed."),
  left: sentences.describe("What could not be removed afterwards."),
  toolkit: name,
  by: z.string().max(60).describe("The commune's public key, a Multikey: the same as in its descriptor."),
});

/** A line of the log of drills, as its schema is published. */
export const drillLineSchema = z.strictObject({
  entry,
  signature: z.string().regex(signaturePattern).describe(signatureText("drill")),
});

/** Result of one drill. */
export type DrillEntry = z.output<typeof entry>;
export type DrilledService = z.output<typeof drilledService>;
export type DrilledMoment = z.output<typeof drilledMoment>;
type DrillLine = z.output<typeof drillLineSchema>;

/** Result of a drill, before it has its place in the log. */
export type DrillResult = Omit<DrillEntry, "kind" | "previous" | "by">;

/**
 * Puts a drill behind the others in `stacks/<id>/drills.jsonl`, signed by the commune: who drills holds its seed.
 *
 * @param key private key of the commune's descriptor, 32 bytes.
 */
export function recordDrill(stacks: string, result: DrillResult, key: Uint8Array): void {
  const { head } = headOf(readDrills(stacks, result.stack));
  const said: DrillEntry = { kind: "drill", ...result, previous: head, by: publicKeyOf(key) };
  const line: DrillLine = { entry: said, signature: signByCommune("drill", said, key) };
  appendTo(stacks, drillsFile, line);
}

/** The lines of a commune's log of drills; none if there is no file. */
export function readDrills(stacks: string, id: string): Read<DrillLine>[] {
  return readLines(textOf(stacks, id, drillsFile), drillLineSchema);
}

/** A line, and everything that is wrong with it. */
export interface JudgedDrill {
  number: number;
  entry: DrillEntry | undefined;
  problems: readonly string[];
}

/**
 * Judges every line of a log of drills on its own and by the line before it. Contacts nothing.
 *
 * @param publicKey of the commune, a Multikey, if it is known: without it a line is held to the key that it names.
 */
export function judgeDrills(
  lines: readonly Read<DrillLine>[],
  { stack, publicKey }: { stack: string; publicKey: string | undefined },
): JudgedDrill[] {
  return lines.map(({ number, line, problem }, index) => {
    if (line === undefined) return { number, entry: undefined, problems: [problem ?? ""] };
    const { entry: said, signature } = line;
    return {
      number,
      entry: said,
      problems: [
        ...placeProblems(lines, index, stack),
        ...(publicKey === undefined || said.by === publicKey
          ? []
          : [`is signed by ${said.by}, and the key of ${stack} is ${publicKey}`]),
        ...(isSignedByCommune("drill", said, signature) ? [] : ["its signature does not hold"]),
      ],
    };
  });
}
