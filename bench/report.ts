import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { checkout } from "../local/paths.ts";
import { inTurns } from "../test/cluster/timing.ts";

/**
 * `npm run bench report`: a report that can be approved (`commune report --preview`) against a plain preview. And against
 * one with a policy pack that asks nothing, which is what Pulumi takes for any pack in Node; in turns, of a stack that
 * runs (`npm run demo`, then `eval "$(npx commune local env)"`; another one: `npm run bench report -- lyon`). Prints
 * medians by the clock and of processor time.
 */
const [stack = "villeurbanne"] = process.argv.slice(2);
const runs = 5;
const pack = join(checkout, ".local", "empty-pack");

const files = {
  "PulumiPolicy.yaml": "runtime: nodejs\nmain: index.js\n",
  "package.json": JSON.stringify({ name: "empty-pack", version: "0.1.0", private: true, type: "module" }),
  "index.js": `import policy from "@pulumi/policy";
const each = { name: "each", description: "", enforcementLevel: "mandatory", validateResource: () => {} };
const whole = { name: "whole", description: "", enforcementLevel: "mandatory", validateStack: () => {} };
new policy.PolicyPack("empty-pack", { policies: [each, whole] });
`,
};

const run = (program: string, ...words: string[]) =>
  execa(program, words, { cwd: checkout, preferLocal: true, env: { PULUMI_SKIP_UPDATE_CHECK: "true" } });
const steps: [string, () => Promise<unknown>][] = [
  ["pulumi preview", () => run("pulumi", "preview", "-s", stack)],
  ["with a pack that asks nothing", () => run("pulumi", "preview", "-s", stack, "--policy-pack", pack)],
  [
    "commune report --preview",
    () => run("node", "scripts/commune.js", "report", stack, "--preview", "--json"),
  ],
];

mkdirSync(pack, { recursive: true });
try {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(pack, name), text);
  const all = await inTurns(steps, runs);
  const [plain = { clock: Number.NaN, processor: Number.NaN }] = all;
  console.log(`${stack}, ${runs} runs each, medians, load average ${(loadavg()[0] ?? 0).toFixed(1)}`);
  for (const each of all) {
    const line = (["clock", "processor"] as const).map(
      (what) =>
        `${each[what].toFixed(2)} s ${what}, ${(each[what] - plain[what]).toFixed(2)} more than a preview`,
    );
    console.log(`  ${each.title.padEnd(30)} ${line.join("; ")}`);
  }
} finally {
  rmSync(pack, { recursive: true, force: true });
}
