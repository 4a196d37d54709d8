import { Command } from "commander";
import { programCache, progressLine } from "../../local/toolchain/index.ts";
import { readPrebuilt } from "../../local/toolchain/prebuilt.ts";
import { allPrograms, goModule } from "../../local/toolchain/programs.ts";
import { type Anew, isSame, verificationText, verify } from "../../local/toolchain/verify.ts";
import { interruptible } from "../interruptible.ts";

const total = allPrograms.flatMap(({ programs }) => Object.keys(programs)).length;

/** Returns what tells progress on stderr: a line whenever the minutes that are left change. */
function everyMinute(): Anew["report"] {
  let told: number | undefined = -1;
  return ({ finished, ...progress }) => {
    if (progress.minutesLeft === told || progress.packages.needed === 0) return;
    told = progress.minutesLeft;
    console.error(progressLine({ total, done: finished, cached: 0, taken: 0, ...progress }));
  };
}

/** `commune local verify`: whether the programs of the release are what their sources give. */
export function verifyCommand(): Command {
  return new Command("verify")
    .description(
      "Compile the cluster’s programs from source and compare their bytes with the release’s checksums and with what the cache runs; name each that differs. Writes nothing else.",
    )
    .option("--json", "print the result as JSON")
    .action(async ({ json }: { json?: true }) => {
      const options = { module: goModule, known: allPrograms, cache: programCache(), report: everyMinute() };
      const found = await interruptible((signal) => verify({ ...options, signal }, readPrebuilt()));
      console.log(json ? JSON.stringify(found, undefined, 2) : verificationText(found));
      if (!isSame(found)) process.exitCode = 1;
    });
}
