import { readFileSync, writeFileSync } from "node:fs";
import { untilStill } from "../../components/foundation/program/still.ts";
import { holdStep, leaveStep, rowsStep } from "../../components/recovery/points/settings.ts";
import { begin, prepareFor } from "./begin.ts";
import { bringBucket, exchangeBucket, previewBucket, releaseBucket } from "./bucket/restore.ts";
import { finish } from "./finish.ts";
import { leavePart } from "./leave.ts";
import { bringOnly, exchangeOnly, previewOnly, releaseOnly } from "./only.ts";
import { bringFiles, exchangeFiles, previewRestore, releaseFiles } from "./restore.ts";
import { findRows } from "./rows.ts";
import { ofPod } from "./surroundings.ts";
import { remembered } from "./vaults.ts";

/** Time without progress after which nobody is taken to want another part, milliseconds. */
const holdMs = 3_600_000;

/** File that Kubernetes keeps of a container that ended: people and the next look find it there. */
const memory = "/dev/termination-log";

/** Processor time of this program and of all that it waited for, seconds. Source: proc_pid_stat(5), fields 14 to 17, in hundredths. */
function processorTime(): string {
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const hundredths = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return (hundredths / 100).toFixed(2);
}

const [step = "", ...words] = process.argv.slice(2);
const around = ofPod(process.env);

/** One step of a restore: of all files, or of one path, or the rows. */
async function restore(step: string): Promise<void> {
  const sequence = Number(process.env.SEQUENCE);
  const { ONLY: only } = process.env;
  prepareFor(around);
  if (step === rowsStep) await findRows(sequence, around);
  else if (only !== undefined) await restoreOnly(step, sequence, only);
  else await restoreAll(step, sequence);
}

/** Objects before files on volumes: what fails among them has moved no file. */
async function restoreAll(step: string, sequence: number): Promise<void> {
  if (step === "preview") {
    const files = await previewRestore(sequence, around);
    remember(await previewBucket(sequence, files, around));
  } else if (step === "bring") {
    await bringBucket(sequence, around);
    await bringFiles(sequence, around);
  } else if (step === "there" || step === "back") {
    await exchangeBucket(sequence, step, around);
    await exchangeFiles(sequence, step, around);
  } else if (step === "release") {
    await releaseBucket(sequence, around);
    releaseFiles(sequence, around);
  } else throw new Error(`there is no step "${step}"`);
}

async function restoreOnly(step: string, sequence: number, only: string): Promise<void> {
  if (step === "preview") remember(await previewOnly(sequence, only, around));
  else if (step === "bring") await bringOnly(sequence, only, around);
  else if (step === "there" || step === "back") await exchangeOnly(sequence, only, step, around);
  else if (step === "release") releaseOnly(sequence, only, around);
  else throw new Error(`there is no step "${step}"`);
}

/** Leaves one part of a point on standard output; what is said of it, on the other one. */
async function leave([sequence, part, host = ""]: readonly string[]): Promise<void> {
  const said = { ...around, say: (line: string) => console.error(line) };
  const summed = await leavePart(
    { sequence: Number(sequence), part: Number(part), host },
    said,
    process.stdout,
  );
  console.error(JSON.stringify(summed));
}

/** Waits while somebody asks for parts: programs of this container that others start. */
async function hold(): Promise<void> {
  prepareFor(around);
  console.log("parts can be asked for");
  await untilStill(0, holdMs);
}

function remember(value: object): void {
  writeFileSync(memory, JSON.stringify(value));
}

try {
  if (step === "begin") await begin(around);
  else if (step === "finish") writeFileSync(memory, remembered(await finish(around)));
  else if (step === holdStep) await hold();
  else if (step === leaveStep) await leave(words);
  else await restore(step);
  if (step !== leaveStep) console.log(`${step}: done in ${processorTime()} s of processor time`);
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  console.error(`not done: ${error instanceof Error ? error.message : String(error)}${cause}`);
  process.exitCode = 1;
}
