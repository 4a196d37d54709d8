import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { vaultPassword } from "../../../components/recovery/vault/access.ts";
import type { VaultStatus } from "../../../components/recovery/vault/settings.ts";
import { passOf } from "../../components/recovery/passes.ts";
import { installRestic, type Repository, restic, well } from "../../programs/vault/restic.ts";
import { basic } from "../../programs/vault/vault.ts";
import { tunnelTo } from "./proxy.ts";
import { type Town, visitor } from "./town.ts";

/** A vault, and a guest that brings with a restic of its own. */
export function vault(town: Town): void {
  const { hosts } = town;
  const [host] = hosts;
  const name = { host, domain: `${host}.test`, guest: visitor };
  const address = `https://vault-${visitor}.${name.domain}`;
  const path = "nextcloud/files-2026q4";
  const password = (key = town.visitorKey) => vaultPassword(key, name, passOf());
  const authorization = basic(visitor, password());
  const asked = (what: string, headers: Record<string, string> = { authorization }) =>
    town.recovering.fetch(address + what, { method: "GET", headers });
  const listed = async (kind: string) => (await (await asked(`/${path}/${kind}/`)).json()) as object[];

  describe("a vault", () => {
    let folder: string;
    let repository: Repository;
    let proxy: Awaited<ReturnType<typeof tunnelTo>>;

    const write = (file: string, mib: number) => {
      mkdirSync(join(folder, "source"), { recursive: true });
      writeFileSync(join(folder, "source", file), randomBytes(mib * 1024 * 1024));
    };

    beforeAll(async () => {
      await installRestic();
      folder = mkdtempSync(join(tmpdir(), "vault-"));
      const { hostname, port } = new URL(town.cluster.endpoints?.https ?? "");
      proxy = await tunnelTo({ host: hostname, port: Number(port) });
      const { caFile } = town.cluster;
      repository = {
        ...{ url: address, path, user: visitor, password: password() },
        ...{ cache: join(folder, "cache"), tls: { caFile, proxy: proxy.url } },
      };
    });

    afterAll(async () => {
      await proxy.close();
      rmSync(folder, { recursive: true });
    });

    test("has what Debian's restic backs up through the ingress controller and checks, and gives it back", async () => {
      await expect.poll(async () => (await asked("/healthz")).status, { timeout: 30_000 }).toBe(200);
      write("first", 40);
      await well(repository, "init");
      await well(repository, "backup", "--host", visitor, join(folder, "source"));
      await well(repository, "check", "--read-data");
      await well(repository, "restore", "latest", "--target", join(folder, "back"));
      const [before, after] = [join(folder, "source"), join(folder, "back", folder, "source")].map((root) =>
        readFileSync(join(root, "first")),
      );
      expect(after !== undefined && before?.equals(after)).toBe(true);
      const status = (await (await asked("/status")).json()) as VaultStatus;
      expect(status).toMatchObject({ guest: visitor, generations: [{ name: path, isComplete: false }] });
      expect(status.usedBytes).toBeGreaterThan(40 * 1024 * 1024);
    });

    test("lets nobody take away what he brought, and nobody else in", async () => {
      await well(repository, "backup", "--host", visitor, join(folder, "source"));
      const snapshots = async () => JSON.parse(await well(repository, "snapshots", "--json")) as object[];
      expect(await snapshots()).toHaveLength(2);
      const { said } = await restic(repository, ["forget", "--keep-last", "1"]);
      expect(said).toContain("403");
      expect(await snapshots()).toHaveLength(2);
      expect((await asked("/status", {})).status).toBe(401);
      const others = basic(visitor, password(randomBytes(32)));
      expect((await asked("/status", { authorization: others })).status).toBe(401);
      expect((await asked("/status")).status).toBe(200);
    });

    test("that is killed in the middle of a backup goes on with the next pod, and the backup ends well", async () => {
      const before = (await listed("data")).length;
      write("second", 24);
      let isDone = false;
      const words = ["backup", "--host", visitor, "--limit-upload", "2048", join(folder, "source")];
      const running = restic(repository, words).finally(() => {
        isDone = true;
      });
      // Something of it has come, and the rest is on the way: 24 MiB take twelve seconds.
      const came = async () => (await listed("data")).length;
      await expect.poll(came, { timeout: 60_000, interval: 200 }).toBeGreaterThan(before);
      const pods = ["pod", "--all", "--force", "--grace-period=0"];
      await town.kubectl("-n", `${host}-vault-${visitor}`, "delete", ...pods);
      expect(isDone).toBe(false);
      const { code, said } = await running;
      expect([code, said]).toEqual([0, expect.any(String)]);
      await well(repository, "unlock");
      await well(repository, "check", "--read-data");
      expect(readdirSync(join(folder, "source"))).toHaveLength(2);
    });
  });
}
