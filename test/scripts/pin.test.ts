import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadBuilds } from "../../components/commune/versions/builds.ts";
import { loadVersions } from "../../components/commune/versions/lock.ts";
import { lockText } from "../../components/foundation/image/lock.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { pinCommand, pinMissing } from "../../scripts/pin.ts";
import { makeImage } from "../doubles/registry/content.ts";
import { RegistryDouble } from "../doubles/registry/registry.ts";

const postgres = "docker.io/library/postgres:17.12-trixie";
const mastodon = "ghcr.io/mastodon/mastodon:v4.6.5";
const first = makeImage({ postgres: Buffer.from("one") });
const second = makeImage({ postgres: Buffer.from("two") });
const alone = makeImage({ mastodon: Buffer.from("three") }, ["linux/arm64"]);

let stacks: string;
let registry: RegistryDouble;
let printed: string;

beforeEach(async () => {
  stacks = mkdtempSync(join(tmpdir(), "pin-"));
  for (const id of ["bron", "givors"]) {
    mkdirSync(join(stacks, id));
    writeFileSync(
      join(stacks, id, "commune.yaml"),
      `id: ${id}\nname: X\ninsee: "69029"\ndomain: ${id}.test\npopulation: 4000\ncontact: x@${id}.test\n`,
    );
  }
  registry = await new RegistryDouble({ access: "token" }).listen();
  registry.keep("hub/library/postgres", "17.12-trixie", first);
  registry.keep("ghcr/mastodon/mastodon", "v4.6.5", alone);
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += `${text}\n`;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  await registry.close();
  rmSync(stacks, { recursive: true });
});

/** Images that the communes run, without the program. */
const runs: Record<string, string[]> = { bron: [postgres, mastodon], givors: [postgres] };

const pod = (image: string): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "x" },
  spec: { containers: [{ name: "x", image }] },
});

function pin(...words: string[]): Promise<unknown> {
  const mirror = `docker.io=${registry.host}/hub,ghcr.io=${registry.host}/ghcr`;
  const objects = async (id: string) => (runs[id] ?? []).map(pod);
  return pinCommand(stacks, objects)
    .exitOverride()
    .parseAsync(["--mirror", mirror, ...words], { from: "user" });
}

function locked(id = "bron") {
  const lock = loadVersions(stacks, id);
  if (!lock?.ok) throw new Error(JSON.stringify(lock));
  return lock.declaration.images;
}

const fileOf = (id: string) => join(stacks, id, "versions.lock.yaml");

test("every image that communes run is written with its digests, the day, its licence and its source", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-26T10:00:00Z") });
  await pin();
  expect(locked("givors")).toEqual({ [postgres]: locked()[postgres] });
  expect(locked()).toEqual({
    [postgres]: {
      digest: first.top.digest,
      platforms: { "linux/amd64": first.manifests[0]?.digest, "linux/arm64": first.manifests[1]?.digest },
      read: "2026-11-26",
      from: `${registry.host}/hub`,
      licence: "PostgreSQL",
      source: "https://git.postgresql.org/gitweb/?p=postgresql.git",
    },
    [mastodon]: {
      digest: alone.top.digest,
      platforms: { "linux/arm64": alone.top.digest },
      read: "2026-11-26",
      from: `${registry.host}/ghcr`,
      licence: "AGPL-3.0-or-later",
      source: "https://github.com/mastodon/mastodon",
    },
  });
  expect(printed).toContain(
    `  +  ${mastodon}  ${alone.top.digest.slice(0, 19)}\n     AGPL-3.0-or-later, source https://github.com/mastodon/mastodon`,
  );

  // The same build on another day is no news.
  vi.setSystemTime(new Date("2026-12-24T10:00:00Z"));
  const text = readFileSync(fileOf("bron"), "utf8");
  printed = "";
  await pin();
  expect(readFileSync(fileOf("bron"), "utf8")).toBe(text);
  expect(printed).toContain("Nothing was changed.");
});

