import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { checkout } from "../../local/paths.ts";
import { commandsIn, fileOfBlock, type GuideBlock, guideBlocks } from "../guide-blocks.ts";
import { merged } from "../merged.ts";
import { packToolkit } from "../registry/archives.ts";
import { claimCommune } from "./claims.ts";
import { bringMonitoringImages } from "./monitoring-images.ts";

/** The town of the guide. */
const commune = "bron";
const cluster = openCluster(inject("cluster"));
/** The home folder of who reads it. */
const home = mkdtempSync(join(tmpdir(), "guide-"));
const repository = join(home, "commune");
const blocks = guideBlocks(readFileSync(join(checkout, "docs/fr/ville.md"), "utf8")).filter(
  ({ isElsewhere }) => !isElsewhere,
);
/** Commands that `site check` prints, which the guide says to type. */
let printed: string[] = [];
const took: string[] = [];

/** Runs a command where the one before has left its folder and variables, and returns what it says. Throws if it fails. */
async function type(command: string): Promise<string> {
  const script = `cd "$(cat ~/.where)"; . ~/.variables; ${command}\npwd > ~/.where; export -p > ~/.variables`;
  const began = Date.now();
  const { exitCode, all } = await execa("bash", ["--norc", "-euo", "pipefail", "-c", script], {
    ...{ cwd: home, all: true, reject: false, stdin: "ignore" },
    env: { ...cluster.environment, HOME: home, NO_COLOR: "1" },
  });
  took.push(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${command.split("\n")[0]}`);
  if (exitCode !== 0) throw new Error(`${command}\nended with ${exitCode}:\n${all}`);
  return String(all);
}

/** Lines of three sheets of a kit, as their holders read them out. */
function sheets(): string {
  const folder = join(home, "feuilles");
  const pages = readdirSync(folder)
    .slice(0, 3)
    .map((name) => readFileSync(join(folder, name), "utf8"));
  const share = (page: string) => /<div class="share"><ol>(.*?)<\/ol>/s.exec(page)?.[1] ?? "";
  return pages
    .flatMap((page) => [...share(page).matchAll(/<li>(.*?)<\/li>/gs)].map(([, line]) => `${line}\n`))
    .join("");
}

/** Returns a command with what somebody answers at a terminal. */
function answered(command: string): string {
  if (command.startsWith("npx pulumi up")) return `${command} --yes`;
  // 1 says that a version needs attention, and that of a failure has no table.
  if (command === `npx commune updates ${commune}`)
    return `(${command} || test $? = 1) | grep "^${commune}, "`;
  if (command.includes("config set --secret")) return `${command} <<< "of this test"`;
  if (!command.startsWith("npx commune recovery kit verify")) return command;
  writeFileSync(join(home, "typed"), sheets(), { mode: 0o600 });
  return `${command} < ~/typed`;
}

/** Adds a block's lines to the file that it names, or writes that file. */
function add(block: GuideBlock): void {
  const path = fileOfBlock(block);
  if (path === undefined) return;
  const file = join(repository, path);
  const read = (content: string) => yaml.load(content, { schema: yaml.CORE_SCHEMA });
  const before = existsSync(file) ? read(readFileSync(file, "utf8")) : {};
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, yaml.dump(merged(before, read(block.text))));
}

/** Does what a block says: types its commands, or adds its lines to a file. */
async function follow(block: GuideBlock): Promise<void> {
  const { language, text } = block;
  if (language === "yaml") return add(block);
  const commands = commandsIn(text);
  const checks = commands.findIndex((command) =>
    command.startsWith(`npx commune site check ${commune} --context`),
  );
  if (checks < 0) {
    for (const command of commands) await type(answered(command));
    return;
  }
  const said = await type(commands[checks] ?? "");
  printed = [...said.matchAll(/npx pulumi config set \S+ \S+/g)].map(([line]) => `${line} -s ${commune}`);
  // Nothing was pinned, for want of a registry, so that data counts as disposable.
  const settings = [...printed, `npx pulumi config set commune:data disposable -s ${commune}`];
  const others = commands.filter(
    (command, index) => index !== checks && !command.includes("pulumi config set"),
  );
  for (const command of [...settings, ...others]) await type(command);
}

/** Returns what a public name of the commune answers to whoever comes by the ingress. */
async function answer(host: string, path: string): Promise<string> {
  const { hostname = "", port = "" } = new URL(cluster.endpoints?.https ?? "");
  const there = ["--resolve", `${host}:${port}:${hostname}`, `https://${host}:${port}${path}`];
  const { stdout } = await execa("curl", ["--silent", "--location", "--insecure", ...there]);
  return stdout;
}

beforeAll(async () => {
  claimCommune(commune);
  await bringMonitoringImages(cluster);
  const { file } = await packToolkit(checkout, home);
  expect(file).toBe(join(home, "commune-cloud-0.1.0.tgz"));
  mkdirSync(join(home, ".kube"));
  const kubeconfig = join(home, ".kube", "mairie");
  const { stdout: raw } = await execa("kubectl", ["config", "view", "--raw", "--flatten", "--minify"], {
    env: cluster.environment,
  });
  writeFileSync(kubeconfig, raw, { mode: 0o600 });
  const { stdout: current } = await execa("kubectl", [
    "--kubeconfig",
    kubeconfig,
    "config",
    "current-context",
  ]);
  await execa("kubectl", ["--kubeconfig", kubeconfig, "config", "rename-context", current, "mairie"]);
  writeFileSync(join(home, ".where"), home);
  writeFileSync(join(home, ".variables"), `export KUBECONFIG=${kubeconfig}\n`);
  writeFileSync(
    join(home, ".gitconfig"),
    "[user]\nname = Essai\nemail = essai@commune.test\n[commit]\ngpgSign = false\n",
  );
});

afterAll(async () => {
  console.log(took.join("\n"));
  await execa(
    "kubectl",
    ["delete", "namespaces", `--selector=commune.cloud/commune=${commune}`, "--wait=false"],
    {
      env: cluster.environment,
    },
  );
  rmSync(home, { recursive: true, force: true });
});

test(
  "the guide of a town is followed as written, but for what it says is not tried here",
  async () => {
    expect(blocks.length).toBeGreaterThan(8);
    for (const block of blocks) await follow(block);
    expect(printed.length).toBeGreaterThan(0);
    expect(await answer("cloud.nuage.bron.fr", "/status.php")).toContain('"installed":true');
    expect(await answer("wiki.chorale.assos-bron.fr", "/")).toContain("Chorale de Bron");
    // Some forty commands, one after the other.
  },
  30 * 60_000,
);
