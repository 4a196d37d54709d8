import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Pass, vaultPassword } from "../../components/recovery/vault/access.ts";
import type { VaultStatus } from "../../components/recovery/vault/settings.ts";
import { asideDays } from "../../programs/vault/generations.ts";
import { metricsOf } from "../../programs/vault/metrics.ts";
import { scrub } from "../../programs/vault/scrub.ts";
import { passOf } from "../components/recovery/passes.ts";
import {
  basic,
  guestKey,
  type Open,
  openVault,
  postAsWritten,
  quickFolder,
  repository,
  settings,
  sha256,
} from "./vault/vault.ts";

let folder: string;
let open: Open;

beforeEach(async () => {
  folder = mkdtempSync(join(quickFolder, "vault-"));
  open = await openVault(folder);
  expect((await create(repository)).status).toBe(200);
});

afterEach(async () => {
  await open.close();
  expect(open.failures).toEqual([]);
  rmSync(folder, { recursive: true });
});

const as = (pass: Pass) => ({
  authorization: basic("villeurbanne", vaultPassword(guestKey, settings, pass)),
});

const create = (where: string, pass = passOf()) =>
  open.ask(`${where}/?create=true`, { method: "POST", headers: as(pass) });

const post = (path: string, body: string) => open.ask(path, { method: "POST", body });

const status = async () => (await (await open.ask("/status")).json()) as VaultStatus;

const now = () => new Date("2026-11-26T09:00:00Z");

/** Closes the vault and opens it again on the same volume. */
async function begunAnew(given: Parameters<typeof openVault>[1] = {}): Promise<void> {
  await open.close();
  open = await openVault(folder, given);
}

describe("restic's protocol", () => {
  test("a file is kept under its SHA-256, listed, and read whole or in part", async () => {
    const { name, status } = await open.bring("data", "what a service holds");
    expect(status).toBe(200);
    const path = `${repository}/data/${name}`;
    expect(await (await open.ask(path)).text()).toBe("what a service holds");
    const part = await open.ask(path, { headers: { range: "bytes=5-5" } });
    expect([part.status, part.headers.get("content-range"), await part.text()]).toEqual([
      206,
      "bytes 5-5/20",
      "a",
    ]);
    expect(await (await open.ask(path, { headers: { range: "bytes=12-" } })).text()).toBe("ce holds");
    expect((await open.ask(path, { headers: { range: "bytes=20-" } })).status).toBe(416);
    const head = await open.ask(path, { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "20"]);
    const lists = await Promise.all(
      ["application/vnd.x.restic.rest.v1", "application/vnd.x.restic.rest.v2"].map(async (accept) => {
        const answer = await open.ask(`${repository}/data/`, { headers: { accept } });
        return [answer.headers.get("content-type"), await answer.json()];
      }),
    );
    expect(lists).toEqual([
      ["application/vnd.x.restic.rest.v1", [name]],
      ["application/vnd.x.restic.rest.v2", [{ name, size: 20 }]],
    ]);
    expect((await open.ask(`${repository}/data/${sha256("else")}`)).status).toBe(404);
  });

  test("what was not created is not there", async () => {
    expect((await open.ask("/mastodon/files-2026q4/keys/")).status).toBe(404);
    expect((await open.bring("data", "x", "/mastodon/files-2026q4")).status).toBe(404);
    expect((await post("/mastodon/files-2026q4/config", "x")).status).toBe(404);
    expect((await create("/mastodon/files-2026q4")).status).toBe(200);
    expect((await open.bring("data", "x", "/mastodon/files-2026q4")).status).toBe(200);
  });

  test("a lock is taken away; nothing else is", async () => {
    const lock = await open.bring("locks", "mine");
    const pack = await open.bring("data", "kept");
    await post(`${repository}/config`, "config");
    const remove = async (path: string) => (await open.ask(repository + path, { method: "DELETE" })).status;
    expect(await remove(`/locks/${lock.name}`)).toBe(200);
    expect(await remove(`/locks/${lock.name}`)).toBe(200);
    expect(await Promise.all([`/data/${pack.name}`, "/config", "/", "/data/", "/until"].map(remove))).toEqual(
      Array(5).fill(403),
    );
    expect(await (await open.ask(`${repository}/locks/`)).json()).toEqual([]);
    expect((await open.ask(`${repository}/data/${pack.name}`)).status).toBe(200);
  });

  test("what is brought again is not written again, and other bytes are refused under every name", async () => {
    const { name } = await open.bring("index", "an index");
    const { usedBytes } = await status();
    expect((await open.bring("index", "an index")).status).toBe(200);
    expect((await post(`${repository}/index/${name}`, "another")).status).toBe(403);
    expect((await post(`${repository}/index/${sha256("a")}`, "b")).status).toBe(400);
    expect((await post(`${repository}/config`, "first")).status).toBe(200);
    expect((await post(`${repository}/config`, "first")).status).toBe(200);
    expect((await post(`${repository}/config`, "second")).status).toBe(403);
    expect(await (await open.ask(`${repository}/config`)).text()).toBe("first");
    expect((await status()).usedBytes).toBe(usedBytes + 4096);
    expect(readdirSync(join(folder, ".incoming"))).toEqual([]);
  });
});

