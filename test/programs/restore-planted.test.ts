import {
  chmodSync,
  cpSync,
  existsSync,
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
import { bringOnly, exchangeOnly } from "../../programs/restore-point/only.ts";
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
function plant(name: string, text: string): void {
  const { size, atime, mtime } = statSync(aside(name));
  writeFileSync(aside(name), text.padEnd(size).slice(0, size));
  utimesSync(aside(name), atime, mtime);
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
  new RestoreFolder(folder(), Buffer.alloc(32, 1)).enter(state, "");
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

test.each<[string, () => void, string]>([
  ["changed, with its length and time", () => plant("anna/files/0.txt", "<?php"), "anna/files/0.txt"],
  ["gone", () => rmSync(aside("anna/files/3.txt")), "anna/files/3.txt"],
  ["a link", () => link("anna/files/4.txt"), "anna/files/4.txt"],
  ["a link instead of its folder", () => link("anna"), "anna"],
  ["beside one more", () => writeFileSync(aside("anna/files/more.php"), "<?php"), "did not come"],
])("what was brought and is %s is found before the exchange", async (_, change, told) => {
  const around = site.pod();
  await bringFiles(1, around);
  change();
  await expect(exchangeFiles(1, "there", around)).rejects.toThrow(told);
  // The next one says so before the service is away, and nothing is thrown away unasked.
  await expect(bringFiles(1, around)).rejects.toThrow("is not what the vault gave");
});

function link(name: string): void {
  const kept = join(data(), "planted");
  rmSync(kept, { recursive: true, force: true });
  renameSync(aside(name), kept);
  symlinkSync(kept, aside(name));
}

test("what is touched and is the same is read again, and put in place", async () => {
  const around = site.pod();
  await bringFiles(1, around);
  const text = readFileSync(aside("anna/files/5.txt"), "utf8");
  plant("anna/files/5.txt", text);
  await exchangeFiles(1, "there", around);
  expect(inUse()).toBe("of anna 0");
  await exchangeFiles(1, "back", around);
});

test("what is changed while it is brought is found by what restic gave", async () => {
  const restic = join(site.folder, "restic-and-a-hand");
  // Between what was written and what is compared, restic is asked for the times of files.
  writeFileSync(
    restic,
    `#!/bin/sh\nif [ "$1" = ls ] && [ -e ${aside("anna/files/6.txt")} ]; then echo "<?php of 6" > ${aside("anna/files/6.txt")}; fi\nexec restic "$@"\n`,
  );
  chmodSync(restic, 0o755);
  await expect(bringFiles(1, site.pod({ restic }))).rejects.toThrow("anna/files/6.txt");
  await expect(exchangeFiles(1, "there", site.pod())).rejects.toThrow(
    "nothing was brought to nextcloud-data",
  );
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
  const [name = ""] = readdirSync(data()).filter((each) => each.startsWith(".restore-000001-"));
  writeFileSync(join(data(), name, "aside", "0.txt"), "<?php");
  await expect(exchangeOnly(1, path, "there", around)).rejects.toThrow("is not what the vault gave");
});
