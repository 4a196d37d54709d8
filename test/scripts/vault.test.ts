import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type VaultAccess, vaultPassword } from "../../components/recovery/vault/access.ts";
import type { Judge } from "../../components/recovery/vault/copy.ts";
import { scrub } from "../../programs/vault/scrub.ts";
import { vaultCommand } from "../../scripts/vault.ts";
import { passOf } from "../components/recovery/passes.ts";
import { freePort } from "../free-port.ts";
import { guestKey, type Open, openVault, quickFolder, repository, sha256 } from "../programs/vault/vault.ts";

let folder: string;
/** Two vaults of Villeurbanne's, at Bron and at Lyon. */
let bron: Open;
let lyon: Open;

const at = (host: string) => ({ host, domain: `${host}.test`, guest: "villeurbanne" });

beforeEach(async () => {
  folder = mkdtempSync(join(quickFolder, "vaults-"));
  for (const host of ["bron", "lyon"]) mkdirSync(join(folder, host));
  bron = await openVault(join(folder, "bron"));
  lyon = await openVault(join(folder, "lyon"), at("lyon"));
  mkdirSync(join(folder, "stacks", "villeurbanne"), { recursive: true });
  const members = ["bron", "lyon", "givors", "villeurbanne"].map(
    (id) => `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`,
  );
  writeFileSync(
    join(folder, "stacks", "federation.yaml"),
    `name: Métropole\nmembers:\n${members.join("\n")}\n`,
  );
  declare("[bron, lyon]");
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  for (const open of [bron, lyon]) await open.close();
  expect([...bron.failures, ...lyon.failures]).toEqual([]);
  rmSync(folder, { recursive: true });
});

function declare(vaults: string): void {
  writeFileSync(
    join(folder, "stacks", "villeurbanne", "commune.yaml"),
    `id: villeurbanne\nname: Villeurbanne\ninsee: "69266"\ndomain: villeurbanne.test\npopulation: 1\ncontact: a@b.test\nrecovery: { vaults: ${vaults} }\n`,
  );
}

/** An index here names the one pack beside it, in words. What restic opens: vault-restic.test.ts. */
const judge: Judge = {
  open: async (_, __, keys) => ({
    keys: [...keys.keys()],
    async packsIn(name, index) {
      const text = index.toString("utf8");
      if (!text.startsWith("index of ")) throw new Error(`${name} does not open`);
      return [sha256(text.replace("index", "data"))];
    },
    generationIn: async () => undefined,
    close: async () => undefined,
  }),
};

/** Returns what the command prints; a commune's stack says how its vaults are opened. */
async function vault(words: readonly string[], more: Record<string, VaultAccess> = {}): Promise<string> {
  const said: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
  const access = ({ url }: Open, host: string) => ({
    address: url,
    user: "villeurbanne",
    password: vaultPassword(guestKey, at(host), passOf()),
  });
  const vaults = { bron: access(bron, "bron"), lyon: access(lyon, "lyon"), ...more };
  const command = vaultCommand({
    ...{ stacks: join(folder, "stacks"), vaultsOf: async () => vaults, judgeOf: async () => judge, fetch },
  });
  await command.parseAsync(words, { from: "user" });
  return said.join("\n");
}

const copy = (...more: string[]) =>
  vault(["copy", "villeurbanne", "--from", "bron", "--to", "lyon", ...more]);

/** Brings what a backup leaves at Bron. Returns the names of its files, but for the lock. */
async function backedUp(where = repository): Promise<string[]> {
  await bron.ask(`${where}/?create=true`, { method: "POST" });
  await bron.ask(`${where}/config`, { method: "POST", body: `config of ${where}` });
  const names: string[] = [];
  for (const type of ["keys", "data", "index", "snapshots"]) {
    names.push((await bron.bring(type, `${type} of ${where}`, where)).name);
  }
  await bron.bring("locks", `lock of ${where}`, where);
  return names;
}