describe("names that are created once", () => {
  test("the first of two who bring one has it, also after a start", async () => {
    const tried = await Promise.all(
      ["lyon", "secours"].map(async (site) => (await post("/once/point-2", site)).status),
    );
    expect(tried.toSorted()).toEqual([200, 403]);
    const held = await (await open.ask("/once/point-2")).text();
    await begunAnew();
    expect(await (await open.ask("/once/point-2")).text()).toBe(held);
    expect((await post("/once/point-2", held)).status).toBe(200);
    expect((await post("/once/point-2", "x")).status).toBe(403);
    expect((await open.ask("/once/point-2", { method: "DELETE" })).status).toBe(403);
    expect(await (await open.ask("/once/")).json()).toEqual(["point-2"]);
  });

  test("one that was written when the vault ended is as good as the others", async () => {
    writeFileSync(join(folder, ".once", "point-3"), "lyon");
    await begunAnew();
    expect((await post("/once/point-3", "secours")).status).toBe(403);
    expect((await post("/once/point-3", "lyon")).status).toBe(200);
  });
});

describe("whoever is not its guest", () => {
  const password = vaultPassword(guestKey, settings, passOf());

  test.each([
    ["nobody", {}],
    ["another commune with the guest's password", { authorization: basic("lyon", password) }],
    ["a wrong password", { authorization: basic("villeurbanne", `${password.slice(0, -1)}A`) }],
    ["no signature", { authorization: basic("villeurbanne", "v1.") }],
    [
      "another key",
      { authorization: basic("villeurbanne", vaultPassword(Buffer.alloc(32, 8), settings, passOf())) },
    ],
    [
      "the password of the same guest at another host",
      {
        authorization: basic(
          "villeurbanne",
          vaultPassword(guestKey, { ...settings, host: "lyon", domain: "lyon.test" }, passOf()),
        ),
      },
    ],
    [
      "the password of another guest of this host",
      {
        authorization: basic(
          "villeurbanne",
          vaultPassword(guestKey, { ...settings, guest: "lyon" }, passOf()),
        ),
      },
    ],
    ["a bearer", { authorization: `Bearer ${password}` }],
  ])("%s reads, writes and learns nothing", async (_, headers) => {
    for (const [method, path] of [
      ["GET", "/status"],
      ["GET", `${repository}/keys/`],
      ["POST", "/once/incarnation-2"],
      ["POST", "/peertube/files-2026q4/?create=true"],
      ["DELETE", `${repository}/locks/${sha256("x")}`],
    ] as const) {
      const answer = await fetch(open.url + path, { method, headers: { ...headers } });
      expect([path, answer.status]).toEqual([path, 401]);
    }
    expect((await status()).generations.map(({ name }) => name)).toEqual(["nextcloud/files-2026q4"]);
  });

  test.each([
    ["", {}],
    [", of a vault without room", { quotaBytes: 0 }],
  ])("a password that was replaced opens no more, also after a start%s", async (_, given) => {
    await begunAnew(given);
    const [first, second] = [1, 2].map((version) => ({
      authorization: basic("villeurbanne", vaultPassword(guestKey, settings, passOf({ version }))),
    }));
    expect((await open.ask("/status", { headers: { ...second } })).status).toBe(200);
    expect((await open.ask("/status", { headers: { ...first } })).status).toBe(401);
    await begunAnew(given);
    expect((await open.ask("/status", { headers: { ...first } })).status).toBe(401);
    expect((await open.ask("/status", { headers: { ...second } })).status).toBe(200);
  });
});

