import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { published } from "../../components/commune/publish.ts";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { sha256 } from "../../components/foundation/manifest/checksum.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret, seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { canonical, digestOf, pointName, signHead } from "../../components/recovery/points/head.ts";
import type { PointManifest } from "../../components/recovery/points/manifest.ts";
import { sealManifest } from "../../components/recovery/points/sealed.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { vaultKeyLabel } from "../../components/recovery/vault/secrets.ts";
import type { Surroundings } from "../../scripts/export/prepare.ts";
import { exportCommand } from "../../scripts/export.ts";
import { importCommand } from "../../scripts/import.ts";
import { planOf } from "../../scripts/recovery/points.ts";
import { passOf } from "../components/recovery/passes.ts";
import { type Open, openVault, quickFolder } from "../programs/vault/vault.ts";
import { goldenState } from "./export/golden-state.ts";

const id = "villeurbanne";
const seed = Buffer.alloc(32, 5).toString("base64");
const secret = (service: string, purpose: string) => deriveSecret(seed, id, { service, purpose, version: 1 });
const descriptorKey = Buffer.from(secret(descriptorLabel.service, descriptorLabel.purpose), "base64url");
const publicKey = publicKeyOf(descriptorKey);
const vaultKey = Buffer.from(secret(vaultKeyLabel.service, vaultKeyLabel.purpose), "base64url");
const owner = { commune: id, service: "nextcloud" };
const serviceKey = Buffer.alloc(32, 8);
const repository = "nextcloud/files-2026q4";
const given = "of the relay";

let folder: string;
let stacks: string;
let bron: Open;
/** State of the stack, parts that were sent, and calls of Pulumi. */
let has: {
  published: object | undefined;
  pending: object[];
  room: number;
  stacks: string[];
  resources: number;
};
let sent: string[];
let engine: string[];
/** The part that is cut on its way, and how. */
let cut: { part: number; how: "fails" | "is short" } | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(quickFolder, "export-"));
  stacks = join(folder, "stacks");
  mkdirSync(join(folder, "bron"));
  bron = await openVault(join(folder, "bron"), { publicKey: publicKeyOf(vaultKey) });
  mkdirSync(join(stacks, id), { recursive: true });
  const member = (name: string) =>
    `  ${name}: { name: ${name}, insee: "69029", domain: ${name}.test, contact: a@${name}.test }`;
  writeFileSync(
    join(stacks, "federation.yaml"),
    `name: Métropole\nmembers:\n${["bron", id].map(member).join("\n")}\n`,
  );
  declare("33.0.7");
  has = { published: undefined, pending: [], room: 1e12, stacks: [], resources: 0 };
  ran();
  [sent, engine, cut] = [["rows", "of the code", "of anna"], [], undefined];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await bron.close();
  rmSync(folder, { recursive: true });
});

function declare(version: string, more = "{}", files = ""): void {
  writeFileSync(
    join(stacks, id, "commune.yaml"),
    `id: villeurbanne\nname: Villeurbanne\ninsee: "69266"\ndomain: villeurbanne.test\npopulation: 1\ncontact: a@b.test\nnextcloud: { version: ${version}, dedicatedDatabase: ${more}${files} }\nrecovery: { vaults: [bron] }\n`,
  );
}

/** The stack completes an update with what is written. */
function ran(): void {
  has.published = JSON.parse(JSON.stringify(published(planOf({ stacks }, id), "00ff", undefined)));
}

const asGuest = (path: string, method: string, body?: string) => {
  const password = vaultPassword(vaultKey, { host: "bron", domain: "bron.test", guest: id }, passOf());
  const authorization = `Basic ${Buffer.from(`${id}:${password}`).toString("base64")}`;
  return fetch(bron.url + path, { method, headers: { authorization }, ...(body && { body }) });
};