describe("commune vault copy", () => {
  test("brings what is missing and no lock, once, and nothing of what is said of it", async () => {
    const names = await backedUp();
    await bron.ask(`${repository}/complete`, { method: "POST", body: "point 43" });
    expect(await copy()).toBe(
      "nextcloud/files-2026q4 …\n1 repository of bron: 5 files (163 bytes) were missing at lyon, and are there now.",
    );
    const there = await Promise.all(
      ["keys", "data", "index", "snapshots", "locks"].map(
        async (type) => (await (await lyon.ask(`${repository}/${type}/`, asLyon)).json()) as string[],
      ),
    );
    expect(there.flat()).toEqual(names);
    expect((await lyon.vault.status()).generations).toEqual([
      { name: "nextcloud/files-2026q4", until: "2027-04-01", isComplete: false },
    ]);
    expect(await copy("--json")).toBe('{"repositories":1,"files":0,"bytes":0}');
  });

  test("brings back what rotted at the other one and was put into quarantine", async () => {
    const [, pack = ""] = await backedUp();
    await copy();
    appendFileSync(join(folder, "lyon", repository, "data", pack.slice(0, 2), pack), "x");
    expect(await scrub(lyon.vault.store, { rest: 0, now: () => new Date() })).toMatchObject({ bad: 1 });
    expect(await copy("--json")).toContain('"files":1');
    expect(await scrub(lyon.vault.store, { rest: 0, now: () => new Date() })).toMatchObject({ bad: 0 });
  });

  test("brings nothing that rotted where it comes from", async () => {
    const [, pack = ""] = await backedUp();
    writeFileSync(join(folder, "bron", repository, "data", pack.slice(0, 2), pack), "rotten");
    await expect(copy()).rejects.toThrow(
      `what the vault at bron has as nextcloud/files-2026q4/data/${pack} is not what its name says. Nothing of it was brought.`,
    );
    expect((await lyon.ask(`${repository}/data/${pack}`, asLyon)).status).toBe(404);
    // What refers to it was not brought either.
    expect(await (await lyon.ask(`${repository}/snapshots/`, asLyon)).json()).toEqual([]);
  });

  test("mixes no two repositories of one name", async () => {
    await backedUp();
    await lyon.ask(`${repository}/?create=true`, { method: "POST", ...asLyon });
    await lyon.ask(`${repository}/config`, { method: "POST", body: "another", ...asLyon });
    await expect(copy()).rejects.toThrow(
      "the vault at lyon answered 403 to POST /nextcloud/files-2026q4/config",
    );
    expect(await (await lyon.ask(`${repository}/keys/`, asLyon)).json()).toEqual([]);
  });

  test("brings one repository once, under however many names a host gives it", async () => {
    const where = ["/nextcloud/files-2026q2", "/nextcloud/files-2026q3", repository];
    await backedUp();
    for (const each of where.slice(0, 2))
      cpSync(join(folder, "bron", repository), join(folder, "bron", each), { recursive: true });
    await copy("--repository", "nextcloud/files-2026q4");
    await expect(copy()).rejects.toThrow(
      "the vault at bron gives what this commune did not write there, and nothing of that was brought: nextcloud/files-2026q2 (it is nextcloud/files-2026q4); nextcloud/files-2026q3 (it is nextcloud/files-2026q4)",
    );
    expect((await lyon.vault.status()).generations.map(({ name }) => name)).toEqual([
      "nextcloud/files-2026q4",
    ]);
  });

  test("copies the repositories that are named", async () => {
    await backedUp();
    await backedUp("/mastodon/files-2026q4");
    expect(await copy("--json", "--repository", "mastodon/files-2026q4")).toContain('"repositories":1');
    expect((await lyon.vault.status()).generations.map(({ name }) => name)).toEqual([
      "mastodon/files-2026q4",
    ]);
    await expect(copy("--repository", "mastodon/files-2026q3")).rejects.toThrow(
      "the vault at bron has no mastodon/files-2026q3. It has: mastodon/files-2026q4, nextcloud/files-2026q4.",
    );
  });

  test("says which names are none of the commune's vaults", async () => {
    await expect(vault(["copy", "villeurbanne", "--from", "bron", "--to", "givors"])).rejects.toThrow(
      '"givors" is no vault of villeurbanne. Its vaults: bron, lyon.',
    );
    await expect(vault(["copy", "villeurbanne", "--from", "bron", "--to", "bron"])).rejects.toThrow(
      "name two",
    );
    declare("[bron, lyon, givors]");
    await expect(vault(["copy", "villeurbanne", "--from", "bron", "--to", "givors"])).rejects.toThrow(
      "npx pulumi up -s villeurbanne",
    );
    declare("[]");
    await expect(copy()).rejects.toThrow("villeurbanne declares no vault");
  });
});

