import { createHash, randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { copyVault } from "../../components/recovery/vault/copy.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { killsCampaign, rotCampaign } from "../campaigns/vault.ts";
import { passOf } from "../components/recovery/passes.ts";
import { installRestic, judge, well } from "./vault/restic.ts";
import { guestKey, openVault, quickFolder, settings } from "./vault/vault.ts";

const seed = Number(process.env.COMMUNE_SEED ?? Date.now() % 2 ** 31);

test(`a sample of the kills of \`npm run campaign vault\`, with Debian's restic: seed ${seed}`, {
  timeout: 300_000,
}, async () => {
  for (const kibPerSecond of [undefined, 8192]) {
    const seen = await killsCampaign({ seed, kills: 2, mib: 8, kibPerSecond });
    expect(seen.kills).toBe(2);
  }
});

test(`a sample of its files that rot: seed ${seed}`, { timeout: 300_000 }, async () => {
  expect(await rotCampaign({ seed, count: 10 })).toEqual({ damages: 10, found: 10 });
});

describe("two vaults of a guest", () => {
  let folder: string;
  let first: Awaited<ReturnType<typeof vaultOf>>;
  let second: Awaited<ReturnType<typeof vaultOf>>;
  const path = "nextcloud/files-2026q4";

  async function vaultOf(host: string) {
    mkdirSync(join(folder, host));
    const named = { host, domain: `${host}.test`, guest: settings.guest };
    const { url, close } = await openVault(join(folder, host), named);
    const access = {
      address: url,
      user: settings.guest,
      password: vaultPassword(guestKey, named, passOf()),
    };
    const repository = { ...access, url, path, cache: join(folder, `cache-${host}`) };
    return { close, repository, vault: new OpenVault(host, access, fetch) };
  }

  /** Takes a snapshot of the source at the first vault. */
  async function backUp(bytes: Buffer): Promise<string> {
    writeFileSync(join(folder, "source", "file"), bytes);
    await well(first.repository, "backup", join(folder, "source"));
    const said = await well(first.repository, "snapshots", "--json");
    const taken = z.array(z.object({ id: z.string() })).parse(JSON.parse(said));
    return taken.at(-1)?.id ?? "";
  }

  /** Writes a file as the first vault's host puts it on its own volume, under a name that is its sum. */
  function madeUp(kind: string, text: string, where = path): string {
    const name = createHash("sha256").update(text).digest("hex");
    const shelf = join(folder, "bron", where, kind, kind === "data" ? name.slice(0, 2) : "");
    mkdirSync(shelf, { recursive: true });
    writeFileSync(join(shelf, name), text);
    return name;
  }

  beforeAll(installRestic);
  beforeEach(async () => {
    folder = mkdtempSync(join(quickFolder, "vaults-"));
    mkdirSync(join(folder, "source"));
    [first, second] = [await vaultOf("bron"), await vaultOf("lyon")];
    await well(first.repository, "init");
  });
  afterEach(async () => {
    for (const { close } of [first, second]) await close();
    rmSync(folder, { recursive: true });
  });

  test("have the same snapshot after a copy, which is checked and restored at the second", async () => {
    const content = randomBytes(5_000_000);
    const snapshot = await backUp(content);
    const copied = await copyVault(first.vault, second.vault, { judge, must: { [path]: [snapshot] } });
    expect(copied.bytes).toBeGreaterThan(content.length);
    await well(second.repository, "check", "--read-data");
    expect([...(await second.vault.list(path, "snapshots")).keys()]).toEqual([snapshot]);
    await well(second.repository, "restore", "latest", "--target", join(folder, "back"));
    expect(readFileSync(join(folder, "back", folder, "source", "file")).equals(content)).toBe(true);
  });

  test("are not both poisoned by the first one's host: what restic does not open is not brought, and the rest is", async () => {
    const content = randomBytes(100_000);
    const snapshot = await backUp(content);
    const junk = ["index", "snapshots", "keys", "data"].map((kind) => [
      kind,
      madeUp(kind, `made up ${kind}`),
    ]);
    await expect(copyVault(first.vault, second.vault, { judge })).rejects.toThrow(
      "the vault at bron gives what this commune did not write there, and nothing of that was brought: nextcloud/files-2026q4/index/",
    );
    for (const [kind = "", name = ""] of junk)
      expect([kind, (await second.vault.list(path, kind)).has(name)]).toEqual([kind, false]);
    await well(second.repository, "check", "--read-data");
    expect([...(await second.vault.list(path, "snapshots")).keys()]).toEqual([snapshot]);
    // What the second one has can be gone on with.
    await well(second.repository, "backup", join(folder, "source"));
  });

  test("are not both given an older state: nothing is brought without what was just taken", async () => {
    await backUp(randomBytes(100_000));
    cpSync(join(folder, "bron", path), join(folder, "before"), { recursive: true });
    const snapshot = await backUp(randomBytes(100_000));
    rmSync(join(folder, "bron", path), { recursive: true });
    cpSync(join(folder, "before"), join(folder, "bron", path), { recursive: true });
    await expect(
      copyVault(first.vault, second.vault, { judge, must: { [path]: [snapshot] } }),
    ).rejects.toThrow(`the vault at bron does not give ${snapshot} of ${path}, which was just brought to it`);
    expect((await second.vault.status()).generations).toEqual([]);
  });

  test("have each its own day until which a generation is kept, and names that are no paths", async () => {
    await backUp(randomBytes(1000));
    const until = join(folder, "bron", path, "until");
    rmSync(until);
    writeFileSync(until, "1970-01-01");
    await copyVault(first.vault, second.vault, { judge });
    expect((await second.vault.status()).generations).toMatchObject([{ until: "2027-04-01" }]);
    const asked: string[] = [];
    const lying = new OpenVault(
      "bron",
      { address: first.repository.url, user: "x", password: "x" },
      async (address) => {
        asked.push(address);
        const names = ["../../once", "nextcloud/../../x", "nextcloud/files-2026q4/../..", "lost+found/x"];
        const status = { generations: names.map((name) => ({ name })), quarantined: [] };
        return new Response(JSON.stringify(status));
      },
    );
    expect(await copyVault(lying, second.vault, { judge })).toEqual({ repositories: 0, files: 0, bytes: 0 });
    expect(asked).toEqual([`${first.repository.url}/status`]);
  });
});
