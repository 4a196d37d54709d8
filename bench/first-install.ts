import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { openCluster } from "../local/cluster/index.ts";
import { checkout } from "../local/paths.ts";
import manifest from "../package.json" with { type: "json" };
import { packToolkit } from "../test/registry/archives.ts";
import { Registry } from "../test/registry/registry.ts";
import { Steps } from "./first/steps.ts";

/**
 * `npm run bench first-install`: from an empty folder to the end of `npx commune demo`, with packages of a registry on this
 * machine. The local cluster's programs are one of them. A home folder of its own, so empty caches of npm and ours, and no Go
 * on PATH; what each step took, as a table. Removes all of it. `--tour` goes on through the tour. `npm run package:programs`
 * comes before.
 */
const { values } = parseArgs({ options: { tour: { type: "boolean", default: false } } });
const programs = join(checkout, `commune-cloud-programs-linux-x64-${manifest.version}.tgz`);
if (!existsSync(programs)) throw new Error(`there is no ${programs}: run "npm run package:programs" first.`);
const folder = mkdtempSync(join(tmpdir(), "first-"));
const repository = join(folder, "repository");
mkdirSync(repository);
const state = join(folder, "state");
const withoutGo = (process.env.PATH ?? "").split(delimiter).filter((each) => !existsSync(join(each, "go")));
const megabytes = (file: string) => `${(statSync(file).size / 1e6).toFixed(0)} MB`;

const registry = await Registry.start(join(folder, "registry"));
try {
  const { file: toolkit } = await packToolkit(checkout, folder);
  for (const file of [toolkit, programs]) {
    await registry.publish(file);
    console.log(`published: ${basename(file)}, ${megabytes(file)}`);
  }
  const steps = new Steps({
    cwd: repository,
    env: {
      ...registry.environment,
      ...{ HOME: join(folder, "home"), COMMUNE_STATE: state, PATH: withoutGo.join(delimiter) },
    },
  });
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
  const packages = ["commune-cloud", "@commune-cloud/programs-linux-x64"];
  await steps.run("npm install", ["npm", "install", "--save-exact", ...packages, ...quiet]);
  await steps.run("npx commune new", ["npx", "commune", "new", ".", "--example"]);
  await execa("git", ["init", "--quiet"], { cwd: repository });
  const tour = values.tour ? ["--tour"] : [];
  await steps.run("npx commune demo", ["npx", "commune", "demo", ...tour]);
  console.log(`\n${steps.table()}`);
} finally {
  await registry.close();
  process.env.COMMUNE_STATE = state;
  await openCluster("commune").reset();
  rmSync(folder, { recursive: true, force: true });
}
