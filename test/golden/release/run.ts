import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import yaml from "js-yaml";
import { checkout } from "../../../local/paths.ts";
import manifest from "../../../package.json" with { type: "json" };
import { parseFolded } from "../../registrations/folded-yaml.ts";
import type { Registration } from "../../registrations/order.ts";
import { declaredFile, folder, kept, lastFile, readRelease } from "./files.ts";
import { holderSums, podSums, type Release } from "./release.ts";

// `npm run release:record` writes what a release registers, from the golden files of a commit (docs/upgrade.md). `-- --of
// tenants/wordpress` writes that golden file's alone: for a test that declares something else than at the release.
const { values } = parseArgs({
  options: {
    at: { type: "string", default: "HEAD" },
    as: { type: "string", default: manifest.version },
    of: { type: "string" },
  },
});

const git = async (...words: string[]) =>
  (await execa("git", ["-C", checkout, ...words], { stripFinalNewline: false })).stdout;

/** Returns the registrations of a golden file; undefined if it has something else. */
async function registrationsAt(commit: string, golden: string): Promise<Registration[] | undefined> {
  const read = parseFolded(await git("show", `${commit}:test/golden/${golden}.yaml`));
  return Array.isArray(read) && read.every((each) => "inputs" in each) ? read : undefined;
}

/** Records a golden file as it is at a commit. */
async function recordGolden(release: Release, commit: string, golden: string): Promise<void> {
  const registrations = await registrationsAt(commit, golden);
  if (registrations === undefined) return;
  release.pods[golden] = podSums(registrations);
  release.holders[golden] = holderSums(registrations);
  const declared = declaredFile(golden);
  if (declared !== undefined)
    writeFileSync(join(folder, `${golden}.yaml`), await git("show", `${commit}:${declared}`));
}

const commit = (await git("rev-parse", "--short=8", values.at)).trim();
const listed = (await git("ls-tree", "-r", "--name-only", commit, "test/golden")).split("\n");
const goldens = listed.flatMap((path) => {
  const [, golden] = /^test\/golden\/(?!release\/)(.*)\.yaml$/.exec(path) ?? [];
  return golden === undefined ? [] : [golden];
});
const only = values.of;
if (only !== undefined && !goldens.includes(only))
  throw new Error(`${commit} has no test/golden/${only}.yaml. It has: ${goldens.join(", ")}`);

const empty: Release = { release: values.as, commit, pods: {}, holders: {} };
const release = only === undefined ? empty : readRelease();
if (only === undefined) for (const old of kept()) rmSync(join(folder, old));
for (const golden of only === undefined ? goldens : [only]) await recordGolden(release, commit, golden);

const when = release.release === "none" ? "before the first release" : `in release ${release.release}`;
const text = `# What was registered ${when}. Written by: npm run release:record\n${yaml.dump(release, { lineWidth: -1, sortKeys: true })}`;
writeFileSync(lastFile, text);
const count = Object.values(release.pods).flatMap(Object.keys).length;
console.log(`${lastFile.slice(checkout.length + 1)}: ${count} pod templates, ${text.length} bytes.`);