/** The one point of the service that is at the vault. */
async function point(version = "33.0.7", keys: string[] = []): Promise<void> {
  const takenAt = "2026-11-26T02:10:00Z";
  const files = (volume: string) => ({
    ...{ kind: "files" as const, volume, repository, snapshot: "a".repeat(64), tree: "b".repeat(64) },
    ...{ files: 200, bytes: 1000, excluded: [] },
  });
  const manifest: PointManifest = {
    ...{ form: 1, ...owner, incarnation: 1, sequence: 1, takenAt, vaultDate: takenAt, reason: "schedule" },
    ...{ declaration: "0123456789abcdef", seed: seedFingerprint(seed, id), keys },
    running: { version, host: "cloud.villeurbanne.test" },
    parts: [
      {
        ...{ kind: "dump", database: "nextcloud", repository, snapshot: "c".repeat(64), bytes: 4 },
        ...{ rows: { "public.oc_users": 3 }, server: { version: "17.12", system: "7456123" } },
      },
      files("nextcloud"),
      files("nextcloud-data"),
    ],
    repositories: { [repository]: { config: "AAAA", keys: { ["d".repeat(64)]: "BBBB" } } },
    complete: true,
  };
  const head = signHead(
    {
      ...{ form: 1, ...owner, incarnation: 1, sequence: 1, previous: null, takenAt },
      manifest: digestOf(canonical(manifest)),
    },
    signerOf(descriptorKey, owner, serviceKey),
    serviceKey,
  );
  const sealed = sealManifest(manifest, secret("nextcloud", "restore-repository"));
  await asGuest(`/${repository}/?create=true`, "POST");
  await asGuest(`/once/${pointName(owner.service, 1)}`, "POST", JSON.stringify({ head, sealed }));
}

/** The reviewed example, as this commune's. */
const state = () =>
  JSON.stringify({
    deployment: { ...goldenState("examples-full").deployment, pending_operations: has.pending },
  }).replaceAll("oullins-pierre-benite", id);

const settings = {
  "commune:domain": { value: "villeurbanne.test", secret: false },
  "commune:context": { value: "mairie", secret: false },
  "commune:mail-password": { value: given, secret: true },
  "commune:seed": { value: seed, secret: true },
};

const kubectlAnswer = (words: readonly string[]): string => {
  if (words.includes("cronjob")) {
    const rows = { name: "rows", args: ["rows"] };
    const pod = { initContainers: [{ name: "restic" }, rows], containers: [{ name: "load" }] };
    return JSON.stringify({
      metadata: { namespace: "a", labels: {} },
      spec: { jobTemplate: { spec: { template: { spec: pod } } } },
    });
  }
  return JSON.stringify({ items: [{ status: { phase: "Running", containerStatuses: [{ ready: true }] } }] });
};

const surroundings = (): Surroundings => ({
  stacks,
  descriptors: async () => [],
  outputsOf: async () => ({
    vaults: {
      bron: {
        ...{ address: bron.url, user: id },
        password: vaultPassword(vaultKey, { host: "bron", domain: "bron.test", guest: id }, passOf()),
      },
    },
    federation: { domain: "villeurbanne.test", publicKey },
    published: has.published,
  }),
  seedOf: () => ({ read: async () => seed }),
  engine: async (_, __, words) => (words[0] === "stack" ? state() : JSON.stringify(settings)),
  stream: async (words, file) => {
    const part = Number(words.at(-2));
    const text = sent[part] ?? "";
    const summed = JSON.stringify({ bytes: text.length, sha256: sha256(text) });
    if (cut?.part === part && cut.how === "fails") {
      return { exitCode: 1, bytes: 0, sha256: sha256(""), said: "not done: restic dump ended with 1" };
    }
    const came = cut?.part === part ? text.slice(1) : text;
    writeFileSync(file, came);
    return { exitCode: 0, bytes: came.length, sha256: sha256(came), said: summed };
  },
  room: () => has.room,
  kubectl: async (words) => kubectlAnswer(words),
  fetch,
  now: () => new Date("2026-11-27T03:00:00Z"),
});

const target = () => join(folder, "away");

async function told(run: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const failed = await run().then(
    () => "",
    (error: Error) => error.message,
  );
  log.mockRestore();
  return [...lines, failed].join("\n");
}

const leave = (...words: string[]) =>
  told(() => exportCommand(surroundings()).parseAsync([id, "--to", target(), ...words], { from: "user" }));

