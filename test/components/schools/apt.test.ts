import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RepositoryKey, repositoryKey } from "../../../components/schools/apt/key.ts";
import { controlOf, packagesList, repositoryFiles } from "../../../components/schools/apt/repository.ts";
import { control, pack } from "../../../components/schools/kit/package.ts";
import { fileOf } from "../../../components/schools/schools/library.ts";

const owner = { name: "Bron", email: "numerique@bron.test" };
const repository = {
  origin: "Bron",
  address: "https://ecoles.bron.test/packages/",
  date: new Date("2026-11-24T08:00:00Z"),
};
let folder: string;
let key: RepositoryKey;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "apt-"));
  key = await repositoryKey("5c".repeat(32), owner);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Returns what gpgv, which Debian 12's apt asks, says of a signed text under a key. Throws if gpgv refuses it. */
function verified(signed: string, { publicKey }: RepositoryKey): string {
  const [keyring, text] = [join(folder, "key.gpg"), join(folder, "InRelease")];
  const body = publicKey.split("\n\n")[1]?.replace(/\n=.{4}\n-----END[\s\S]*/, "") ?? "";
  writeFileSync(keyring, Buffer.from(body, "base64"));
  writeFileSync(text, signed);
  const { status, stdout, stderr } = spawnSync("gpgv", ["--keyring", keyring, "--output", "-", text]);
  if (status !== 0) throw new Error(String(stderr));
  return String(stdout);
}

describe("the key of a repository", () => {
  it("is the same for the same secret and owner", async () => {
    expect((await repositoryKey("5c".repeat(32), owner)).publicKey).toBe(key.publicKey);
    expect((await repositoryKey("5d".repeat(32), owner)).publicKey).not.toBe(key.publicKey);
  });

  it.each([`${"00".repeat(31)}01`, "ff".repeat(32), "80".repeat(32), "01".repeat(32)])(
    "signs, from the secret %s, what gpgv takes",
    async (secret) => {
      const one = await repositoryKey(secret, owner);
      expect(verified(await one.sign("Origin: Bron\n"), one)).toMatch(/^Origin: Bron\r?\n/);
    },
  );

  it("signs nothing that somebody has changed, and nothing of another key", async () => {
    const signed = await key.sign("Origin: Bron\n");
    expect(() => verified(signed.replace("Bron", "Brno"), key)).toThrow("BAD signature");
    const other = await repositoryKey("66".repeat(32), owner);
    expect(() => verified(signed, other)).toThrow("No public key");
  });

  it("is 32 bytes", () =>
    expect(repositoryKey("5c", owner)).rejects.toThrow("An Ed25519 private key is 32 bytes."));
});

const kit = {
  ...{ name: "commune-test", version: "1", summary: "Test", description: "Of the repository.\n\nTwice." },
  ...{ maintainer: "Bron <numerique@bron.test>", depends: [], recommends: [], conflicts: [] },
  ...{ provides: [], files: new Map(), scripts: {} },
};

describe("a repository", () => {
  it("lists each package as it describes itself, with its checksum, under a signature", async () => {
    const file = await pack(kit, folder, 0);
    expect(`${await controlOf(file)}\n`).toBe(control(kit));
    const listed = { file: "commune-test_1_all.deb", bytes: 3, sha256: "00", control: await controlOf(file) };
    const list = packagesList([listed, { ...listed, file: "a.deb" }]);
    expect(list.split("\n\n")).toHaveLength(2);
    expect(list).toContain(" Twice.\nFilename: ./commune-test_1_all.deb\nSize: 3\nSHA256: 00\n");

    const files = await repositoryFiles([listed], repository, key, "bron");
    expect([...files.keys()]).toEqual(["Packages", "Release", "InRelease", "bron.sources"]);
    const release = verified(files.get("InRelease") ?? "", key);
    expect(release).toContain("Date: Tue, 24 Nov 2026 08:00:00 UTC");
    const sum = execFileSync("sha256sum", { input: files.get("Packages") ?? "" })
      .toString()
      .slice(0, 64);
    expect(release).toContain(` ${sum} ${Buffer.byteLength(files.get("Packages") ?? "")} Packages`);
    expect(files.get("bron.sources")?.split("\n").slice(0, 7)).toEqual([
      "# Bron",
      "Types: deb",
      "URIs: https://ecoles.bron.test/packages/",
      "Suites: ./",
      "Signed-By:",
      " -----BEGIN PGP PUBLIC KEY BLOCK-----",
      " .",
    ]);
  });

  it("is read by this machine's apt, which installs from it and refuses what somebody has changed", async () => {
    const files = join(folder, "repository");
    mkdirSync(files);
    const file = await pack(kit, files, 0);
    const { bytes, sha256 } = await fileOf(file);
    const listed = { file: basename(file), bytes, sha256, control: await controlOf(file) };
    const here = { ...repository, address: `file:${files}/` };
    for (const [name, text] of await repositoryFiles([listed], here, key, "bron")) {
      writeFileSync(join(files, name), text);
    }
    // Folders of its own: nothing of the machine is read or changed, and nobody need be root.
    const own = join(folder, "apt");
    for (const path of ["lists/partial", "cache/archives/partial", "sources"])
      mkdirSync(join(own, path), { recursive: true });
    copyFileSync(join(files, "bron.sources"), join(own, "sources/bron.sources"));
    const settings = [
      ...[`Dir::State::lists=${own}/lists`, `Dir::Cache=${own}/cache`, "Debug::NoLocking=1"],
      ...["Dir::Etc::sourcelist=/dev/null", `Dir::Etc::sourceparts=${own}/sources`],
      ...["Dir::State::status=/dev/null", "APT::Sandbox::User=root"],
    ].flatMap((setting) => ["-o", setting]);
    const apt = (...words: string[]) => spawnSync("apt-get", [...settings, ...words]);
    expect(apt("update", "--error-on=any")).toMatchObject({ status: 0 });
    expect(String(apt("install", "--simulate", kit.name).stdout)).toContain(
      "Inst commune-test (1 Bron:stable",
    );
    rmSync(join(own, "lists"), { recursive: true });
    mkdirSync(join(own, "lists/partial"), { recursive: true });
    writeFileSync(join(files, "Packages"), packagesList([{ ...listed, sha256: "0".repeat(64) }]));
    expect(apt("update", "--error-on=any").status).toBe(100);
    const other = await repositoryKey("66".repeat(32), owner);
    const forged = await repositoryFiles([listed], here, other, "bron");
    for (const name of ["Packages", "Release", "InRelease"])
      writeFileSync(join(files, name), forged.get(name) ?? "");
    rmSync(join(own, "lists"), { recursive: true });
    mkdirSync(join(own, "lists/partial"), { recursive: true });
    const refused = apt("update", "--error-on=any");
    expect([refused.status, String(refused.stderr)]).toEqual([100, expect.stringContaining("NO_PUBKEY")]);
  });

  it("takes no file that is no package", async () => {
    const file = join(folder, "no.deb");
    writeFileSync(file, "<html>");
    await expect(controlOf(file)).rejects.toThrow("no.deb is no Debian package.");
  });
});