test("which versions run is written of each commune that was asked for", async () => {
  const declared = join(stacks, "bron", "commune.yaml");
  writeFileSync(declared, `${readFileSync(declared, "utf8")}mastodon: {}\n`);
  const lock = join(stacks, "bron", "versions.lock.yaml");
  await pin("givors");
  expect(existsSync(lock)).toBe(false);
  printed = "";
  await pin();
  expect(printed).toContain("stacks/bron/versions.lock.yaml");
  expect(readFileSync(lock, "utf8")).toContain('mastodon: "4.6.5"');
  // A toolkit with another default finds what ran.
  writeFileSync(lock, 'versions:\n  mastodon: "4.5.9"\n');
  await pin();
  expect(readFileSync(lock, "utf8")).toContain('mastodon: "4.5.9"');
});

test("another build under the same name is told, and is of the communes that were asked for alone", async () => {
  await pin();
  registry.keep("hub/library/postgres", "17.12-trixie", second);
  printed = "";
  await pin("givors");
  expect(locked("givors")[postgres]?.digest).toBe(second.top.digest);
  expect(locked("bron")[postgres]?.digest).toBe(first.top.digest);
  expect(printed).toContain(
    `  ~  ${postgres}  ${first.top.digest.slice(0, 19)} -> ${second.top.digest.slice(0, 19)}`,
  );
  expect(printed).toContain("another build under the same name");
  printed = "";
  await pin();
  expect(printed).toContain(`  ~  ${postgres} (bron)  `);
  expect(printed).toContain(`  =  ${postgres} (givors)  `);
});

test("what a commune does not run any more goes from its lock", async () => {
  await pin();
  runs.bron = [postgres];
  printed = "";
  await pin("bron", "--json");
  runs.bron = [postgres, mastodon];
  expect(Object.keys(locked())).toEqual([postgres]);
  expect(JSON.parse(printed)).toMatchObject({
    changes: [
      { image: postgres, change: "same", communes: ["bron"] },
      { image: mastodon, change: "gone", from: alone.top.digest },
    ],
    written: ["bron"],
  });
});

test("the file of older toolkits is read, keeps the days of its builds, and goes when all are pinned", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-26T10:00:00Z") });
  await pin();
  const shared = join(stacks, "images.lock.yaml");
  writeFileSync(shared, lockText(locked()));
  for (const id of ["bron", "givors"]) rmSync(fileOf(id));
  expect(loadBuilds(stacks, "givors")).toMatchObject({ ok: true, images: { [mastodon]: {} } });
  vi.setSystemTime(new Date("2026-12-24T10:00:00Z"));
  await pin("givors");
  expect(existsSync(shared)).toBe(true);
  expect(locked("givors")[postgres]?.read).toBe("2026-11-26");
  printed = "";
  await pin();
  expect(existsSync(shared)).toBe(false);
  expect(printed).toContain("Removed: stacks/images.lock.yaml.");
  expect(Object.keys(locked())).toEqual([postgres, mastodon]);
});

test("when one image cannot be read, nothing is written, and every reason is told", async () => {
  runs.givors = [postgres, "docker.io/valkey/valkey:8.1.1"];
  await expect(pin()).rejects.toThrow(
    `${registry.host}/hub has no image docker.io/valkey/valkey:8.1.1. Correct its version in the declaration, or the mirror.\nNothing was changed.`,
  );
  expect(loadBuilds(stacks, "bron")).toBe(undefined);
  expect(loadBuilds(stacks, "givors")).toBe(undefined);
  runs.givors = [postgres];
});

test("what is missing for one commune is pinned, and no registry is asked when nothing is", async () => {
  const mirrors = { "docker.io": `${registry.host}/hub`, "ghcr.io": `${registry.host}/ghcr` };
  const missing = () => pinMissing(stacks, "bron", mirrors, async (id) => (runs[id] ?? []).map(pod));
  runs.bron = [postgres];
  await pin("bron");
  runs.bron = [postgres, mastodon];
  registry.keep("hub/library/postgres", "17.12-trixie", second);
  expect(await missing()).toEqual([mastodon]);
  // What was reviewed stays, whatever its tag leads to by now.
  expect(locked()[postgres]?.digest).toBe(first.top.digest);
  registry.asked.length = 0;
  expect(await missing()).toEqual([]);
  expect(registry.asked).toEqual([]);
});

test("a commune that is not declared is told", async () => {
  await expect(pin("lyon")).rejects.toMatchObject({ exitCode: 2 });
});