const asLyon = {
  headers: {
    authorization: `Basic ${Buffer.from(`villeurbanne:${vaultPassword(guestKey, at("lyon"), passOf())}`).toString("base64")}`,
  },
};

describe("commune vault compare", () => {
  test("finds what a host has deleted, or has put back to what it was", async () => {
    await backedUp();
    expect(await vault(["compare", "villeurbanne"])).toBe(
      "lyon lacks of nextcloud/files-2026q4: 1 of keys, 1 of data, 1 of index, 1 of snapshots, config",
    );
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    await copy();
    expect(await vault(["compare", "villeurbanne"])).toBe("bron, lyon: all have the same.");
    expect(process.exitCode).toBeUndefined();
    // The state of before the next backup.
    cpSync(join(folder, "bron"), join(folder, "before"), { recursive: true });
    await bron.bring("snapshots", "the next");
    await copy();
    rmSync(join(folder, "bron"), { recursive: true });
    cpSync(join(folder, "before"), join(folder, "bron"), { recursive: true });
    expect(await vault(["compare", "villeurbanne"])).toBe(
      "bron lacks of nextcloud/files-2026q4: 1 of snapshots",
    );
    expect(await vault(["compare", "villeurbanne", "--json"])).toBe(
      JSON.stringify(
        [{ host: "bron", repository: "nextcloud/files-2026q4", files: { snapshots: 1 } }],
        undefined,
        2,
      ),
    );
  });
});

describe("commune vault status", () => {
  test("says what each vault has, and ends well", async () => {
    await backedUp();
    await bron.vault.scrubWhenDue({ everyMs: 0, rest: 0, now: () => new Date("2026-11-26T09:00:00Z") });
    expect(await vault(["status", "villeurbanne"])).toBe(
      [
        "bron: 0.00 GiB of 0.06 GiB, all 6 files read on 2026-11-26, 0 in quarantine",
        "  nextcloud/files-2026q4, kept until 2027-04-01",
        "lyon: 0.00 GiB of 0.06 GiB, no look at all files has ended yet, 0 in quarantine",
      ].join("\n"),
    );
    expect(process.exitCode).toBeUndefined();
  });

  test("speaks French where that is asked for", async () => {
    await backedUp();
    vi.stubEnv("COMMUNE_LANG", "fr");
    expect(await vault(["status", "villeurbanne"])).toContain(
      "lyon : 0.00 Gio sur 0.06 Gio, aucune relecture de tous les fichiers n’est encore finie, 0 en quarantaine",
    );
    expect(await vault(["compare", "villeurbanne"])).toMatch(
      /^à lyon manque, de nextcloud\/files-2026q4 : 1 de keys, /,
    );
    vi.unstubAllEnvs();
  });

  test("ends with 1 where one does not answer, or has found something", async () => {
    const nobody = {
      address: `http://127.0.0.1:${await freePort()}`,
      user: "villeurbanne",
      password: "v1.x",
    };
    expect(await vault(["status", "villeurbanne"], { lyon: nobody })).toMatch(
      /^lyon: fetch failed: .*ECONNREFUSED/m,
    );
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    const wrong = {
      address: lyon.url,
      user: "villeurbanne",
      password: vaultPassword(guestKey, at("bron"), passOf()),
    };
    expect(await vault(["status", "villeurbanne"], { lyon: wrong })).toContain(
      "lyon: the vault at lyon answered 401 to GET /status",
    );
    process.exitCode = undefined;
    const [name = ""] = await backedUp();
    writeFileSync(join(folder, "bron", repository, "keys", name), "rotten");
    await scrub(bron.vault.store, { rest: 0, now: () => new Date() });
    expect(await vault(["status", "villeurbanne"])).toContain(
      `  in quarantine: nextcloud/files-2026q4/keys/${name}`,
    );
    expect(process.exitCode).toBe(1);
  });
});
