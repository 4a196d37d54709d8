import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { canonical, digestOf, hashOf, pointName, signHead } from "../../components/recovery/points/head.ts";
import type { Manifest } from "../../components/recovery/points/manifest.ts";
import { sealManifest } from "../../components/recovery/points/sealed.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { putAside } from "../../scripts/relocate/state.ts";
import { relocateCommand, type Surroundings } from "../../scripts/relocate.ts";
import { type Open, openVault, quickFolder } from "../programs/vault/vault.ts";

const seed = Buffer.alloc(32, 5).toString("base64");
const secret = (service: string, purpose: string) =>
  deriveSecret(seed, "villeurbanne", { service, purpose, version: 1 });
const descriptorKey = Buffer.from(secret(descriptorLabel.service, descriptorLabel.purpose), "base64url");
const publicKey = publicKeyOf(descriptorKey);
const owner = { commune: "villeurbanne", service: "nextcloud" };
const serviceKey = Buffer.alloc(32, 8);
const repository = "nextcloud/files-2026q4";
const address = "https://vault-villeurbanne.bron.test";

let folder: string;
let bron: Open;
/** What the stack has, and what was done to it. */
let has: { seed: string | undefined; settings: Record<string, string>; cluster: string | undefined };
let done: string[];
let namespaces: string;
/** What somebody else does just before something is written to the vault. */
let meanwhile: () => Promise<unknown>;

beforeEach(async () => {
  folder = mkdtempSync(join(quickFolder, "relocate-"));
  mkdirSync(join(folder, "bron"));
  bron = await openVault(join(folder, "bron"), { publicKey });
  mkdirSync(join(folder, "stacks", "villeurbanne"), { recursive: true });
  const member = (id: string) =>
    `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`;
  writeFileSync(
    join(folder, "stacks", "federation.yaml"),
    `name: Métropole\nmembers:\n${["bron", "givors", "villeurbanne"].map(member).join("\n")}\n`,
  );
  declare("33.0.7");
  has = { seed, settings: {}, cluster: undefined };
  done = [];
  namespaces = "";
  meanwhile = async () => undefined;
});

afterEach(async () => {
  vi.restoreAllMocks();
  await bron.close();
  rmSync(folder, { recursive: true });
});

function declare(version: string, vaults = "bron"): void {
  writeFileSync(
    join(folder, "stacks", "villeurbanne", "commune.yaml"),
    `id: villeurbanne\nname: Villeurbanne\ninsee: "69266"\ndomain: villeurbanne.test\npopulation: 1\ncontact: a@b.test\nnextcloud: { version: ${version} }\nrecovery: { vaults: [${vaults}] }\n`,
  );
}

/** The one point of the service that is at the vault. */
async function point(version: string, incarnation = 1): Promise<void> {
  const takenAt = "2026-11-26T02:10:00Z";
  const manifest: Manifest = {
    ...{ form: 1, ...owner, incarnation, sequence: 1, takenAt, vaultDate: takenAt, reason: "schedule" },
    ...{ declaration: "0123456789abcdef", seed: "0011223344556677", keys: [] },
    running: { version, host: "cloud.villeurbanne.test" },
    parts: [
      {
        ...{ kind: "files", volume: "nextcloud-data", repository },
        ...{ snapshot: "a".repeat(64), tree: "b".repeat(64), files: 200, bytes: 1000, excluded: [] },
      },
      {
        ...{ kind: "dump", database: "nextcloud", repository, snapshot: "c".repeat(64), bytes: 5000 },
        ...{ rows: { "public.oc_users": 3 }, server: { version: "17.12", system: "7456123" } },
      },
    ],
    repositories: { [repository]: { config: "AAAA", keys: { ["d".repeat(64)]: "BBBB" } } },
    complete: true,
  };
  const head = signHead(
    {
      ...{ form: 1, ...owner, incarnation, sequence: 1, previous: null, takenAt },
      manifest: digestOf(canonical(manifest)),
    },
    signerOf(descriptorKey, owner, serviceKey),
    serviceKey,
  );
  expect(hashOf(head)).toHaveLength(64);
  const body = JSON.stringify({
    head,
    sealed: sealManifest(manifest, secret("nextcloud", "restore-repository")),
  });
  await asGuest(`/once/${pointName(owner.service, 1)}`, "POST", body);
}

