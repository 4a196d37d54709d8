import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { begin, prepareFor } from "./begin.ts";
import { finish } from "./finish.ts";
import { bringFiles, exchangeFiles, previewRestore, releaseFiles } from "./restore.ts";
import { ofPod } from "./surroundings.ts";
import { remembered } from "./vaults.ts";

/** What Kubernetes keeps of a container that ended, where people and the next look find it. */
const memory = "/dev/termination-log";

/** Processor time of the container, restic's too, for whoever reads the log; nothing where the node does not say. */
function processorTime(): string {
  const file = "/sys/fs/cgroup/cpu.stat";
  const [, microseconds] =
    /^usage_usec (\d+)$/m.exec(existsSync(file) ? readFileSync(file, "utf8") : "") ?? [];
  return microseconds === undefined
    ? ""
    : ` It took ${(Number(microseconds) / 1e6).toFixed(1)} s of processor time.`;
}

const [step = ""] = process.argv.slice(2);
const around = ofPod(process.env);

/** One step of a restore of files. */
async function restore(step: string): Promise<void> {
  const sequence = Number(process.env.SEQUENCE);
  prepareFor(around);
  if (step === "preview") writeFileSync(memory, JSON.stringify(await previewRestore(sequence, around)));
  else if (step === "bring") await bringFiles(sequence, around);
  else if (step === "there" || step === "back") exchangeFiles(sequence, step, around);
  else if (step === "release") releaseFiles(sequence, around);
  else throw new Error(`there is no step "${step}"`);
}

try {
  if (step === "begin") await begin(around);
  else if (step === "finish") writeFileSync(memory, remembered(await finish(around)));
  else await restore(step);
  console.log(`${step}: done.${processorTime()}`);
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  console.error(`not done: ${error instanceof Error ? error.message : String(error)}${cause}`);
  process.exitCode = 1;
}
