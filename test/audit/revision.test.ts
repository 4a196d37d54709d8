import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, expect, test } from "vitest";
import { resolveRevision, stacksAt } from "../../audit/revision.ts";

let folder: string;
let stacks: string;
const git = async (words: readonly string[], input?: Buffer | string) =>
  (await execa("git", ["-C", folder, ...words], input === undefined ? {} : { input })).stdout;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "revision-"));
  stacks = join(folder, "stacks");
  mkdirSync(join(stacks, "bron"), { recursive: true });
  writeFileSync(join(stacks, "bron", "commune.yaml"), "id: bron\n");
  await git(["init", "--quiet"]);
  await git(["config", "user.name", "Test"]);
  await git(["config", "user.email", "test@bron.test"]);
  await git(["add", "--all"]);
  await git(["commit", "--quiet", "--message", "bron"]);
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a revision is what git names, whatever it begins with", async () => {
  const commit = await resolveRevision(stacks, "HEAD");
  expect(commit).toMatch(/^[0-9a-f]{12}$/);
  const written = await stacksAt(stacks, "bron", commit);
  expect(readFileSync(join(written, "bron", "commune.yaml"), "utf8")).toBe("id: bron\n");
  rmSync(written, { recursive: true });
  for (const revision of ["--git-dir", "--sq-quote", "-h", ""])
    await expect(resolveRevision(stacks, revision)).rejects.toThrow("there is no revision");
});

test("a tree with a name that leads elsewhere is written nowhere", async () => {
  const entry = (mode: string, name: string, hash: string) =>
    Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(hash, "hex")]);
  const tree = (...entries: Buffer[]) =>
    git(["hash-object", "-t", "tree", "--literally", "-w", "--stdin"], Buffer.concat(entries));
  const blob = await git(["hash-object", "-w", "--stdin"], "planted");
  const name = `planted-${process.pid}`;
  const above = await tree(entry("100644", name, blob));
  const bron = await tree(entry("40000", "..", await tree(entry("40000", "..", above))));
  const root = await tree(entry("40000", "stacks", await tree(entry("40000", "bron", bron))));
  const commit = await git(["commit-tree", root, "-m", "planted"]);
  await expect(stacksAt(stacks, "bron", commit)).rejects.toThrow("is no way below the folder");
  expect(existsSync(join(tmpdir(), name))).toBe(false);
});
