import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import type { VaultStatus } from "../../components/recovery/vault/settings.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { installRestic, type Repository, restic, well } from "../programs/vault/restic.ts";
import { basic } from "../programs/vault/vault.ts";
import { Project } from "./project.ts";
import { tunnelTo } from "./vault/proxy.ts";

const cluster = openCluster(inject("cluster"));
const host = "vault-town";
const guest = "vault-guest";
const namespace = `${host}-vault-${guest}`;
const name = { host, domain: `${host}.test`, guest };
const address = `https://vault-${guest}.${name.domain}`;
const key = randomBytes(32);

const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const door = { host: hostname, port: Number(port) };
const dispatcher = agentFor({ address: door, caFile: cluster.caFile });

let project: Project;
let folder: string;
let repository: Repository;
let proxy: Awaited<ReturnType<typeof tunnelTo>>;

const kubectl = (...words: string[]) => execa("kubectl", words, { env: project.environment });

const authorization = basic(guest, vaultPassword(key, name, 1));
const asked = (path: string, headers: Record<string, string> = { authorization }) =>
  undiciFetch(address + path, { dispatcher, headers });

function write(file: string, mib: number): void {
  mkdirSync(join(folder, "source"), { recursive: true });
  writeFileSync(join(folder, "source", file), randomBytes(mib * 1024 * 1024));
}

beforeAll(async () => {
  await installRestic();
  folder = mkdtempSync(join(tmpdir(), "vault-"));
  proxy = await tunnelTo(door);
  repository = {
    ...{ url: address, path: "nextcloud/files-2026q4", user: guest, password: vaultPassword(key, name, 1) },
    ...{ cache: join(folder, "cache"), tls: { caFile: cluster.caFile, proxy: proxy.url } },
  };
  project = new Project(cluster.environment);
  writeFileSync(
    join(project.folder, "stacks", "federation.yaml"),
    `name: Métropole
members:
  ${host}: { name: Vault Town, insee: "69029", domain: ${name.domain}, contact: a@${name.domain} }
  ${guest}:
    { name: Guest, insee: "69123", domain: vault-guest.test, contact: a@vault-guest.test, publicKey: ${publicKeyOf(key)} }
`,
  );
  project.declare(
    host,
    `id: ${host}
name: Vault Town
insee: "69029"
domain: ${name.domain}
population: 42000
contact: a@${name.domain}
recovery:
  host:
    ${guest}: { space: 1 GiB }
`,
  );
  await project.createStack(host);
  await project.up(host);
});

afterAll(async () => {
  await dispatcher.close();
  await proxy.close();
  await project.succeed("destroy", "-s", host, "--yes");
  project.remove();
  rmSync(folder, { recursive: true });
});

test("Debian's restic backs up through the ingress controller, checks, and restores what it brought", async () => {
  await expect.poll(async () => (await asked("/healthz")).status, { timeout: 30_000 }).toBe(200);
  write("first", 40);
  await well(repository, "init");
  await well(repository, "backup", "--host", guest, join(folder, "source"));
  await well(repository, "check", "--read-data");
  await well(repository, "restore", "latest", "--target", join(folder, "back"));
  const [before, after] = [join(folder, "source"), join(folder, "back", folder, "source")].map((root) =>
    readFileSync(join(root, "first")),
  );
  expect(after !== undefined && before?.equals(after)).toBe(true);
  const status = (await (await asked("/status")).json()) as VaultStatus;
  expect(status).toMatchObject({
    guest,
    generations: [{ name: "nextcloud/files-2026q4", isComplete: false }],
  });
  expect(status.usedBytes).toBeGreaterThan(40 * 1024 * 1024);
});

test("nothing that was brought is taken away by who brought it, and nobody else is let in", async () => {
  await well(repository, "backup", "--host", guest, join(folder, "source"));
  const snapshots = async () => JSON.parse(await well(repository, "snapshots", "--json")) as object[];
  expect(await snapshots()).toHaveLength(2);
  const { said } = await restic(repository, ["forget", "--keep-last", "1"]);
  expect(said).toContain("403");
  expect(await snapshots()).toHaveLength(2);
  expect((await asked("/status", {})).status).toBe(401);
  expect(
    (await asked("/status", { authorization: basic(guest, vaultPassword(randomBytes(32), name, 1)) })).status,
  ).toBe(401);
});

test("a backup whose vault is killed goes on with the next pod and ends well", async () => {
  write("second", 24);
  const running = restic(repository, [
    ...["backup", "--host", guest, "--limit-upload", "2048"],
    join(folder, "source"),
  ]);
  const locks = "/nextcloud/files-2026q4/locks/";
  await expect
    .poll(async () => ((await (await asked(locks)).json()) as string[]).length, { timeout: 60_000 })
    .toBe(1);
  await sleep(2000);
  await kubectl("-n", namespace, "delete", "pod", "--all", "--force", "--grace-period=0");
  const { code, said } = await running;
  expect([code, said]).toEqual([0, expect.any(String)]);
  await well(repository, "unlock");
  await well(repository, "check", "--read-data");
  expect(readdirSync(join(folder, "source"))).toHaveLength(2);
});