describe("a password for one service and one purpose", () => {
  const asked = async (pass: Pass, method: string, path: string, body?: string) =>
    (await open.ask(path, { method, headers: as(pass), ...(body !== undefined && { body }) })).status;
  const nextcloud = passOf({ service: "nextcloud" });
  const other = "/mastodon/files-2026q4";

  beforeEach(async () => {
    await create(other);
    await post("/once/point-mastodon-000001", "a point");
    await open.bring("index", "an index", other);
    await post("/once/incarnation-1", "x");
  });

  test("brings and reads what is of its own service", async () => {
    expect(await asked(nextcloud, "POST", `${repository}/data/${sha256("x")}`, "x")).toBe(200);
    expect(await asked(nextcloud, "GET", `${repository}/data/${sha256("x")}`)).toBe(200);
    expect(await asked(nextcloud, "POST", "/once/point-nextcloud-000001", "x")).toBe(200);
    expect(await asked(nextcloud, "GET", "/once/incarnation-1")).toBe(200);
  });

  test.each([
    ["POST", `${other}/data/${sha256("x")}`],
    ["POST", `${other}/complete`],
    ["POST", `${other}/?create=true`],
    ["POST", "/t-chorale-wordpress/files-2026q4/?create=true"],
    ["GET", `${other}/index/`],
    ["GET", `${other}/index/${sha256("an index")}`],
    ["DELETE", `${other}/locks/${sha256("x")}`],
    ["POST", "/once/point-mastodon-000002"],
    ["POST", "/once/begun-mastodon-files-2027q1"],
    ["POST", "/once/ended-mastodon-files-2026q4"],
    ["POST", "/once/anything"],
    ["POST", "/once/incarnation-1"],
    ["GET", "/once/point-mastodon-000001"],
  ])("does not %s %s", async (method, path) => {
    const body = method === "POST" ? "x" : undefined;
    expect(await asked(nextcloud, method, path, body)).toBe(403);
    // Who may is answered otherwise.
    expect(await asked(passOf(), method, path, body)).not.toBe(403);
  });

  test("learns of no other service", async () => {
    const headers = as(nextcloud);
    const told = [
      await (await open.ask("/status", { headers })).text(),
      await (await open.ask("/once/", { headers })).text(),
    ].join();
    expect(told).toContain("nextcloud/files-2026q4");
    expect(told).toContain("incarnation-1");
    expect(told).not.toContain("mastodon");
  });

  test("that reads brings nothing", async () => {
    const reader = passOf({ purpose: "read" });
    for (const path of [
      `${repository}/data/${sha256("x")}`,
      `${repository}/complete`,
      "/mastodon/base-2026q4/?create=true",
      "/once/point-nextcloud-000001",
      "/once/incarnation-1",
    ])
      expect([path, await asked(reader, "POST", path, "x")]).toEqual([path, 403]);
    expect(await asked(reader, "GET", `${other}/index/${sha256("an index")}`)).toBe(200);
  });

  test.each(["*", "nextcloud"])(
    "that reads %s neither makes nor takes away a lock: one that restic does not open stops every backup",
    async (service) => {
      const reader = passOf({ purpose: "read", service });
      const { name } = await open.bring("locks", "of a backup that runs");
      const own = `${repository}/locks/${sha256("garbage")}`;
      for (const method of ["POST", "PUT"])
        expect([method, await asked(reader, method, own, "garbage")]).toEqual([method, 403]);
      expect(await asked(reader, "DELETE", `${repository}/locks/${name}`)).toBe(403);
      expect(await asked(reader, "HEAD", `${repository}/locks/${name}`)).toBe(200);
    },
  );

  test("says of no generation that nothing follows it, which lets a host delete the last one", async () => {
    const ended = "/once/ended-nextcloud-files-2026q3";
    expect(await asked(nextcloud, "POST", ended, "2026-11-26")).toBe(403);
    expect(await asked(passOf(), "POST", ended, "2026-11-26")).toBe(200);
  });

  test("begins no repository of a period that has not begun", async () => {
    const begun = (generation: string) => `/once/begun-nextcloud-files-${generation}`;
    for (const generation of ["2099q1", "2099-11-26"])
      expect(await asked(nextcloud, "POST", begun(generation), "x")).toBe(400);
    expect(await asked(nextcloud, "POST", begun("2026q4"), "x")).toBe(200);
  });

  test("takes no number after which hardly another one is left", async () => {
    const point = (digits: string) => asked(nextcloud, "POST", `/once/point-nextcloud-${digits}`, "x");
    expect(await point("999999999999")).toBe(400);
    expect(await point("1010000")).toBe(400);
    for (const digits of ["000043", "999999", "1009999", "1019999"])
      expect([digits, await point(digits)]).toEqual([digits, 200]);
    // Another spelling of a number is none.
    expect(await point("0000043")).toBe(403);
  });
});

