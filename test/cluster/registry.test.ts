import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { checkout } from "../../local/paths.ts";
import { folderBackend } from "../../local/toolchain/pulumi.ts";
import manifest from "../../package.json" with { type: "json" };
import { Filled } from "../campaigns/there-and-back/filled.ts";
import { compared, seenIn, seenWords } from "../campaigns/upgrade/seen.ts";
import { upgradeTable } from "../campaigns/upgrade/table.ts";
import { readRelease } from "../golden/release/files.ts";
import { announcedRestarts } from "../golden/release/release.ts";
import { type Archive, packCommit, packToolkit } from "../registry/archives.ts";
import { Registry } from "../registry/registry.ts";
import { Repository } from "../registry/repository.ts";
import { claimCommune } from "./claims.ts";
import { changesOf } from "./project.ts";

/**
 * The toolkit of before, since none was released: the first commit whose package worked, published under a version that
 * says so. CHANGELOG.md compares with an earlier one: what it announces has to be at least what restarts.
 */
const former = "5a3ba429";
const commune = "registry-town";
const announced = announcedRestarts(
  readFileSync(join(checkout, "CHANGELOG.md"), "utf8"),
  readRelease().release,
);
const cluster = openCluster(inject("cluster"));
const folder = mkdtempSync(join(tmpdir(), "commune-registry-"));
const kubectl = async (...words: readonly string[]) =>
  (await execa("kubectl", words, { env: cluster.environment })).stdout;
const look = async () => seenIn(JSON.parse(await kubectl(...seenWords(commune))));
const filled = new Filled({ kubectl }, commune);

let registry: Registry;
let repository: Repository;
let [before, now]: Archive[] = [];
let [seen, data]: [ReturnType<typeof seenIn>?, string[]?] = [];

/** Duration of each step, in the order of the steps. */
const took: string[] = [];
async function timed<Result>(step: string, work: () => Promise<Result>): Promise<Result> {
  const began = Date.now();
  const result = await work();
  took.push(`| ${step} | ${((Date.now() - began) / 1000).toFixed(1)} s |`);
  return result;
}

/** Runs an update, which replaces nothing but Jobs: they hold nothing, and run again by it. */
async function up() {
  const output = await repository.pulumi("up", "-s", commune, "--yes", "--skip-preview");
  const changes = changesOf(output);
  const replaced = [...output.matchAll(/^ *\+- +(\S+) .*replaced/gm)].map(([, type]) => type);
  expect(replaced, output).toEqual(Array(changes.replaced ?? 0).fill("kubernetes:batch/v1:Job"));
  return changes;
}

beforeAll(async () => {
  registry = await Registry.start(join(folder, "registry"));
  before = await packCommit(former, folder);
  now = await packToolkit(checkout, folder);
  await registry.publish(before.file, "former");
  await registry.publish(now.file);
  mkdirSync(join(folder, "state"));
  repository = new Repository(registry, {
    ...cluster.environment,
    PULUMI_BACKEND_URL: folderBackend(join(folder, "state")),
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  });
});

afterAll(async () => {
  console.log(took.join("\n"));
  await kubectl("delete", "namespaces", `--selector=commune.cloud/commune=${commune}`, "--wait=false");
  await registry.close();
  repository.remove();
  rmSync(folder, { recursive: true, force: true });
});

test("a registry has what was published, and of these names nothing else", async () => {
  const versions = await repository.run("npm", "view", manifest.name, "versions", "--json");
  expect(JSON.parse(versions)).toEqual([before?.version, now?.version]);
  const unknown = await repository.ran("npm", "view", `@${manifest.name}/nothing`, "version");
  expect(unknown.output).toContain("E404");
});

test("a repository is made of the toolkit of before, and its commune comes up with data", async () => {
  claimCommune(commune);
  await timed("npm install, of before", () => repository.install(`${manifest.name}@${before?.version}`));
  await timed("npx commune new", () => repository.commune("new", "."));
  await repository.run("git", "init", "--quiet");
  await timed("npx commune init", () =>
    repository.commune(
      ...["init", commune, "--name", "Ville", "--insee", "69029", "--domain", `${commune}.test`],
      ...["--population", "100", "--contact", `mairie@${commune}.test`, "--services", "nextcloud,mastodon"],
    ),
  );
  await repository.pulumi("login", folderBackend(join(folder, "state")));
  await repository.pulumi("stack", "init", commune);
  await repository.pulumi("config", "set", "commune:data", "disposable", "-s", commune);
  const changes = await timed("npx pulumi up, with the toolkit of before", up);
  expect(changes.created).toBeGreaterThan(60);
  await filled.fill();
  [seen, data] = [await look(), await filled.contents()];
  await repository.commit("What runs today");
});

test("the toolkit of now takes its place: no object but Jobs is replaced, and what restarts was announced", async () => {
  if (seen === undefined || data === undefined) return expect.fail("nothing was applied before");
  await timed("npm install, of now", () => repository.install(`${manifest.name}@${now?.version}`));
  expect(JSON.parse(readFileSync(join(repository.folder, "package.json"), "utf8")).dependencies).toEqual({
    [manifest.name]: now?.version,
  });
  expect(await timed("npx commune check", () => repository.commune("check", commune))).toContain(
    `${commune}: valid`,
  );
  const report = await timed("npx commune report --preview", () =>
    repository.ran("npx", "commune", "report", commune, "--preview"),
  );
  expect(report.output).toContain(commune);
  await timed("npx pulumi up, with the toolkit of now", up);
  const after = await look();
  console.log(upgradeTable(seen, after, announced));
  expect(compared(seen, after, announced).wrong).toEqual([]);
  expect(await filled.contents()).toEqual(data);
  const { unchanged: _, ...again } = await up();
  expect(again).toEqual({});
  await repository.commit(`${manifest.name} ${now?.version}`);
});

test("git revert and npm ci are the way back, with the data as it is", async () => {
  const who = ["-c", "user.name=Essai", "-c", "user.email=essai@commune.test", "-c", "commit.gpgSign=false"];
  await repository.run("git", ...who, "revert", "--no-edit", "HEAD");
  await timed("npm ci, back to the toolkit of before", () => repository.install());
  expect(await repository.run("npm", "ls", manifest.name)).toContain(`${manifest.name}@${before?.version}`);
  await timed("npx pulumi up, back", up);
  expect(await filled.contents()).toEqual(data);
});