describe("commune export refuses, and has written nothing,", () => {
  afterEach(() => {
    expect(readdirSync(folder).sort()).toEqual(["bron", "stacks"]);
  });

  test("a service without a complete restore point, or whose point is of another version", async () => {
    expect(await leave()).toMatch(
      /nextcloud: there is no complete restore point\. Take one: npx commune recovery point/,
    );
    await point("33.0.6");
    expect(await leave()).toMatch(/nextcloud: \S+-000001 is of 33\.0\.6, and 33\.0\.7 runs/);
    expect(await leave("--point", "nextcloud=2026-11-26T02:10:00Z-000009")).toMatch(
      /no complete restore point \S+-000009/,
    );
    expect(await leave("--without", "wiki")).toMatch(
      /--without wiki: villeurbanne has no such service\. It has: nextcloud/,
    );
  });

  test("a service whose files its rows alone explain, and which would wait for them in vain", async () => {
    await point();
    declare("33.0.7", "{}", ", objects: { endpoint: https://s3.lyon.test, bucket: nextcloud }");
    ran();
    expect(await leave()).toMatch(
      /nextcloud: its files are objects that its rows alone explain.*--without <service>/s,
    );
  });

  test("a point that needs keys of before", async () => {
    await point("33.0.7", ["nextcloud/old-key/v1"]);
    expect(await leave()).toMatch(
      /-000001 needs keys that are not these any more \(nextcloud\/old-key\/v1\)/,
    );
  });

  test("what does not run as it is declared, and an update that was cut", async () => {
    await point();
    declare("34.0.2");
    expect(await leave()).toMatch(
      /First: npx pulumi up -s villeurbanne.*nextcloud: 34\.0\.2 is declared, and 33\.0\.7 runs/s,
    );
    declare("33.0.7");
    has.pending = [{}];
    expect(await leave()).toMatch(/the last update of the stack villeurbanne was cut/);
  });

  test("a server that an empty cluster would bring back from its vault", async () => {
    await point();
    declare("33.0.7", "{ restoreFrom: { vault: bron, at: 2026-11-26T20:30:29Z } }");
    ran();
    expect(await leave()).toMatch(/has restoreFrom: for nextcloud-database.*take the line out/);
  });

  test("a disk without room", async () => {
    await point();
    has.room = 60 * 1024 ** 2;
    expect(await leave()).toMatch(/has 60 MiB left, and the export takes 65 MiB/);
  });

  test("a folder in a folder that is not there", async () => {
    expect(
      await told(() =>
        exportCommand(surroundings()).parseAsync([id, "--to", "/nowhere/a"], { from: "user" }),
      ),
    ).toMatch(/there is no folder \/nowhere/);
  });
});

describe("commune export", () => {
  beforeEach(() => point());

  test("writes a folder that sha256sum finds whole, which nobody else reads", async () => {
    expect(await leave()).toMatch(/everything of villeurbanne, and everything that opens it/);
    const { exitCode } = await execa("sha256sum", ["--check", "--quiet", "--strict", "SHA256SUMS"], {
      cwd: target(),
    });
    expect(exitCode).toBe(0);
    expect(readdirSync(target()).sort()).toEqual(
      [
        "LISEZMOI.md",
        "SHA256SUMS",
        "declaration",
        "donnees",
        "export.json",
        "manifestes",
        "reprise",
        "reprise.sh",
        "secrets",
      ].sort(),
    );
    const mode = (path: string) => statSync(join(target(), path)).mode & 0o777;
    expect([
      mode(""),
      mode("secrets"),
      mode("secrets/seed"),
      mode("donnees/nextcloud/nextcloud.dump"),
    ]).toEqual([0o700, 0o700, 0o600, 0o600]);
    const outside = await execa("grep", ["-rlF", "-e", given, "-e", seed, target()]);
    expect(outside.stdout.split("\n").map((path) => path.replace(`${target()}/`, "").split("/")[0])).toEqual([
      "secrets",
      "secrets",
    ]);
    expect(await leave()).toMatch(/is there already\. Name a folder that is not/);
  });

  test("that is cut says what is missing, and goes on with the rest", async () => {
    cut = { part: 2, how: "fails" };
    const text = await leave();
    expect(text).toMatch(/no vault gives it\. bron: not done: restic dump ended with 1/);
    expect(text).toMatch(
      /1 of 3 files of data are missing in \S+away\.part \(donnees\/nextcloud\/nextcloud-data\.tar\).*Run it again.*rm -r/,
    );
    expect(existsSync(target())).toBe(false);
    cut = undefined;
    const begun = /away\.part was begun with nextcloud=2026-11-26T02:10:00Z-000001\. Run it again as it was/;
    expect(await leave("--without", "nextcloud")).toMatch(begun);
    expect(await leave("--point", "nextcloud=2026-11-26T02:10:00Z-000009")).toMatch(begun);
    [sent[0], sent[1]] = ["must not be asked for", "again"];
    await leave();
    expect(readFileSync(join(target(), "donnees", "nextcloud", "nextcloud.dump"), "utf8")).toBe("rows");
    expect(existsSync(`${target()}.part`)).toBe(false);
  });

  test("brings again what was damaged in between, and takes nobody else's folder for its own", async () => {
    cut = { part: 2, how: "is short" };
    expect(await leave()).toMatch(/7 bytes were sent and 6 came/);
    cut = undefined;
    writeFileSync(join(`${target()}.part`, "donnees", "nextcloud", "nextcloud.dump"), "rots");
    await leave();
    expect(readFileSync(join(target(), "donnees", "nextcloud", "nextcloud.dump"), "utf8")).toBe("rows");
    rmSync(target(), { recursive: true });
    mkdirSync(`${target()}.part`);
    expect(await leave()).toMatch(/away\.part is there, and is no export of villeurbanne that was cut/);
  });
});

