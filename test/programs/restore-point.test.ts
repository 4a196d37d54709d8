import {
  appendFileSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { hostsOf, newest } from "../../components/recovery/points/chain.ts";
import type { Reason } from "../../components/recovery/points/manifest.ts";
import { workFiles } from "../../components/recovery/points/settings.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { begin } from "../../programs/restore-point/begin.ts";
import { finish } from "../../programs/restore-point/finish.ts";
import { leavePart } from "../../programs/restore-point/leave.ts";
import { bringOnly, exchangeOnly, previewOnly, releaseOnly } from "../../programs/restore-point/only.ts";
import {
  bringFiles,
  exchangeFiles,
  previewRestore,
  releaseFiles,
} from "../../programs/restore-point/restore.ts";
import { findRows } from "../../programs/restore-point/rows.ts";
import { RestoreFolder, restoreFolder } from "../../programs/restore-point/swap.ts";
import { asideFolder, filesScript } from "../../scripts/export/return-scripts.ts";
import { passOf } from "../components/recovery/passes.ts";
import { as, at, CopiedSite, owner, password, path } from "./restore-point/site.ts";
import { installRestic, restic } from "./vault/restic.ts";
import { basic, guestKey } from "./vault/vault.ts";

let site: CopiedSite;
beforeAll(installRestic);
beforeEach(async () => {
  site = await CopiedSite.open();
});
afterEach(() => site.close());

describe("a restore point", () => {
  test("is at both vaults, whole, with rows and files as they were, and follows the one before", async () => {
    await site.point(26);
    site.file("nextcloud-data/anna/files/new.txt", "new");
    await site.point(27, { reason: "hand" });
    const found = await site.chain();
    expect(found.findings).toEqual([]);
    expect(found.points).toHaveLength(2);
    const manifest = site.opened(newest(found));
    expect(manifest).toMatchObject({ sequence: 2, reason: "hand", complete: true, seed: "0011223344556677" });
    expect(manifest.parts).toMatchObject([
      { kind: "dump", rows: { "public.oc_users": 3, "public.oc_filecache": 200 }, bytes: 29 },
      { kind: "files", volume: "nextcloud", files: 2 },
      { kind: "files", volume: "nextcloud-data", files: 201 },
    ]);
    expect(Object.keys(manifest.repositories)).toEqual([path]);
    for (const [host, open] of [
      ["bron", site.bron],
      ["lyon", site.lyon],
    ] as const) {
      const { generations } = (await (await open.ask("/status", as(host))).json()) as {
        generations: object[];
      };
      expect(generations).toEqual([{ name: path, until: "2027-04-01", isComplete: true }]);
    }
  });

  test("is restored from the second vault alone, and holds neither code nor previews", async () => {
    await site.point(26);
    const { parts } = site.opened(newest(await site.chain()));
    const data = parts.find((part) => part.kind === "files" && part.volume === "nextcloud-data");
    if (data?.kind !== "files") throw new Error("no data");
    const where = {
      ...{
        url: site.lyon.url,
        path,
        user: owner.commune,
        password: vaultPassword(guestKey, at("lyon"), passOf()),
      },
      cache: join(site.folder, "cache2"),
    };
    const env = { RESTIC_PASSWORD: password };
    const { code } = await restic(
      where,
      ["restore", data.snapshot, "--target", join(site.folder, "back")],
      env,
    );
    expect(code).toBe(0);
    const back = join(site.folder, "back", site.folder, "volumes", "nextcloud-data");
    expect(readdirSync(back)).toEqual(["anna", "appdata_x1"]);
    expect(readdirSync(join(back, "appdata_x1"))).toEqual([]);
    const read = (root: string) =>
      readdirSync(join(root, "anna", "files")).map((name) =>
        readFileSync(join(root, "anna", "files", name), "utf8"),
      );
    expect(read(back)).toEqual(read(join(site.folder, "volumes", "nextcloud-data")));
  });

  test("counts at the first vault when the second one is silent, and is brought there later", async () => {
    await expect(site.point(26, { access: site.without("lyon") })).rejects.toThrow(
      /^restore point 2026-11-26T02:10:00Z-000001 is at bron alone\. lyon: /,
    );
    expect((await site.chain()).findings.map(({ kind, host }) => [kind, host])).toEqual([
      ["withheld", "lyon"],
    ]);
    await site.point(27);
    const found = await site.chain();
    expect(found.findings).toEqual([]);
    expect(found.points).toHaveLength(2);
  });

  test("is taken at the second vault when the first one is silent, and is brought there later", async () => {
    await site.point(25);
    await expect(site.point(26, { access: site.without("bron") })).rejects.toThrow(
      /^restore point 2026-11-26T02:10:00Z-000002 is at lyon alone\. bron: /,
    );
    await site.point(27);
    const found = await site.chain();
    expect(found.findings).toEqual([]);
    expect(found.points.map((each) => [each.head.sequence, hostsOf(each)])).toEqual(
      [1, 2, 3].map((sequence) => [sequence, ["bron", "lyon"]]),
    );
  });

  test("goes on from what the second vault knows when the first one has put an older state back, which gets it again", async () => {
    await site.point(26);
    const older = readdirSync(join(site.folder, "bron", ".once"));
    await site.point(27);
    for (const name of readdirSync(join(site.folder, "bron", ".once")))
      if (!older.includes(name)) rmSync(join(site.folder, "bron", ".once", name));
    const { sequence } = await site.point(28);
    expect(sequence).toBe(3);
    expect((await site.chain()).findings).toEqual([]);
  });

  test("of an earlier quarter is at a vault that was added since, and comes back from there alone", async () => {
    await site.pointAt("2026-09-29T02:10:00Z", { vaults: ["bron"] });
    await site.pointAt("2026-10-02T02:10:00Z");
    const found = await site.chain();
    expect(found.findings).toEqual([]);
    expect(found.points.map((each) => hostsOf(each))).toEqual([
      ["bron", "lyon"],
      ["bron", "lyon"],
    ]);
    await bringFiles(1, site.pod({ vaults: ["lyon"] }));
  });

  test("whose pack one vault has lost is whole again there after the next one", async () => {
    await site.point(26);
    site.losePacks("bron");
    await site.point(27);
    expect((await site.chain()).points.map((each) => hostsOf(each))).toEqual([
      ["bron", "lyon"],
      ["bron", "lyon"],
    ]);
    for (const sequence of [1, 2]) await bringFiles(sequence, site.pod({ vaults: ["bron"] }));
  });

  test("is not listed at a vault where it is not whole, so that the alert on a vault without it fires", async () => {
    await site.point(26);
    site.cutPacks("lyon");
    await expect(site.point(27)).rejects.toThrow(
      /-000002 is at bron alone\. lyon: nextcloud\/files-2026q4 at lyon is not whole/,
    );
    const found = await site.chain();
    expect(found.points.map((each) => hostsOf(each))).toEqual([["bron", "lyon"], ["bron"]]);
    expect(found.findings.map(({ kind, host }) => [kind, host])).toEqual([["withheld", "lyon"]]);
  });

  test("is in a fresh generation where every vault has lost a pack: none is deduplicated against nothing", async () => {
    await site.point(26);
    site.losePacks("bron");
    site.losePacks("lyon");
    await site.point(27);
    expect(site.said.join("\n")).toMatch(
      /files-2026q4 at bron is not whole: .*No vault gives what is missing: a fresh generation begins, files-2026-11-27/,
    );
    for (const host of ["bron", "lyon"]) {
      await expect(bringFiles(1, site.pod({ vaults: [host] }))).rejects.toThrow("no vault gives it");
      await bringFiles(2, site.pod({ vaults: [host] }));
      releaseFiles(2, site.pod());
    }
    await site.point(28);
    const { repositories } = site.opened(newest(await site.chain()));
    expect(Object.keys(repositories)).toEqual(["nextcloud/files-2026-11-27"]);
  });

  test("finds no lock of a run that was killed, of which a vault takes no more than a hundred", async () => {
    await site.point(26);
    const script = `set -a; . ./${workFiles.repository}; exec restic backup --quiet --stdin`;
    const killed = execa("bash", ["-euc", script], { cwd: join(site.folder, "work"), reject: false });
    const locks = () => readdirSync(join(site.folder, "bron", path, "locks"));
    await vi.waitFor(() => expect(locks()).toHaveLength(1), { timeout: 60_000, interval: 50 });
    killed.kill("SIGKILL");
    await killed;
    await site.point(27);
    expect(locks()).toEqual([]);
  });
});

describe("no restore point", () => {
  const none = async () => {
    expect((await site.chain()).points).toEqual([]);
  };

  test("is left by a run that was killed anywhere before its manifest", async () => {
    const around = site.pod();
    await begin(around);
    await none();
    await site.dump("2026-11-26T02:10:00Z");
    await none();
    // Killed while it copies: what it left is litter, and the next one is whole.
    await expect(finish({ ...around, restic: "/bin/false" })).rejects.toThrow("restic ls ended with 1");
    await none();
    await site.point(26);
    expect((await site.chain()).points).toHaveLength(1);
  });

  test("is prevented by a run that was killed while it made the repository", async () => {
    await begin(site.pod());
    // Killed between the key and the configuration, which nobody may bring again under another key.
    const repository = join(site.folder, "bron", path);
    const brought = readdirSync(repository).filter((name) => name.startsWith("config"));
    expect(brought).toHaveLength(2);
    for (const name of brought) rmSync(join(repository, name));
    await site.point(26);
    expect((await site.chain()).points).toHaveLength(1);
    expect(readdirSync(join(repository, "keys"))).toHaveLength(1);
  });

  test("is taken of what is not mounted, of a missing file or of one that cannot be read", async () => {
    rmSync(join(site.folder, "volumes", "nextcloud", "version.php"));
    await expect(site.point(26)).rejects.toThrow(
      "version.php is not there: nextcloud is not mounted, or was never filled",
    );
    site.file("nextcloud/version.php", "<?php");
    rmSync(join(site.folder, "volumes", "nextcloud-data"), { recursive: true });
    await expect(site.point(26)).rejects.toThrow("the volume is not there: nextcloud-data is not mounted");
    await none();
  });

  test("is taken by itself when half of the files are gone, and is when a person says so", async () => {
    await site.point(26);
    rmSync(join(site.folder, "volumes", "nextcloud-data", "anna"), { recursive: true });
    await expect(site.point(27)).rejects.toThrow(
      "there were 202 files and there are 2: no point is taken of that by itself. If it is right: npx commune recovery point villeurbanne --service nextcloud --smaller",
    );
    expect((await site.chain()).points).toHaveLength(1);
    await site.point(27, { maySmaller: true, reason: "hand" });
    expect((await site.chain()).points).toHaveLength(2);
  });

  test("is taken under a number that somebody else took meanwhile", async () => {
    const around = site.pod();
    await begin(around);
    await site.dump("2026-11-26T02:10:00Z");
    await site.bron.ask("/once/point-nextcloud-000001", { method: "POST", body: "another" });
    await expect(finish(around)).rejects.toThrow("answered 403 to POST /once/point-nextcloud-000001");
    await none();
  });

  test("is kept from being taken by numbers that somebody took without a point: the next free one follows, and nothing is missing", async () => {
    await site.point(25);
    for (const sequence of ["000002", "000003", "999999"])
      await site.bron.ask(`/once/point-nextcloud-${sequence}`, { method: "POST", body: "another" });
    await site.lyon.ask("/once/point-nextcloud-000004", {
      ...{ method: "POST", body: "another" },
      headers: { authorization: basic(owner.commune, vaultPassword(guestKey, at("lyon"), passOf())) },
    });
    await site.point(26);
    const { points, findings } = await site.chain();
    expect(points.map(({ head }) => head.sequence)).toEqual([1, 5]);
    expect(new Set(findings.map(({ kind }) => kind))).toEqual(new Set(["worthless"]));
    expect(site.said).toContain("point-nextcloud-000003 at bron counts for nothing: it is no restore point");
  });

  test("is taken by a site whose place another one took", async () => {
    const authorization = basic(
      owner.commune,
      vaultPassword(guestKey, at("bron"), passOf({ incarnation: 2 })),
    );
    await site.bron.ask("/once/incarnation-2", { method: "POST", body: "x", headers: { authorization } });
    await expect(begin(site.pod())).rejects.toThrow(
      "the vault at bron knows of incarnation 2 of this commune, and this one is 1: another site took its place",
    );
  });

  test("is a dump that the vault has not, or only the beginning of", async () => {
    const around = site.pod();
    await begin(around);
    await site.dump("2026-11-26T02:10:00Z");
    const summary = join(site.folder, "work", workFiles.dump);
    const read = JSON.parse(readFileSync(summary, "utf8")) as { total_bytes_processed: number };
    writeFileSync(summary, JSON.stringify({ ...read, total_bytes_processed: 30 }));
    await expect(finish(around)).rejects.toThrow("the dump has 30 bytes, and the vault has 29 of it");
    await none();
  });

  test("is one whose pack is not what it was, at any vault", async () => {
    const around = site.pod();
    await begin(around);
    await site.dump("2026-11-26T02:10:00Z");
    const packs = join(site.folder, "bron", path, "data");
    const [shelf = ""] = readdirSync(packs);
    const [pack = ""] = readdirSync(join(packs, shelf));
    appendFileSync(join(packs, shelf, pack), "x");
    await expect(finish(around)).rejects.toThrow("nextcloud/files-2026q4 at bron is not whole: pack ");
    await none();
  });
});

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

describe("before a change", () => {
  const freeze = {
    ...{ volume: "nextcloud", file: "config/frozen.config.php" },
    text: "<?php $CONFIG = time() < {until} ? ['maintenance' => true] : [];",
  };
  const frozen = () => join(site.folder, "volumes", freeze.volume, freeze.file);
  const changing = (reason: Reason = "before") => {
    const around = site.pod({ reason });
    return { ...around, settings: { ...around.settings, freeze } };
  };

  test("files are copied while people write, rows and the rest while nobody does, and then they may again", async () => {
    const around = changing();
    await begin(around);
    expect(readFileSync(frozen(), "utf8")).toContain(
      `time() < ${Date.parse("2026-11-26T02:25:00Z") / 1000} ?`,
    );
    expect(site.said.at(-1)).toContain("nobody writes from now on");
    site.file("nextcloud-data/anna/files/late.txt", "in the last second");
    await site.dump("2026-11-26T02:10:00Z");
    await finish(around);
    expect(existsSync(frozen())).toBe(false);
    expect(site.opened(newest(await site.chain())).parts).toMatchObject([
      { kind: "dump" },
      // Not the file that keeps people from writing.
      { kind: "files", volume: "nextcloud", files: 2 },
      { kind: "files", volume: "nextcloud-data", files: 201 },
    ]);
  }, 60_000);

  test("a second pass that fails lets people write again too", async () => {
    const around = changing();
    await begin(around);
    await expect(finish(around)).rejects.toThrow("dump.json");
    expect(existsSync(frozen())).toBe(false);
  }, 60_000);

  test("by the clock nobody is kept from writing", async () => {
    await begin(changing("schedule"));
    expect(existsSync(frozen())).toBe(false);
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
    exchangeOnly(1, "anna/files/deep/er", "there", around);
    expect(readFileSync(at("anna/files/deep/er/1.txt"), "utf8")).toBe("then");
    await bringOnly(1, "anna/files/0.txt", around);
    exchangeOnly(1, "anna/files/0.txt", "there", around);
    expect(readFileSync(at("anna/files/0.txt"), "utf8")).toBe("of anna 0");
    expect(readFileSync(at("bob/files/1.txt"), "utf8")).toBe("of bob");
    exchangeOnly(1, "anna/files/0.txt", "back", around);
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
      exchangeOnly(1, `anna/files/${name}`, "there", around);
      expect(readFileSync(at(`anna/files/${name}`), "utf8")).toBe(name);
    }
  });

  test("is not said to be back where it was put back before and is gone again", async () => {
    await site.point(26);
    const around = site.pod();
    const again = () => bringOnly(1, "anna/files/0.txt", around);
    await again();
    exchangeOnly(1, "anna/files/0.txt", "there", around);
    // Cut off and begun again: it is there.
    await again();
    exchangeOnly(1, "anna/files/0.txt", "there", around);
    rmSync(at("anna/files/0.txt"));
    await expect(again()).rejects.toThrow(/put back to this point before and has changed since.*--release/);
    releaseOnly(1, "anna/files/0.txt", around);
    await again();
    exchangeOnly(1, "anna/files/0.txt", "there", around);
    expect(readFileSync(at("anna/files/0.txt"), "utf8")).toBe("of anna 0");
  }, 60_000);

  test("that the point has not is refused, and so is what was not brought", async () => {
    await site.point(26);
    await expect(bringOnly(1, "anna/files/none", site.pod())).rejects.toThrow(
      'the point has no file "anna/files/none", and none below it',
    );
    expect(() => exchangeOnly(1, "anna/files", "there", site.pod())).toThrow(
      "anna/files was not brought yet",
    );
  });
});

test("the rows of a point are found for whoever loads them, at a vault that gives all of them", async () => {
  await site.point(26);
  rmSync(join(site.folder, "bron", path), { recursive: true });
  await findRows(1, site.pod());
  const left = (name: keyof typeof workFiles) =>
    readFileSync(join(site.folder, "work", workFiles[name]), "utf8");
  expect(left("expected")).toBe("public.oc_filecache\t200\npublic.oc_users\t3\n");
  const script = `set -a; . ./${workFiles.repository}; restic dump --quiet "$(cat ${workFiles.snapshot})" nextcloud.dump`;
  const { stdout } = await execa("bash", ["-euc", script], {
    cwd: join(site.folder, "work"),
    timeout: 60_000,
  });
  expect(stdout).toBe("PGDMP of 2026-11-26T02:10:00Z");
  expect(left("repository")).toContain(site.lyon.url.replace(/^https?:\/\//, ""));
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
