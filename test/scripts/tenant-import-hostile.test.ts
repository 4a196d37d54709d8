import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { verifyCommand } from "../../scripts/tenant/verify.ts";
import { stacksWith, tenantText } from "../components/tenants/stacks.ts";
import { importArchive, archiveKey as key, writeArchive } from "./tenant-import/archive.ts";

let work: string;
let stacks: string;
let folder: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), "hostile-"));
  folder = join(work, "archive");
  stacks = stacksWith({});
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(work, { recursive: true });
});

const pages = tenantText("chorale", "applications: { site: { folder: pages } }\n");
const archive = (said: object = {}, { file = pages, more = () => {} } = {}) =>
  writeArchive(folder, said, { file, more });

/** Returns what an import says, or why it does nothing. */
async function imported(words?: readonly string[], answer?: string): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  try {
    await importArchive(stacks, folder, words, answer);
  } catch (error) {
    lines.push(error instanceof Error ? error.message : String(error));
  } finally {
    log.mockRestore();
  }
  return lines.join("\n");
}

/** Every file that is declared. */
const here = () => readdirSync(stacks, { recursive: true, encoding: "utf8" }).sort();
const nothing = ["bron", "bron/commune.yaml"];

describe("an archive that says of itself what nobody declares", () => {
  test("is written nowhere: neither below another folder, nor over a file that is there", async () => {
    const before = readFileSync(join(stacks, "bron", "commune.yaml"), "utf8");
    for (const id of [
      "../commune",
      "../../../components/node_modules",
      "/tmp/x",
      "-rf",
      "Chorale",
      "a-t-b",
      "",
    ]) {
      await archive({ id });
      expect(await imported(), id).toMatch(/manifest\.json.* id: .*\n.*Nothing was changed\.$/s);
      expect(here()).toEqual(nothing);
      expect(readFileSync(join(stacks, "bron", "commune.yaml"), "utf8")).toBe(before);
    }
  });

  test.each([
    ["commune", "../lyon"],
    ["communeDomain", "lyon.test\nid: x"],
    ["communeDomain", "lyon.test/@evil.test"],
    ["name", "Chorale\nBonjour"],
    ["domain", "-h"],
    ["at", "hier"],
    ["at", "2026-11-27T10:00:00.000Z\nx"],
    ["suspendedSince", "2026-02-30"],
    ["key", "z6Mk"],
    ["applications", { "../x": { host: "a.test", image: "docker.io/library/x:1" } }],
    ["applications", { wordpress: { host: "--help", image: "docker.io/library/x:1" } }],
    ["applications", { wordpress: { host: "a.test", image: "docker.io/library/x:1; id" } }],
    ["applications", { wordpress: { host: "a.test", image: "docker.io/library/x:1", database: "x; DROP" } }],
    ["applications", { wordpress: { host: "a.test", image: "docker.io/library/x:1", title: "a\u202eb" } }],
  ])("is refused with the field and the value: %s %j", async (field, value) => {
    await archive({ [field]: value });
    if (field === "key") {
      const file = join(folder, "manifest.json");
      writeFileSync(file, readFileSync(file, "utf8").replace(key, String(value)));
    }
    expect(await imported()).toMatch(
      new RegExp(
        `manifest\\.json:\\d.* (${field}|a character that cannot be seen).*Nothing was changed\\.$`,
        "s",
      ),
    );
    expect(here()).toEqual(nothing);
  });

  test.each([
    ["a field that no association has", "spy: true\n", "spy"],
    ["an application that there is not", "", "applications.evil"],
  ])(
    "brings a file with %s: it is refused where it stands, and nothing is written",
    async (_, more, field) => {
      const applications = field.startsWith("applications") ? "{ evil: {} }" : "{ site: {} }";
      await archive({}, { file: `${tenantText("chorale", `applications: ${applications}\n`)}${more}` });
      expect(await imported()).toMatch(new RegExp(`fiche\\.yaml:\\d+:\\d+ .*${field}`));
      expect(here()).toEqual(nothing);
    },
  );
});

