import { Command } from "commander";
import { programCache, progressLine } from "../../local/toolchain/index.ts";
import { readPrebuilt } from "../../local/toolchain/prebuilt.ts";
import { allPrograms, goModule } from "../../local/toolchain/programs.ts";
import { type Anew, isSame, verificationText, verify } from "../../local/toolchain/verify.ts";
import { interruptible } from "../interruptible.ts";

const total = allPrograms.flatMap(({ programs }) => Object.keys(programs)).length;

/** Returns a function that reports progress on stderr: a line for each finished program, and for each minute less. */
function onStderr(): Anew["report"] {
  let told = "";
  return ({ finished, packages, minutesLeft, fetched }) => {
    // Programs whose packages Go has compiled before are only linked: that has no estimate.
    const left = packages.compiled > 0 ? minutesLeft : undefined;
    const now = `${finished} ${left}`;
    if (now === told || packages.needed === 0) return;
    told = now;
    const there = { total, done: finished, cached: 0, taken: 0 };
    console.error(progressLine({ ...there, fetched, packages, minutesLeft: left }));
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
      const options = { module: goModule, known: allPrograms, cache: programCache(), report: onStderr() };
      const found = await interruptible((signal) => verify({ ...options, signal }, readPrebuilt()));
      console.log(json ? JSON.stringify(found, undefined, 2) : verificationText(found));
      if (!isSame(found)) process.exitCode = 1;
    });
}