describe("until when a generation is kept", () => {
  const until = async (where: string) => (await open.ask(`${where}/until`)).text();

  test("is reckoned by the host, of its name and of how long the password says", async () => {
    await create("/mastodon/files-2026q3", passOf({ keepDays: 30 }));
    expect(await until("/mastodon/files-2026q3")).toBe("2026-10-31");
    // Whoever begins it again, or says something else, changes nothing.
    await create("/mastodon/files-2026q3", passOf({ keepDays: 0 }));
    const early = await post("/mastodon/files-2026q3/until", "1970-01-01");
    expect([early.status, await until("/mastodon/files-2026q3")]).toEqual([403, "2026-10-31"]);
    const before = await post("/mastodon/files-2026q2/until", "1970-01-01");
    expect(before.status).toBe(403);
    await create("/mastodon/files-2026q2");
    expect(await until("/mastodon/files-2026q2")).toBe("2026-09-29");
  });

  test.each(["files-9999q4", "files-2099q1", "wal-2099-01-01"])(
    "is not asked of %s: its period has not begun",
    async (generation) => {
      expect((await create(`/mastodon/${generation}`)).status).toBe(400);
      expect((await post(`/mastodon/${generation}/complete`, "yes")).status).toBe(404);
    },
  );
});

describe("a site that its guest has left", () => {
  const site = (incarnation: number) => as(passOf({ incarnation }));
  const bring = (incarnation: number, path: string, body: string) =>
    open.ask(path, { method: "POST", body, headers: site(incarnation) });
  const pack = (text: string) => `${repository}/data/${sha256(text)}`;

  test.each<[string, { quotaBytes?: number }]>([
    ["", {}],
    [", of a vault without room", { quotaBytes: 0 }],
  ])(
    "reads and locks, and brings nothing, from the first word of the next one on, also after a start%s",
    async (_, given) => {
      expect((await bring(1, pack("before"), "before")).status).toBe(200);
      await begunAnew(given);
      const took = await bring(2, "/once/incarnation-2", '{"cluster":"new"}');
      expect(took.status).toBe(given.quotaBytes === 0 ? 507 : 200);
      for (const again of [false, true]) {
        if (again) await begunAnew();
        for (const [path, body] of [
          [pack("after"), "after"],
          ["/once/point-nextcloud-000002", "x"],
          ["/peertube/files-2026q4/?create=true", ""],
          [`${repository}/until`, "2030-01-01"],
        ] as const) {
          const answer = await bring(1, path, body);
          expect([path, answer.status]).toEqual([path, 403]);
        }
        expect(await (await bring(1, pack("after"), "after")).text()).toContain("a later site of its guest");
      }
      expect((await bring(1, `${repository}/locks/${sha256("to read")}`, "to read")).status).toBe(200);
      expect(await (await open.ask(pack("before"), { headers: site(1) })).text()).toBe("before");
      expect((await bring(2, pack("after"), "after")).status).toBe(200);
    },
  );

  test("a vault that knows only the name of the next one, from before it asked for numbers, takes nothing from it either", async () => {
    writeFileSync(join(folder, ".once", "incarnation-3"), "{}");
    await begunAnew();
    expect((await bring(2, pack("x"), "x")).status).toBe(403);
    expect((await bring(3, pack("x"), "x")).status).toBe(200);
  });

  test("says of no other site that it took over", async () => {
    for (const [incarnation, name] of [
      [1, "incarnation-2"],
      [2, "incarnation-3"],
      [3, "incarnation-2"],
    ] as const)
      expect((await bring(incarnation, `/once/${name}`, "{}")).status).toBe(403);
    expect(await (await open.ask("/once/")).json()).toEqual([]);
    expect((await bring(1, pack("x"), "x")).status).toBe(200);
  });
});