describe("commune import", () => {
  let other: string;
  beforeEach(async () => {
    await point();
    await leave();
    other = join(folder, "other");
    mkdirSync(other);
  });

  const take = () =>
    told(() =>
      importCommand({
        stacks: other,
        engine: async (_, words, input) => {
          engine.push([...words, ...(input === undefined ? [] : ["<", input])].join(" "));
          if (words[1] === "ls") return JSON.stringify(has.stacks.map((name) => ({ name })));
          return JSON.stringify({ deployment: { resources: Array(has.resources).fill({}) } });
        },
      }).parseAsync([target()], { from: "user" }),
    );
  const nothing = () =>
    expect([readdirSync(other), engine.filter((line) => /init|set/.test(line))]).toEqual([[], []]);

  test("makes a declaration and a stack with its settings and its seed, and says what is next", async () => {
    const text = await take();
    expect(text).toMatch(/files are as they were written, on 2026-11-27T03:00:00\.000Z/);
    expect(text).toMatch(/npx pulumi up -s villeurbanne.*sh \S+reprise\.sh/s);
    const read = (root: string) => readFileSync(join(root, id, "commune.yaml"), "utf8");
    expect(read(other)).toBe(read(stacks));
    expect(engine.filter((line) => !line.startsWith("stack ls"))).toEqual([
      "stack init villeurbanne",
      "config set commune:domain -s villeurbanne < villeurbanne.test",
      `config set --secret commune:mail-password -s villeurbanne < ${given}`,
      `config set --secret commune:seed -s villeurbanne < ${seed}`,
    ]);
    // A run that was cut is repeated.
    has.stacks = [id];
    expect(await take()).toMatch(/npx pulumi up/);
  });

  test("refuses what is damaged, missing or more than was written, all of it at once", async () => {
    writeFileSync(join(target(), "donnees", "nextcloud", "nextcloud.dump"), "rots");
    rmSync(join(target(), "reprise.sh"));
    writeFileSync(join(target(), "manifestes", "99-more.yaml"), "");
    const text = await take();
    expect(text).toMatch(/nextcloud\.dump is damaged/);
    expect(text).toMatch(/reprise\.sh is missing/);
    expect(text).toMatch(/99-more\.yaml is in no list of sums/);
    nothing();
  });

  test("refuses another form, and what is no export", async () => {
    const file = join(target(), "export.json");
    writeFileSync(file, readFileSync(file, "utf8").replace('"form": 1', '"form": 2'));
    expect(await take()).toMatch(
      /export\.json: form: 2 is not 1, which this version of the toolkit reads\. Take the version that wrote it, /,
    );
    rmSync(file);
    expect(await take()).toMatch(/is no export, or one that was cut/);
    nothing();
  });

  test("overwrites no declaration, and takes no stack that runs", async () => {
    has.stacks = [id];
    has.resources = 3;
    expect(await take()).toMatch(/the stack villeurbanne has 3 resources: it runs somewhere/);
    nothing();
    mkdirSync(join(other, id));
    writeFileSync(join(other, id, "commune.yaml"), "id: villeurbanne\n");
    expect(await take()).toMatch(/is there and is another declaration: stacks\/villeurbanne\/commune\.yaml/);
  });

  test("refuses a commune that is no member of the metropolis of this checkout", async () => {
    writeFileSync(
      join(other, "federation.yaml"),
      'name: Autre\nmembers:\n  lyon: { name: Lyon, insee: "69123", domain: lyon.test, contact: a@lyon.test }\n',
    );
    expect(await take()).toMatch(/bron/);
    expect(readdirSync(other)).toEqual(["federation.yaml"]);
  });
});