async function asGuest(path: string, method = "GET", body?: string): Promise<Response> {
  const vault = { host: "bron", domain: "bron.test", guest: "villeurbanne" };
  const password = vaultPassword(descriptorKey, vault, 1);
  const authorization = `Basic ${Buffer.from(`villeurbanne:${password}`).toString("base64")}`;
  return fetch(bron.url + path, { method, headers: { authorization }, ...(body !== undefined && { body }) });
}

const surroundings = (cluster: string): Surroundings => ({
  stacks: join(folder, "stacks"),
  seedOf: () => ({
    read: async () => has.seed,
    give: async (given) => void done.push(given === seed ? "the seed is given" : "another seed is given"),
  }),
  stackOf: () => ({
    outputs: async () => (has.cluster === undefined ? {} : { published: publishedAt(has.cluster) }),
    up: async () => done.push("up"),
    set: async (key, value) => void done.push(`${key}=${value}`),
  }),
  settingsOf: () => has.settings,
  putAside: async () => void done.push("the state is put aside"),
  kubectl: async (words) => (words.includes("kube-system") ? cluster : namespaces),
  descriptors: async () => [],
  fetch: async (url, init) => {
    if (init.method === "POST") await meanwhile();
    return fetch(url.replace(address, bron.url), init);
  },
  now: () => new Date("2026-11-26T12:10:00Z"),
});

const publishedAt = (cluster: string) => ({
  ...{ version: 2, services: {}, volumes: {}, postgresql: {}, seed: "00ff", cluster },
});

async function relocate(words: string[], cluster = "new"): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const failed = await relocateCommand(surroundings(cluster))
    .parseAsync(["villeurbanne", ...words], { from: "user" })
    .then(
      () => "",
      (error: Error) => error.message,
    );
  return [...lines, failed].join("\n");
}