describe("a guest that means harm", () => {
  test.each([
    "/../etc/passwd",
    "/nextcloud/../../etc/data/",
    "/nextcloud/%2e%2e/config",
    "/nextcloud/..%2f..%2fetc/config",
    "/.state/access.json/config",
    "/.once/files-2026q4/config",
    "/nextcloud/files-2026q5/config",
    "/nextcloud/wal-2026-02-30/config",
    "/Nextcloud/files-2026q4/config",
    "/nextcloud/files-2026q4/data/../config",
    "/nextcloud/files-2026q4/config.sha256",
    `/nextcloud/files-2026q4/data/${"A".repeat(64)}`,
    `/nextcloud/files-2026q4/data/${sha256("x")}/x`,
    `/nextcloud/files-2026q4/other/${sha256("x")}`,
    "/once/..",
    "/once/a.sha256.b",
    `/once/${"a".repeat(101)}`,
  ])("finds nothing at %s", async (path) => {
    const answered = await postAsWritten(open.url, path);
    expect(answered.slice(0, 12)).toMatch(/^HTTP\/1\.1 40[04]$/);
    expect(readdirSync(folder).toSorted()).toEqual([
      ".aside",
      ".incoming",
      ".once",
      ".quarantine",
      ".state",
      "nextcloud",
    ]);
  });

  test("fills no more than its quota, and a full vault is read and unlocked", async () => {
    await begunAnew({ quotaBytes: (await status()).usedBytes + 4 * 4096 + 1024 * 4096 });
    const first = await open.bring("data", Buffer.alloc(8192, 1));
    expect(first.status).toBe(200);
    expect((await open.bring("data", Buffer.alloc(4097, 2))).status).toBe(507);
    expect((await open.bring("snapshots", "small")).status).toBe(200);
    expect((await open.bring("snapshots", "one more")).status).toBe(507);
    expect((await post("/once/point-2", "x")).status).toBe(507);
    expect((await create("/mastodon/files-2026q4")).status).toBe(507);
    const lock = await open.bring("locks", "to read");
    expect(lock.status).toBe(200);
    expect((await open.ask(`${repository}/data/${first.name}`)).status).toBe(200);
    expect((await open.ask(`${repository}/locks/${lock.name}`, { method: "DELETE" })).status).toBe(200);
    const used = (await status()).usedBytes;
    await begunAnew();
    expect((await status()).usedBytes).toBe(used);
  });

  test("has a hundred locks at most", async () => {
    const locks = join(folder, repository, "locks");
    for (let index = 0; index < 99; index += 1) writeFileSync(join(locks, sha256(`lock ${index}`)), "");
    expect((await open.bring("locks", "the last")).status).toBe(200);
    expect((await open.bring("locks", "one more")).status).toBe(507);
  });

  test("is told the size of what it may bring", async () => {
    expect((await open.bring("locks", Buffer.alloc(4097))).status).toBe(413);
    expect((await post("/once/large", "x".repeat(256 * 1024 + 1))).status).toBe(413);
    const chunked = new Blob(["x"]).stream();
    const init = {
      method: "POST",
      body: chunked,
      duplex: "half" as const,
      headers: { authorization: basic("villeurbanne", vaultPassword(guestKey, settings, passOf())) },
    };
    expect((await fetch(`${open.url}${repository}/data/${sha256("x")}`, init)).status).toBe(411);
  });

  test("breaks off in the middle and leaves nothing", async () => {
    const before = (await status()).usedBytes;
    const { port } = new URL(open.url);
    const authorization = basic("villeurbanne", vaultPassword(guestKey, settings, passOf()));
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      `POST ${repository}/data/${sha256("long")} HTTP/1.1\r\nHost: vault\r\nAuthorization: ${authorization}\r\nContent-Length: 1000000\r\n\r\n`,
    );
    await new Promise((resolve) => socket.write(Buffer.alloc(100_000), resolve));
    await expect.poll(() => readdirSync(join(folder, ".incoming")).length).toBe(1);
    socket.destroy();
    await expect.poll(() => readdirSync(join(folder, ".incoming"))).toEqual([]);
    await expect.poll(async () => (await status()).usedBytes).toBe(before);
  });
});

