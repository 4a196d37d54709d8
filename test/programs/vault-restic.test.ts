import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { copyVault } from "../../components/recovery/vault/copy.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { killsCampaign, rotCampaign } from "../campaigns/vault.ts";
import { passOf } from "../components/recovery/passes.ts";
import { installRestic, well } from "./vault/restic.ts";
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

test("what was copied to a second vault is checked and restored there, under the same snapshot", {
  timeout: 120_000,
}, async () => {
  await installRestic();
  const folder = mkdtempSync(join(quickFolder, "vaults-"));
  const hosts = ["bron", "lyon"] as const;
  const open = await Promise.all(
    hosts.map(async (host) => {
      mkdirSync(join(folder, host));
      const vault = { host, domain: `${host}.test`, guest: settings.guest };
      const { url, close } = await openVault(join(folder, host), vault);
      const access = {
        address: url,
        user: settings.guest,
        password: vaultPassword(guestKey, vault, passOf()),
      };
      const repository = {
        ...access,
        url,
        path: "nextcloud/files-2026q4",
        cache: join(folder, `cache-${host}`),
      };
      return { close, repository, vault: new OpenVault(host, access, fetch) };
    }),
  );
  const [first, second] = open;
  if (first === undefined || second === undefined) throw new Error("no vaults");
  try {
    mkdirSync(join(folder, "source"));
    const content = randomBytes(5_000_000);
    writeFileSync(join(folder, "source", "file"), content);
    await well(first.repository, "init");
    await well(first.repository, "backup", "--host", settings.guest, join(folder, "source"));
    expect((await copyVault(first.vault, second.vault)).bytes).toBeGreaterThan(content.length);
    await well(second.repository, "check", "--read-data");
    const snapshots = await Promise.all(
      open.map(
        async ({ repository }) =>
          JSON.parse(await well(repository, "snapshots", "--json")) as { id: string }[],
      ),
    );
    expect(snapshots[1]?.map(({ id }) => id)).toEqual(snapshots[0]?.map(({ id }) => id));
    await well(second.repository, "restore", "latest", "--target", join(folder, "back"));
    expect(readFileSync(join(folder, "back", folder, "source", "file")).equals(content)).toBe(true);
  } finally {
    for (const { close } of open) await close();
    rmSync(folder, { recursive: true });
  }
});
