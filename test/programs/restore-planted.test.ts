import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { bringOnly, exchangeOnly, releaseOnly } from "../../programs/restore-point/only.ts";
import {
  bringFiles,
  exchangeFiles,
  previewRestore,
  releaseFiles,
} from "../../programs/restore-point/restore.ts";
import { RestoreFolder, restoreFolder, type State } from "../../programs/restore-point/swap.ts";
import { CopiedSite } from "./restore-point/site.ts";
import { installRestic } from "./vault/restic.ts";

/** A service that was broken into writes on its volume whatever it likes, at any moment. */
let site: CopiedSite;
const data = () => join(site.folder, "volumes", "nextcloud-data");
const folder = (sequence = 1) => restoreFolder(data(), sequence);
const inUse = () => readFileSync(join(data(), "anna/files/0.txt"), "utf8");
const aside = (name: string) => join(folder(), "aside", name);

beforeAll(async () => {
  await installRestic();
  site = await CopiedSite.open();
  await site.point(26);
  site.file("nextcloud-data/anna/files/0.txt", "now");
});
afterEach(() => {
  for (const volume of ["nextcloud", "nextcloud-data"])
    for (const name of readdirSync(join(site.folder, "volumes", volume)))
      if (name.startsWith(".restore-"))
        rmSync(join(site.folder, "volumes", volume, name), { recursive: true });
  expect(inUse()).toBe("now");
});
afterAll(() => site.close());

/** Puts a file in the place of one that was brought, as long as that one and of the same time. */
const plant = (name: string, text: string) => plantAt(aside(name), text);

function plantAt(file: string, text: string): void {
  const { size, atime, mtime } = statSync(file);
  writeFileSync(file, text.padEnd(size).slice(0, size));
  utimesSync(file, atime, mtime);
}

const isForeign = "this program did not write how far";

test.each<[string, () => string]>([
  ["as an older version wrote it", () => "brought"],
  ["under another key", () => ofAnotherKey("brought")],
  ["that all is done", () => ofAnotherKey("exchanged")],
  ["that is no state", () => '{"state":"brought"}'],
])("a state that the service wrote, %s, is refused until it is released", async (_, state) => {
  for (const sequence of [1, 2]) mkdirSync(join(folder(sequence), "aside"), { recursive: true });
  writeFileSync(aside("planted.php"), "planted");
  writeFileSync(join(folder(), "state"), state());
  const around = site.pod();
  await expect(previewRestore(1, around)).rejects.toThrow(isForeign);
  await expect(bringFiles(1, around)).rejects.toThrow(isForeign);
  await expect(exchangeFiles(1, "there", around)).rejects.toThrow(
    /was brought to nextcloud yet|did not write/,
  );
  releaseFiles(1, around);
  expect(existsSync(folder())).toBe(false);
});

/** A state as the program writes it, in the very folder, by somebody who has not its key. */
function ofAnotherKey(state: State): string {
  new RestoreFolder(folder(), Buffer.alloc(32, 1)).enter(state);
  return readFileSync(join(folder(), "state"), "utf8");
}

test("a state of an earlier restore is none in a folder that was made again", async () => {
  const around = site.pod();
  await bringFiles(1, around);
  const copy = join(site.folder, "copy");
  cpSync(folder(), copy, { recursive: true, preserveTimestamps: true });
  releaseFiles(1, around);
  renameSync(copy, folder());
  await expect(bringFiles(1, around)).rejects.toThrow(isForeign);
});

test("a folder that is a link is refused, and released without what it leads to", async () => {
  const elsewhere = join(site.folder, "elsewhere");
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, "kept"), "kept");
  symlinkSync(elsewhere, folder());
  await expect(bringFiles(1, site.pod())).rejects.toThrow(isForeign);
  releaseFiles(1, site.pod());
  expect(readdirSync(elsewhere)).toEqual(["kept"]);
});

test("what was brought and is changed is found before the exchange", async () => {
  const around = site.pod();
  await bringFiles(1, around);
  const told = (text: string) => expect(exchangeFiles(1, "there", around)).rejects.toThrow(text);
  const was = readFileSync(aside("anna/files/0.txt"), "utf8");
  plant("anna/files/0.txt", "<?php");
  await told("/anna/files/0.txt is another one");
  // The next one says so before the service is unavailable, and nothing is thrown away unasked.
  await expect(bringFiles(1, around)).rejects.toThrow("is not what the vault has");
  plant("anna/files/0.txt", was);
  writeFileSync(aside("anna/files/more.php"), "<?php");
  await told("more.php is not in it");
  rmSync(aside("anna/files/more.php"));
  // Nobody could read it to its end.
  execFileSync("mkfifo", [again("anna/files/3.txt")]);
  await told("3.txt is no file");
});

test("what was brought and is gone, a link, or a further name of another one comes from the vault again", async () => {
  const around = site.pod();
  await bringFiles(1, around);
  rmSync(aside("anna/files/2.txt"));
  link("anna/files/3.txt");
  linkSync(aside("anna/files/4.txt"), again("anna/files/5.txt"));
  plant("anna/files/6.txt", "of anna 6");
  await exchangeFiles(1, "there", around);
  for (const number of [2, 3, 4, 5, 6]) {
    const path = join(data(), `anna/files/${number}.txt`);
    expect(lstatSync(path)).toMatchObject({ nlink: 1 });
    expect(lstatSync(path).isFile()).toBe(true);
    expect(readFileSync(path, "utf8")).toBe(`of anna ${number}`);
  }
  await exchangeFiles(1, "back", around);
});