describe("commune relocate refuses, and has changed nothing,", () => {
  afterEach(async () => {
    expect(done).toEqual([]);
    expect(await (await asGuest("/once/")).text()).not.toContain("incarnation");
  });

  test("a stack without the commune's seed", async () => {
    has.seed = undefined;
    expect(await relocate(["--yes"])).toMatch(/has no seed.*recovery kit open villeurbanne/);
  });

  test("the cluster that it runs on, and one that has namespaces of it", async () => {
    await point("33.0.7");
    has.cluster = "old";
    expect(await relocate(["--yes"], "old")).toMatch(/runs on this cluster \(old\).*--to <context>/);
    namespaces = "namespace/villeurbanne-nextcloud\n";
    expect(await relocate(["--yes"])).toMatch(/has namespaces of villeurbanne: villeurbanne-nextcloud\./);
  });

  test("another version than the newest point has", async () => {
    await point("33.0.6");
    expect(await relocate(["--yes"])).toMatch(
      /nextcloud: version: 33\.0\.7 is declared, and 2026-11-26T02:10:00Z-000001 is of 33\.0\.6\. Write 33\.0\.6/,
    );
  });

  test("a service without a point, unless it is named", async () => {
    expect(await relocate(["--yes"])).toMatch(/nextcloud: there is no restore point.*--lost nextcloud/);
  });

  test("vaults that say nothing", async () => {
    await bron.close();
    expect(await relocate(["--yes"])).toMatch(/no restore point \(the vault at bron says nothing/);
    bron = await openVault(join(folder, "bron"), { publicKey });
  });

  test("when nobody says yes, after it has said what will be missing", async () => {
    await point("33.0.7", 3);
    const text = await relocate([]);
    expect(text).toMatch(/villeurbanne comes back on the cluster new, as its site 4:/);
    expect(text).toMatch(
      /nextcloud with its files and rows of 2026-11-26T02:10:00Z-000001.*600 min ago, is missing/,
    );
    expect(text).toMatch(/nobody is there to ask/);
  });
});

describe("commune relocate", () => {
  test("fences the site of before, then puts the state aside, then applies", async () => {
    expect(await relocate(["--yes", "--to", "elsewhere", "--lost", "nextcloud"])).toMatch(
      /villeurbanne is back/,
    );
    expect(done).toEqual([
      ...["the seed is given", "the state is put aside", "context=elsewhere", "incarnation=2", "up"],
    ]);
    expect(await (await asGuest("/once/incarnation-2")).text()).toBe('{"cluster":"new"}');
  });

  test("goes on when it was cut, under the same number", async () => {
    await relocate(["--yes", "--lost", "nextcloud"]);
    [done, has.settings, has.cluster] = [[], { incarnation: "2" }, "new"];
    namespaces = "namespace/villeurbanne-nextcloud\n";
    expect(await relocate(["--yes", "--lost", "nextcloud"])).toMatch(
      /goes on to come back on the cluster new, as its site 2/,
    );
    expect(done).toEqual(["up"]);
  });

  test("does not go on while a vault is silent, which may know what is back already", async () => {
    await point("33.0.7");
    await asGuest("/once/incarnation-2", "POST", '{"cluster":"new"}');
    has.settings = { incarnation: "2" };
    declare("33.0.7", "bron, givors");
    expect(await relocate(["--yes"])).toMatch(/only all vaults together.*the vault at givors says nothing/);
    expect(done).toEqual([]);
  });

  test("does nothing where somebody else brings it back on another cluster at the same time", async () => {
    meanwhile = () => asGuest("/once/incarnation-2", "POST", '{"cluster":"third"}');
    expect(await relocate(["--yes", "--lost", "nextcloud"])).toMatch(/do not take this site.*403/s);
    expect(done).toEqual([]);
  });

  test("takes the place of one that was begun on another cluster, as the next one", async () => {
    await asGuest("/once/incarnation-2", "POST", '{"cluster":"third"}');
    has.settings = { incarnation: "2" };
    const text = await relocate(["--yes", "--lost", "nextcloud"]);
    expect(text).toMatch(/as its site 3:.*Site 2 is on the cluster third\./s);
    expect(done).toContain("incarnation=3");
  });
});

describe("the state of the stack that is left", () => {
  test("is kept in a file as it is, and the stack has no resources any more", async () => {
    const state = {
      version: 3,
      deployment: {
        manifest: { magic: "a" },
        secrets_providers: { type: "passphrase" },
        resources: [{ urn: "a" }],
        pending_operations: [{ type: "creating" }],
      },
    };
    const asked: { words: readonly string[]; input: string | undefined }[] = [];
    const ask = async (words: readonly string[], input?: string) => {
      asked.push({ words, input });
      return words[1] === "export" ? JSON.stringify(state) : "";
    };
    const file = await putAside(ask, "lyon", join(folder, "aside"));
    expect(readdirSync(join(folder, "aside"))).toHaveLength(1);
    expect(JSON.parse(readFileSync(file ?? "", "utf8"))).toEqual(state);
    expect(asked[1]?.words).toEqual(["stack", "import", "-s", "lyon"]);
    const { pending_operations: _, ...deployment } = state.deployment;
    expect(JSON.parse(asked[1]?.input ?? "")).toEqual({
      version: 3,
      deployment: { ...deployment, resources: [] },
    });
    state.deployment.resources = [];
    expect(await putAside(ask, "lyon", join(folder, "other"))).toBeUndefined();
  });
});