describe("what is in an archive beside files and folders", () => {
  test.each([
    ["a link to a file", () => symlinkSync("/etc/passwd", join(folder, "site", "passwd.html"))],
    ["a link to a folder", () => symlinkSync("/etc", join(folder, "site", "etc"))],
    ["a link that leads nowhere", () => symlinkSync("nowhere", join(folder, "site", "nowhere"))],
    ["a pipe", () => execa("mkfifo", [join(folder, "site", "pipe")])],
  ])("%s makes it none", async (_, more) => {
    await archive();
    await more();
    expect(await imported()).toMatch(/neither a file nor a folder.*Nothing was changed\.$/s);
    const verify = () => verifyCommand().parseAsync([folder, "--key", key], { from: "user" });
    await expect(verify()).rejects.toThrow("neither a file nor a folder");
    expect(here()).toEqual(nothing);
  });

  test("the whole folder of pages as a link, and the manifest as one, are refused unread", async () => {
    await archive();
    rmSync(join(folder, "site"), { recursive: true });
    symlinkSync("/etc", join(folder, "site"));
    expect(await imported()).toMatch(/site.* neither a file nor a folder/s);
    rmSync(join(folder, "manifest.json"));
    symlinkSync("/dev/zero", join(folder, "manifest.json"));
    expect(await imported()).toMatch(/manifest\.json.* neither a file nor a folder/s);
  });
});

describe("whose key signed it", () => {
  test("is not the archive's own word: without --key and a terminal it is not taken, whatever --yes says", async () => {
    await archive();
    const said = await imported(["--yes"]);
    expect(said).toMatch(/--key.*--yes does not stand for it.*Nothing was changed\.$/s);
    expect(said).not.toContain(key);
    expect(here()).toEqual(nothing);
  });

  test("is typed from the commune's own page, and is no other", async () => {
    await archive();
    const other = publicKeyOf(Buffer.alloc(32, 3));
    for (const typed of ["", "y", "oui", key.slice(-8), other])
      expect(await imported(["--yes"], typed)).toMatch(/is not the key that signed.*Nothing was changed\.$/s);
    expect(here()).toEqual(nothing);
    expect(await imported([], ` ${key} `)).toContain("tenants/chorale.yaml: written");
  });

  test("has to be spelled as keys are", async () => {
    await archive();
    expect(await imported(["--key", "z6MkNone"])).toMatch(/--key: .*is not an Ed25519 key/);
  });
});

describe("what is there already", () => {
  test("is not taken away by an import that fails", async () => {
    await archive();
    mkdirSync(join(stacks, "bron", "tenants"));
    const file = join(stacks, "bron", "tenants", "chorale.yaml");
    writeFileSync(file, "of somebody else\n");
    const said = await imported();
    expect(said).not.toContain("written");
    expect(readFileSync(file, "utf8")).toBe("of somebody else\n");
  });

  test("is as before where the commune cannot be read with what came", async () => {
    // Its name for the blog is taken.
    stacks = stacksWith({
      "tenants/autre.yaml": tenantText("autre", "domain: pris.test\napplications: { site: {} }\n"),
    });
    const before = here();
    await archive(
      {},
      { file: tenantText("chorale", "domain: pris.test\napplications: { site: { folder: pages } }\n") },
    );
    expect(await imported()).toContain("pris.test");
    expect(here()).toEqual(before);
  });

  test("a folder of associations that is a link is written to nowhere", async () => {
    mkdirSync(join(work, "elsewhere"));
    symlinkSync(join(work, "elsewhere"), join(stacks, "bron", "tenants"));
    await archive();
    expect(await imported()).toContain("this is a link out of");
    expect(readdirSync(join(work, "elsewhere"))).toEqual([]);
    expect(existsSync(join(stacks, "bron", "commune.yaml"))).toBe(true);
  });
});
