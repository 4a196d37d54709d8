import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { withHistory } from "../../../components/commune/history.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { readPublished } from "../../../components/commune/published.ts";
import { revisionOf } from "../../../components/commune/revision.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";

const bron = {
  ...{
    id: "bron",
    name: "Bron",
    insee: "69029",
    domain: "bron.test",
    population: 42_000,
    contact: "a@bron.test",
  },
};
const full = { nextcloud: { version: "33.0.7" }, mastodon: {}, peertube: {}, hotspots: {}, schools: {} };
const now = (more: object = {}) =>
  published(
    planCommune(communeSchema.parse({ ...bron, ...full, ...more }), siteOf(siteSchema.parse({}))),
    "00ff",
  );
const revision = (letter: string, isDirty = false) => ({ commit: letter.repeat(40), isDirty });
const stored = (value: object) => {
  const read = readPublished(JSON.parse(JSON.stringify(value)));
  if (read === undefined) throw new Error("cannot be read");
  return read;
};

test("an update that changes something has the one before it, and one that changes nothing keeps both", () => {
  const first = stored(withHistory(now(), undefined, revision("a")));
  expect([first.revision, first.previous]).toEqual([revision("a"), undefined]);
  const second = stored(withHistory(now({ nextcloud: { version: "34.0.2" } }), first, revision("b")));
  expect(second.revision).toEqual(revision("b"));
  expect(second.previous).toMatchObject({ revision: revision("a"), services: { nextcloud: "33.0.7" } });
  // Another commit, of something else: nothing of it shows in a preview.
  const third = stored(withHistory(now({ nextcloud: { version: "34.0.2" } }), second, revision("c")));
  expect(third).toEqual(second);
  // News is no update to go back from.
  const news = { ...now({ nextcloud: { version: "34.0.2" } }), news: { "2026-11-26-marche": "00" } };
  const said = withHistory(news, third, revision("d"));
  expect([said.revision, said.previous]).toEqual([second.revision, second.previous]);
});

test("what was applied before it was committed has its commit as soon as it is applied again", () => {
  const first = stored(withHistory(now(), undefined, revision("a", true)));
  expect(withHistory(now(), first, revision("b")).revision).toEqual(revision("b"));
  expect(
    withHistory(now(), stored(withHistory(now(), undefined, undefined)), undefined).revision,
  ).toBeUndefined();
});

test("a revision that is no commit is none: git is given it as an argument", () => {
  const said = { ...now(), revision: { commit: "--output=/etc/passwd", isDirty: false } };
  expect(readPublished(JSON.parse(JSON.stringify(said)))).toBeUndefined();
});

test("a revision is the checkout's, and says whether what is declared was committed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "revision-"));
  const git = (...words: string[]) =>
    execa("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...words]);
  try {
    expect(revisionOf(folder, "bron")).toBeUndefined();
    mkdirSync(join(folder, "bron"));
    writeFileSync(join(folder, "bron", "commune.yaml"), "id: bron\n");
    await git("init", "--quiet");
    await git("add", ".");
    await git("commit", "--quiet", "--message", "bron");
    const { stdout: commit } = await git("rev-parse", "HEAD");
    writeFileSync(join(folder, "Pulumi.bron.yaml"), "config: {}\n");
    mkdirSync(join(folder, "lyon"));
    writeFileSync(join(folder, "lyon", "commune.yaml"), "id: lyon\n");
    // What commands write beside a declaration is none of it.
    writeFileSync(join(folder, "bron", "approvals.jsonl"), "{}\n");
    expect(revisionOf(folder, "bron")).toEqual({ commit, isDirty: false });
    writeFileSync(join(folder, "bron", "commune.yaml"), "id: other\n");
    expect(revisionOf(folder, "bron")).toEqual({ commit, isDirty: true });
    // A file that git ignores though it has it is the commit's; one that it has not is no commit's.
    writeFileSync(join(folder, ".gitignore"), "bron/\ncopy/\n");
    expect(revisionOf(folder, "bron")).toEqual({ commit, isDirty: true });
    cpSync(join(folder, "bron"), join(folder, "copy", "bron"), { recursive: true });
    expect(revisionOf(join(folder, "copy"), "bron")).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
