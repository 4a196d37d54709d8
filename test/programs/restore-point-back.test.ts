import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newest } from "../../components/recovery/points/chain.ts";
import { leavePart } from "../../programs/restore-point/leave.ts";
import { bringOnly, exchangeOnly, previewOnly, releaseOnly } from "../../programs/restore-point/only.ts";
import {
  bringFiles,
  exchangeFiles,
  previewRestore,
  releaseFiles,
} from "../../programs/restore-point/restore.ts";
import { RestoreFolder, restoreFolder } from "../../programs/restore-point/swap.ts";
import { asideFolder, filesScript } from "../../scripts/export/return-scripts.ts";
import { CopiedSite, path } from "./restore-point/site.ts";
import { installRestic } from "./vault/restic.ts";

let site: CopiedSite;
beforeAll(installRestic);
beforeEach(async () => {
  site = await CopiedSite.open();
});
afterEach(() => site.close());

describe("a restore of files", () => {
  const data = () => join(site.folder, "volumes", "nextcloud-data");
  const contents = () =>
    Object.fromEntries(
      readdirSync(join(site.folder, "volumes"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.parentPath.includes("/.restore-"))
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => [path, readFileSync(path, "utf8")]),
    );

  test("says what it would change, brings the files beside, exchanges them, and back", async () => {
    await site.point(26);
    const then = contents();
    rmSync(join(data(), "anna", "files", "0.txt"));
    site.file("nextcloud-data/anna/files/1.txt", "another text");
    site.file("nextcloud-data/bob/files/new.txt", "new");
    site.file("nextcloud-data/appdata_x1/preview/2.png", "made since");
    const now = contents();
    const around = site.pod();
    expect(await previewRestore(1, around)).toMatchObject({ returning: 1, undone: 1, aside: 1 });
    await expect(exchangeFiles(1, "there", around)).rejects.toThrow("nothing was brought to nextcloud yet");
    await bringFiles(1, around);
    expect(contents()).toEqual(now);
    await exchangeFiles(1, "there", around);
    // Previews are made again; the image's code stays.
    const { [join(data(), "appdata_x1", "preview", "1.png")]: _, ...expected } = then;
    expect(contents()).toEqual(expected);
    await exchangeFiles(1, "back", around);
    expect(contents()).toEqual(now);
    releaseFiles(1, around);
    expect(readdirSync(data()).sort()).toEqual(["anna", "appdata_x1", "bob"]);
  });

  test("reads the second vault if the first one has nothing good, and touches nothing if none has", async () => {
    await site.point(26);
    for (const name of readdirSync(join(site.folder, "bron", ".once")))
      rmSync(join(site.folder, "bron", ".once", name));
    rmSync(join(site.folder, "bron", path), { recursive: true });
    await bringFiles(1, site.pod());
    expect(new RestoreFolder(restoreFolder(data(), 1), site.pod().key).state).toBe("brought");
    const before = contents();
    for (const name of readdirSync(join(site.folder, "lyon", ".once")))
      rmSync(join(site.folder, "lyon", ".once", name));
    await expect(bringFiles(1, site.pod())).rejects.toThrow(
      "point-nextcloud-000001 cannot be had. bron: there is no point-nextcloud-000001; lyon: there is no",
    );
    expect(contents()).toEqual(before);
  });

  test("is refused under another seed, and under keys that are not the point's", async () => {
    await site.point(26);
    const around = site.pod();
    const other = { ...around, identity: { ...around.identity, seed: "ffffffffffffffff" } };
    await expect(bringFiles(1, other)).rejects.toThrow("bron: it was taken under another seed");
  });

  function rot(host: string): void {
    const packs = join(site.folder, host, path, "data");
    for (const pack of readdirSync(packs, { recursive: true, withFileTypes: true })) {
      if (!pack.isFile()) continue;
      const file = join(pack.parentPath, pack.name);
      const bytes = readFileSync(file);
      bytes[40] = (bytes[40] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    }
  }

  test("finds packs that rotted before anything changes, and takes those of the second vault", async () => {
    await site.point(26);
    const before = contents();
    rot("bron");
    rot("lyon");
    await expect(bringFiles(1, site.pod())).rejects.toThrow(
      /^no vault gives it\. bron: restic .*lyon: restic /s,
    );
    expect(contents()).toEqual(before);
    await expect(exchangeFiles(1, "there", site.pod())).rejects.toThrow("nothing was brought");
    // Back as they were: the same bit again.
    rot("lyon");
    await bringFiles(1, site.pod());
    await exchangeFiles(1, "there", site.pod());
    const { [join(data(), "appdata_x1", "preview", "1.png")]: _, ...expected } = before;
    expect(contents()).toEqual(expected);
  });
});

describe("one folder", () => {
  const at = (name: string) => join(site.folder, "volumes", "nextcloud-data", name);

  test("goes back alone, also where it is gone with its parent, and forth again", async () => {
    site.file("nextcloud-data/anna/files/deep/er/1.txt", "then");
    await site.point(26);
    writeFileSync(at("anna/files/0.txt"), "now");
    rmSync(at("anna/files/deep"), { recursive: true });
    site.file("nextcloud-data/bob/files/1.txt", "of bob");
    const around = site.pod();
    expect(await previewOnly(1, "anna/files/deep/er", around)).toMatchObject({
      ...{ takenAt: "2026-11-26T02:10:00Z", returning: 1, undone: 0, aside: 0, bytes: 4 },
    });
    await bringOnly(1, "anna/files/deep/er", around);
    await exchangeOnly(1, "anna/files/deep/er", "there", around);
    expect(readFileSync(at("anna/files/deep/er/1.txt"), "utf8")).toBe("then");
    await bringOnly(1, "anna/files/0.txt", around);
    await exchangeOnly(1, "anna/files/0.txt", "there", around);
    expect(readFileSync(at("anna/files/0.txt"), "utf8")).toBe("of anna 0");
    expect(readFileSync(at("bob/files/1.txt"), "utf8")).toBe("of bob");
    await exchangeOnly(1, "anna/files/0.txt", "back", around);
    expect(readFileSync(at("anna/files/0.txt"), "utf8")).toBe("now");
    for (const path of ["anna/files/0.txt", "anna/files/deep/er"]) releaseOnly(1, path, around);
    expect(readdirSync(at("")).filter((name) => name.startsWith(".restore"))).toEqual([]);
    expect(readFileSync(at("anna/files/deep/er/1.txt"), "utf8")).toBe("then");
  }, 60_000);

  test("of any name goes back, and what a pattern of that name would match does not", async () => {
    const named = ["[crochets] 08?*.txt", "barre\\oblique $HOME.txt"];
    for (const name of [...named, "c 08 et plus.txt"]) site.file(`nextcloud-data/anna/files/${name}`, name);
    await site.point(26);
    const around = site.pod();
    for (const name of named) {
      writeFileSync(at(`anna/files/${name}`), "now");
      await bringOnly(1, `anna/files/${name}`, around);
      await exchangeOnly(1, `anna/files/${name}`, "there", around);
      expect(readFileSync(at(`anna/files/${name}`), "utf8")).toBe(name);
    }
  });

  test("is not said to be back where it was put back before and is gone again", async () => {
    await site.point(26);
    const around = site.pod();
    const again = () => bringOnly(1, "anna/files/0.txt", around);
    await again();
    await exchangeOnly(1, "anna/files/0.txt", "there", around);
    // Cut off and begun again: it is there.
    await again();
    await exchangeOnly(1, "anna/files/0.txt", "there", around);
    rmSync(at("anna/files/0.txt"));
    await expect(again()).rejects.toThrow(/put back to this point before and has changed since.*--release/);
    releaseOnly(1, "anna/files/0.txt", around);
    await again();
    await exchangeOnly(1, "anna/files/0.txt", "there", around);
    expect(readFileSync(at("anna/files/0.txt"), "utf8")).toBe("of anna 0");
  }, 60_000);

  test("that the point has not is refused, and so is what was not brought", async () => {
    await site.point(26);
    await expect(bringOnly(1, "anna/files/none", site.pod())).rejects.toThrow(
      'the point has no file "anna/files/none", and none below it',
    );
    await expect(exchangeOnly(1, "anna/files", "there", site.pod())).rejects.toThrow(
      "anna/files was not brought yet",
    );
  });
});

describe("a part of a point leaves", () => {
  const leave = async (part: number, host = "bron") => {
    const name = join(site.folder, `left-${part}`);
    const out = createWriteStream(name);
    const summed = await leavePart({ sequence: 1, part, host }, site.pod(), out);
    await new Promise((resolve) => out.end(resolve));
    return { name, summed };
  };
  /** The script that takes files back, where the volumes are here. */
  const unpack = (volume: string, ...more: readonly (string | number)[]) =>
    execa(
      "bash",
      [
        "-c",
        filesScript(site.pod().settings.volumes)
          .replace('cd "/volumes/', `cd "${join(site.folder, "fresh")}/`)
          .replace("components=2", `components=${site.folder.split("/").length + 1}`),
        "fichiers.sh",
        volume,
        ...more.map(String),
      ],
      {
        inputFile: join(site.folder, `left-${volume === "nextcloud" ? 1 : 2}`),
        reject: false,
        timeout: 60_000,
      },
    );
  const fresh = (name: string, text: string) => {
    const target = join(site.folder, "fresh", name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  };
  const read = (name: string) => readFileSync(join(site.folder, "fresh", name), "utf8");

  test("as files that PostgreSQL's programs and tar read, whose sums are said; from a vault that has them", async () => {
    await site.point(26);
    const { name, summed } = await leave(0, "lyon");
    expect(readFileSync(name, "utf8")).toBe("PGDMP of 2026-11-26T02:10:00Z");
    const { stdout } = await execa("sha256sum", [name]);
    expect(stdout.slice(0, 64)).toBe(summed.sha256);
    expect(summed.bytes).toBe(29);
    await expect(leave(7)).rejects.toThrow("point 1 has no part 7");
    await expect(leave(1, "givors")).rejects.toThrow("nothing opens the vault at givors");
  });

  test("and is unpacked in the place of what a fresh service made, which is kept; what points leave out stays", async () => {
    await site.point(26);
    await leave(1);
    await leave(2);
    fresh("nextcloud/config/config.php", "of the fresh one");
    fresh("nextcloud/lib/code.php", "of the image");
    fresh("nextcloud-data/admin/files/welcome.txt", "of the fresh one");
    const { parts } = site.opened(newest(await site.chain()));
    const [, code, data] = parts.map((part) => (part.kind === "log" ? undefined : part));
    if (code?.kind !== "files" || data?.kind !== "files") throw new Error("no files");
    expect((await unpack("nextcloud", code.files, code.bytes)).stdout).toBe(
      "nextcloud : 2 fichiers, 11 octets",
    );
    expect(read("nextcloud/config/config.php")).toBe("secret");
    expect(read("nextcloud/lib/code.php")).toBe("of the image");
    expect(read(`nextcloud/${asideFolder}/config/config.php`)).toBe("of the fresh one");
    expect((await unpack("nextcloud-data", data.files, data.bytes)).exitCode).toBe(0);
    expect(readdirSync(join(site.folder, "fresh", "nextcloud-data")).sort()).toEqual([
      asideFolder,
      "anna",
      "appdata_x1",
    ]);
    expect(read("nextcloud-data/anna/files/7.txt")).toBe("of anna 7");
    // A run that was cut left half of them: the next one begins again, and what was there first is still aside.
    rmSync(join(site.folder, "fresh", "nextcloud-data", "anna", "files", "7.txt"));
    fresh("nextcloud-data/anna/files/half.txt", "half");
    expect((await unpack("nextcloud-data", data.files, data.bytes)).exitCode).toBe(0);
    expect(readdirSync(join(site.folder, "fresh", "nextcloud-data", "anna", "files"))).toHaveLength(200);
    expect(read(`nextcloud-data/${asideFolder}/admin/files/welcome.txt`)).toBe("of the fresh one");
  });

  test("and an archive that is not all of it is told", async () => {
    await site.point(26);
    await leave(1);
    fresh("nextcloud/version.php", "");
    const { exitCode, stderr } = await unpack("nextcloud", 3, 99);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("nextcloud : le point a 3 fichiers de 99 octets, et il en est venu 2 11.");
  });
});
