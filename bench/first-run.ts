import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { openCluster } from "../local/cluster/index.ts";
import { checkout } from "../local/paths.ts";
import { Steps } from "./first/steps.ts";

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
const steps = new Steps({ cwd: clone, env: environment });

try {
  await execa("git", ["clone", "--quiet", checkout, clone]);
  await steps.run("npm ci", ["npm", "ci", "--no-audit", "--no-fund"]);
  await steps.run("npm run demo", ["npm", "run", "demo"]);
  console.log(`\n${steps.table()}`);
} finally {
  process.env.COMMUNE_STATE = environment.COMMUNE_STATE;
  await openCluster("commune").reset();
  rmSync(folder, { recursive: true, force: true });
}
