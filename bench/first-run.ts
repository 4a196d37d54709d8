import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { openCluster } from "../local/cluster/index.ts";
import { checkout } from "../local/paths.ts";

/**
 * `npm run bench first-run`: from `npm ci` to the end of `npm run demo`, with empty caches. A clone of this checkout's
 * last commit, with a home folder of its own and so with empty caches of npm, Go and ours; what each step took, as a table. Removes all
 * of it. `--modules` takes the sources of Go modules from this machine's cache: with a network, it leaves out their
 * download. The demo's ports are free ones.
 */
const { values } = parseArgs({ options: { modules: { type: "boolean", default: false } } });
const folder = mkdtempSync(join(tmpdir(), "first-"));
const clone = join(folder, "clone");
const modules = process.env.GOMODCACHE ?? join(process.env.GOPATH ?? join(homedir(), "go"), "pkg", "mod");
const environment = {
  HOME: join(folder, "home"),
  COMMUNE_STATE: join(folder, "state"),
  ...(values.modules && { GOMODCACHE: modules }),
};

/** Title of a step, and its duration in seconds. */
interface Step {
  title: string;
  took: number;
}

const steps: Step[] = [];

/** A finished step of the demo, as `✔ title  what came of it [1m37s]`. */
function stepIn(line: string): Step | undefined {
  const [, title, minutes, seconds] =
    /^✔ (\S.*?)(?: {2,}.*)? \[(?:(\d+)m)?([\d.]+)s\]$/.exec(line.trim()) ?? [];
  return title === undefined ? undefined : { title, took: Number(minutes ?? 0) * 60 + Number(seconds) };
}

async function run(words: readonly string[], line: (text: string) => void): Promise<number> {
  const began = Date.now();
  const [program = "", ...rest] = words;
  const running = execa(program, rest, { cwd: clone, env: environment, all: true, stdin: "ignore" });
  for await (const text of running.iterable({ from: "all" })) line(text);
  return (Date.now() - began) / 1000;
}

const length = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;

try {
  await execa("git", ["clone", "--quiet", checkout, clone]);
  const installed = await run(["npm", "ci", "--no-audit", "--no-fund"], () => undefined);
  const shown = await run(["npm", "run", "demo"], (text) => {
    const step = stepIn(text);
    if (step) steps.push(step);
    if (step || /^[❯✖]|min left|rror/.test(text)) console.log(text);
  });
  console.log(`\n| step | took |\n|---|---|\n| npm ci | ${length(installed)} |`);
  for (const { title, took } of steps) console.log(`| ${title} | ${length(took)} |`);
  console.log(`| **both commands** | **${length(installed + shown)}** |`);
} finally {
  process.env.COMMUNE_STATE = environment.COMMUNE_STATE;
  await openCluster("commune").reset();
  rmSync(folder, { recursive: true, force: true });
}