test("what was brought is not reached through a link instead of a folder", async () => {
  const around = site.pod();
  await bringFiles(1, around);
  link("anna");
  await exchangeFiles(1, "there", around);
  expect(lstatSync(join(data(), "anna")).isDirectory()).toBe(true);
  expect(inUse()).toBe("of anna 0");
  await exchangeFiles(1, "back", around);
  rmSync(join(data(), "planted"), { recursive: true });
});

/** A place that something was taken away from. */
function again(name: string): string {
  rmSync(aside(name));
  return aside(name);
}

function link(name: string): void {
  const kept = join(data(), "planted");
  rmSync(kept, { recursive: true, force: true });
  renameSync(aside(name), kept);
  symlinkSync(kept, aside(name));
}

test("what is changed while it is brought is found by what restic gave", async () => {
  const restic = join(site.folder, "restic-and-a-hand");
  const planted = aside("anna/files/6.txt");
  writeFileSync(
    restic,
    `#!/bin/sh\ncase "$*" in *nextcloud-data*--dry-run*) echo "<?php of 6" > ${planted};; esac\nexec restic "$@"\n`,
  );
  chmodSync(restic, 0o755);
  await expect(bringFiles(1, site.pod({ restic }))).rejects.toThrow("anna/files/6.txt");
  await expect(exchangeFiles(1, "there", site.pod())).rejects.toThrow("anna/files/6.txt is another one");
});

test("one file is not put through a link, nor what was changed", async () => {
  const around = site.pod();
  const path = "anna/files/0.txt";
  await bringOnly(1, path, around);
  const elsewhere = join(site.folder, "volumes", "nextcloud", "elsewhere");
  renameSync(join(data(), "anna/files"), elsewhere);
  symlinkSync(elsewhere, join(data(), "anna/files"));
  await expect(exchangeOnly(1, path, "there", around)).rejects.toThrow("anna/files is a link now");
  rmSync(join(data(), "anna/files"));
  renameSync(elsewhere, join(data(), "anna/files"));
  // Nor is anything else that lies beside it.
  const [name = ""] = readdirSync(data()).filter((each) => each.startsWith(".restore-000001-"));
  writeFileSync(join(data(), name, "aside", "1.txt"), "<?php");
  await exchangeOnly(1, path, "there", around);
  expect(inUse()).toBe("of anna 0");
  expect(readFileSync(join(data(), "anna/files/1.txt"), "utf8")).toBe("of anna 1");
  await exchangeOnly(1, path, "back", around);
});

test("one file that was left aside and changed since, or is changed before the exchange, is not put in place", async () => {
  const around = site.pod();
  const path = "anna/files/0.txt";
  await bringOnly(1, path, around);
  const [name = ""] = readdirSync(data()).filter((each) => each.startsWith(".restore-000001-"));
  plantAt(join(data(), name, "aside", "0.txt"), "<?php");
  await expect(exchangeOnly(1, path, "there", around)).rejects.toThrow("/0.txt is another one");
  expect(inUse()).toBe("now");
  await expect(bringOnly(1, path, around)).rejects.toThrow("is not what the vault has");
  releaseOnly(1, path, around);
});

test("one file that was put in place before and has changed since is not said to be the point's, however it hides", async () => {
  const around = site.pod();
  const path = "anna/files/0.txt";
  await bringOnly(1, path, around);
  await exchangeOnly(1, path, "there", around);
  await bringOnly(1, path, around);
  plantAt(join(data(), path), "<?php");
  await expect(bringOnly(1, path, around)).rejects.toThrow("has changed since");
  await exchangeOnly(1, path, "back", around);
});

test("a second restore of a point is none where something changed since, however it hides", async () => {
  const around = site.pod();
  await bringFiles(1, around);
  await exchangeFiles(1, "there", around);
  // Cut off and begun again: all is there.
  await bringFiles(1, around);
  const file = join(data(), "anna/files/1.txt");
  const { atime, mtime } = statSync(file);
  writeFileSync(file, "OF ANNA 1");
  utimesSync(file, atime, mtime);
  await expect(bringFiles(1, around)).rejects.toThrow(
    "was put back to this point before and has changed since",
  );
  writeFileSync(file, "of anna 1");
  await exchangeFiles(1, "back", around);
});

test("what cannot be moved as it is, and what hides deep, is moved and removed", async () => {
  const around = site.pod();
  await bringFiles(1, around);
  chmodSync(join(data(), "anna"), 0o500);
  await exchangeFiles(1, "there", around);
  await exchangeFiles(1, "back", around);
  mkdirSync(folder(2));
  writeFileSync(join(folder(2), "state"), "x".repeat(1_000_000));
  execFileSync("bash", [
    "-c",
    `cd ${folder(2)}; for i in $(seq 60); do mkdir ${"d".repeat(200)} && cd ${"d".repeat(200)}; done; chmod 0 ${folder(2)}`,
  ]);
  expect(() => new RestoreFolder(folder(2), around.key).state).toThrow(isForeign);
  releaseFiles(2, around);
  expect(existsSync(folder(2))).toBe(false);
});