test("what was being uploaded when the vault was killed is dropped at its start", async () => {
  writeFileSync(join(folder, ".incoming", "half.part"), "half");
  const before = (await status()).usedBytes;
  await begunAnew();
  expect(readdirSync(join(folder, ".incoming"))).toEqual([]);
  expect((await status()).usedBytes).toBe(before);
});

test("a file system's own folders are none of a vault's", async () => {
  mkdirSync(join(folder, "lost+found"));
  const before = (await status()).usedBytes;
  await begunAnew();
  expect((await status()).usedBytes).toBe(before);
  expect((await status()).generations).toHaveLength(1);
});

describe("the host, without a key", () => {
  test("remembers once a day how full it was, for a month", async () => {
    for (let day = 1; day <= 40; day += 1) {
      const at = (hour: number) => new Date(Date.UTC(2026, 9, day, hour));
      await open.vault.noteUsage(at(1));
      await open.vault.noteUsage(at(23));
    }
    await begunAnew();
    const { usage = [], usedBytes } = await status();
    expect(usage).toHaveLength(31);
    expect(usage.map(({ at }) => at)).toContain("2026-11-09T01:00:00.000Z");
    expect(usage.at(-1)?.usedBytes).toBe(usedBytes);
  });

  const look = () => scrub(open.vault.store, { rest: 0, now });

  test("finds what rots, puts it aside, and takes the same bytes again", async () => {
    await post(`${repository}/config`, "config");
    await post("/once/manifest-1", "manifest");
    const [pack, index] = [await open.bring("data", "pack"), await open.bring("index", "index")];
    expect(await look()).toMatchObject({ files: 5, bad: 0 });
    const rotten = [
      join(folder, "nextcloud/files-2026q4/data", pack.name.slice(0, 2), pack.name),
      join(folder, "nextcloud/files-2026q4/index", index.name),
      join(folder, "nextcloud/files-2026q4/config"),
      join(folder, ".once/manifest-1"),
    ];
    for (const file of rotten.slice(0, 3)) appendFileSync(file, "x");
    truncateSync(rotten[3] ?? "", 0);
    expect(await look()).toMatchObject({ files: 5, bad: 4 });
    expect(rotten.some((file) => existsSync(file))).toBe(false);
    expect((await status()).quarantined).toHaveLength(4);
    expect((await post(`${repository}/config`, "another")).status).toBe(403);
    expect((await post(`${repository}/config`, "config")).status).toBe(200);
    expect((await post("/once/manifest-1", "manifest")).status).toBe(200);
    expect((await open.bring("data", "pack")).status).toBe(200);
    expect((await open.bring("index", "index")).status).toBe(200);
    expect(await look()).toMatchObject({ files: 5, bad: 0 });
  });

  test("what rots is set aside as soon as it is brought again, before anybody looks", async () => {
    const { name } = await open.bring("data", "pack");
    const file = join(folder, "nextcloud/files-2026q4/data", name.slice(0, 2), name);
    writeFileSync(file, "rots");
    expect((await post(`${repository}/data/${name}`, "another")).status).toBe(400);
    writeFileSync(file, "rots");
    expect((await open.bring("data", "pack")).status).toBe(200);
    expect(readFileSync(file, "utf8")).toBe("pack");
    expect((await status()).quarantined).toHaveLength(2);
    expect(await look()).toMatchObject({ bad: 0 });
  });

  test("remembers when it looked last", async () => {
    const due = { everyMs: 3600_000, rest: 0, now };
    expect(await open.vault.scrubWhenDue(due)).toMatchObject({ finished: now().toISOString(), bad: 0 });
    await begunAnew();
    expect(await open.vault.scrubWhenDue(due)).toBeUndefined();
    const later = () => new Date(now().getTime() + 3600_000);
    expect(await open.vault.scrubWhenDue({ ...due, now: later })).toMatchObject({ bad: 0 });
  });

  /** A generation with what a point takes. */
  async function generation(
    where: string,
    { keepDays = 90, complete }: { keepDays?: number; complete?: boolean },
  ) {
    expect((await create(where, passOf({ keepDays }))).status).toBe(200);
    await post(`${where}/config`, `config of ${where}`);
    for (const type of ["keys", "index", "snapshots"]) await open.bring(type, `${type} of ${where}`, where);
    if (complete) expect((await post(`${where}/complete`, "point 43")).status).toBe(200);
  }

  test("puts aside what is past its day and was followed, and removes it a month later", async () => {
    await generation("/mastodon/files-2026q1", { complete: true });
    await generation("/mastodon/files-2026q2", { keepDays: 147 });
    await generation("/mastodon/files-2026q3", { keepDays: 56, complete: true });
    await generation("/mastodon/files-2026q4", { complete: true });
    await generation("/mastodon/wal-2026-06-01", { keepDays: 28, complete: true });
    const before = (await status()).usedBytes;
    expect((await open.vault.retire(now())).map(({ generation }) => generation)).toEqual([
      "mastodon/files-2026q1",
      "mastodon/files-2026q2",
    ]);
    expect((await open.ask("/mastodon/files-2026q1/config")).status).toBe(404);
    const { aside, usedBytes, generations } = await status();
    expect(aside).toEqual(["2026-11-26/mastodon/files-2026q1", "2026-11-26/mastodon/files-2026q2"]);
    expect(generations.map(({ name }) => name)).toContain("mastodon/wal-2026-06-01");
    const days = (count: number) => new Date(now().getTime() + count * 24 * 3600_000);
    expect(await open.vault.retire(days(asideDays))).toEqual([
      // Its day is past by now, and the quarter after it is complete.
      { generation: "mastodon/files-2026q3", is: "aside" },
    ]);
    expect(await open.vault.retire(days(asideDays + 1))).toEqual([
      { generation: "mastodon/files-2026q1", is: "removed" },
      { generation: "mastodon/files-2026q2", is: "removed" },
    ]);
    expect(usedBytes).toBeGreaterThan(before);
    const used = (await status()).usedBytes;
    expect(used).toBeLessThan(before);
    await begunAnew();
    expect((await status()).usedBytes).toBe(used);
  });

  test("puts aside a second one of the same name, which its guest may create and fill anew", async () => {
    await generation("/mastodon/files-2026q4", { complete: true });
    for (const turn of [1, 2]) {
      await generation("/mastodon/files-2026q1", { complete: true });
      expect((await open.bring("data", `pack ${turn}`, "/mastodon/files-2026q1")).status).toBe(200);
      expect((await open.bring("data", "pack", "/mastodon/files-2026q1")).status).toBe(200);
      expect(await open.vault.retire(now())).toEqual([{ generation: "mastodon/files-2026q1", is: "aside" }]);
    }
    expect((await status()).aside).toHaveLength(2);
  });

  test("deletes nothing for what its guest only says", async () => {
    await generation("/mastodon/files-2026q1", { complete: true });
    await create("/mastodon/files-2026q4");
    await post("/mastodon/files-2026q4/complete", "point 44");
    expect(await open.vault.retire(now())).toEqual([]);
  });
});

test("its metrics say how full it is and when it was looked at", async () => {
  await open.vault.scrubWhenDue({ everyMs: 0, rest: 0, now });
  const text = metricsOf(await status());
  expect(text).toContain(`vault_quota_bytes{guest="villeurbanne"} ${settings.quotaBytes}\n`);
  expect(text).toContain(`vault_scrub_finished_seconds{guest="villeurbanne"} ${now().getTime() / 1000}\n`);
});

test("its volume is restic's own layout", async () => {
  await post(`${repository}/config`, "config");
  const { name } = await open.bring("data", "pack");
  const root = join(folder, "nextcloud/files-2026q4");
  expect(readFileSync(join(root, "config"), "utf8")).toBe("config");
  expect(readFileSync(join(root, "data", name.slice(0, 2), name), "utf8")).toBe("pack");
});
