import { writeFileSync } from "node:fs";
import { begin } from "./begin.ts";
import { finish } from "./finish.ts";
import { ofPod } from "./surroundings.ts";
import { remembered } from "./vaults.ts";

/** What Kubernetes keeps of a container that ended, where people and the next look find it. */
const memory = "/dev/termination-log";

const [step = ""] = process.argv.slice(2);
const around = ofPod(process.env);
try {
  if (step === "begin") await begin(around);
  else if (step === "finish") writeFileSync(memory, remembered(await finish(around)));
  else throw new Error(`there is no step "${step}"`);
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  console.error(`no restore point: ${error instanceof Error ? error.message : String(error)}${cause}`);
  process.exitCode = 1;
}
