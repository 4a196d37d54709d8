import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type Pass, vaultPassword } from "../../../components/recovery/vault/access.ts";
import { fileTypes } from "../../../components/recovery/vault/names.ts";
import { passOf } from "../../components/recovery/passes.ts";
import {
  basic,
  guestKey,
  type Open,
  openVault,
  postAsWritten,
  quickFolder,
  settings,
  sha256,
} from "../../programs/vault/vault.ts";
import { type Attack, attack, type Try } from "./attack.ts";

const services = ["nextcloud", "mastodon", "peertube"] as const;
const kept = services.map((service) => `/${service}/files-2026q3`);

/** Runs tries against a vault in which three services have copies. */
const atVault =
  <Draw>(attempt: (vault: { open: Open; folder: string }) => Try<Draw>) =>
  async (tries: (attempt: Try<Draw>) => Promise<void>) => {
    const work = mkdtempSync(join(quickFolder, "attacks-"));
    const folder = join(work, "volume");
    mkdirSync(folder);
    const open = await openVault(folder);
    try {
      for (const where of kept) {
        await open.ask(`${where}/?create=true`, { method: "POST" });
        await open.bring("index", `an index of ${where}`, where);
        await open.bring("locks", held, where);
        await open.ask(`/once/point-${where.split("/")[1]}-000001`, { method: "POST", body: "a point" });
      }
      await tries(attempt({ open, folder }));
    } finally {
      await open.close();
      rmSync(work, { recursive: true });
    }
    if (open.failures.length > 0) throw open.failures[0];
  };

/** Every file of a volume, but for what the vault itself remembers. */
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !path.startsWith(".state"))
    .sort()
    .join("\n");

const as = (pass: Pass) => ({
  authorization: basic("villeurbanne", vaultPassword(guestKey, settings, pass)),
});

const service = fc.constantFrom("mastodon", "peertube", "t-chorale-wordpress", "database");
const generation = fc.constantFrom("files-2026q3", "files-2026q2", "wal-2026-09-30", "files-9999q4");
const inside = fc.oneof(
  fc.constantFrom("config", "complete", "until", "?create=true"),
  fc.tuple(fc.constantFrom(...fileTypes), fc.string()).map(([type, text]) => `${type}/${sha256(text)}`),
);
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE", "HEAD"),
  path: fc.oneof(
    fc.tuple(service, generation, inside).map((parts) => `/${parts.join("/")}`),
    fc
      .tuple(service, fc.integer({ min: 1, max: 999_999 }))
      .map(([of, n]) => `/once/point-${of}-${`${n}`.padStart(6, "0")}`),
    fc
      .tuple(fc.constantFrom("begun", "ended"), service, generation)
      .map((parts) => `/once/${parts.join("-")}`),
    fc.integer({ min: 2, max: 999_999 }).map((n) => `/once/incarnation-${n}`),
  ),
});

/** A lock: one that a backup holds, or another one. */
const held = "the lock of a backup";
const lock = fc
  .tuple(fc.constantFrom(...kept), fc.constantFrom(held, "x", "garbage"))
  .map(([where, text]) => `${where}/locks/${sha256(text)}`);

/** Asks with a password, and tells what came of it that should not have. */
async function got(
  { open, folder }: { open: Open; folder: string },
  pass: Pass,
  { method, path }: { method: string; path: string },
) {
  const before = files(folder);
  const answer = await open.ask(path, {
    ...{ method, headers: as(pass) },
    ...((method === "POST" || method === "PUT") && { body: "x" }),
  });
  const said = await answer.text();
  if (files(folder) !== before) return `${method} ${path} changed the vault`;
  return answer.status < 400 ? `${method} ${path}: ${answer.status} ${said.slice(0, 100)}` : undefined;
}

const others: Attack = attack({
  who: "pod of restore points",
  what: "read, bring or end what is of another service, with the password of its own",
  drawn: request.filter(({ method, path }) => !(method === "GET" && path.includes("incarnation-"))),
  within: atVault((vault) => (drawn) => got(vault, passOf({ service: "nextcloud" }), drawn)),
});

const ends: Attack = attack({
  who: "pod of restore points",
  what: "have copies dropped early: by another last day, or by a period that has not come",
  drawn: fc.record({
    where: fc.constantFrom(...kept),
    day: fc.oneof(
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10)),
      fc.string(),
    ),
    keepDays: fc.integer({ min: 0, max: 99_999 }),
    future: fc.oneof(
      fc
        .tuple(fc.integer({ min: 2100, max: 9999 }), fc.constantFrom(1, 2, 3, 4))
        .map(([year, quarter]) => `files-${year}q${quarter}`),
      fc.integer({ min: 2100, max: 9999 }).map((year) => `wal-${year}-01-01`),
    ),
  }),
  within: atVault(({ open }) => {
    const until = async (where: string) => (await open.ask(`${where}/until`)).text();
    return async ({ where, day, keepDays, future }) => {
      const before = await until(where);
      const post = (path: string, body = "yes", pass = passOf()) =>
        open.ask(path, { method: "POST", body, headers: as(pass) });
      await post(`${where}/until`, day);
      await post(`${where}/?create=true`, "", passOf({ keepDays }));
      if ((await until(where)) !== before) return `${where} is kept until ${await until(where)}`;
      const [, of] = where.split("/");
      for (const path of [`/${of}/${future}/?create=true`, `/${of}/${future}/complete`]) {
        const { status } = await post(path);
        if (status < 400) return `${path}: ${status}`;
      }
      const gone = await open.vault.retire(new Date());
      return gone.length > 0 ? `${JSON.stringify(gone)} went` : undefined;
    };
  }),
});

const reader: Attack = attack({
  who: "reconciler",
  what: "bring something to a vault, or take something away, with what reads it",
  drawn: fc
    .tuple(
      fc.constantFrom("POST", "PUT", "DELETE"),
      fc.oneof(
        request.map(({ path }) => path),
        lock,
      ),
    )
    .map(([method, path]) => ({ method, path })),
  within: atVault((vault) => (drawn) => got(vault, passOf({ purpose: "read" }), drawn)),
});

const ending: Attack = attack({
  who: "pod of restore points",
  what: "end the points of its own service for good: by a word, a record for a time to come, or the last number",
  drawn: fc.oneof(
    generation.map((of) => `/once/ended-nextcloud-${of}`),
    fc
      .tuple(fc.integer({ min: 2100, max: 9999 }), fc.constantFrom("q1", "q4", "-01-01", "-12-31"))
      .map(([year, period]) => `/once/begun-nextcloud-files-${year}${period}`),
    fc
      .integer({ min: 1_010_000, max: 999_999_999_999 })
      .map((sequence) => `/once/point-nextcloud-${sequence}`),
  ),
  within: atVault(
    (vault) => (path) => got(vault, passOf({ service: "nextcloud" }), { method: "POST", path }),
  ),
});

const segment = fc.constantFrom(
  ...[
    "..",
    ".",
    "%2e%2e",
    "..%2f..",
    "%2fetc",
    ".state",
    ".once",
    ".aside",
    ".incoming",
    "lost+found",
    "access.json",
  ],
  ...[
    "nextcloud",
    "Nextcloud",
    "files-2026q3",
    "files-2026q5",
    "wal-2026-02-30",
    "config",
    "data",
    "index",
    "%00",
    "\\..",
  ],
  ...[sha256("x"), "A".repeat(64), "a".repeat(300), "config.sha256", "once"],
);

const paths: Attack = attack({
  who: "guest",
  what: "write beside what a repository has, by a path",
  drawn: fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => `/${parts.join("/")}`),
  within: atVault(({ open, folder }) => async (path) => {
    const answered = await postAsWritten(open.url, path);
    const strange = files(folder)
      .split("\n")
      .find(
        (file) =>
          !/^(\.aside|\.incoming|\.quarantine|\.once(\/[a-z0-9][a-z0-9-]*(\.sha256\.[0-9a-f]{64})?)?)$/.test(
            file,
          ) &&
          !/^(nextcloud|mastodon|peertube)(\/files-2026q3(\/(data|index|keys|locks|snapshots)(\/[0-9a-f]{2})?(\/[0-9a-f]{64})?|\/(config|until|complete)(\.sha256\.[0-9a-f]{64})?)?)?$/.test(
            file,
          ),
      );
    if (strange !== undefined) return `${path} made ${strange}`;
    return /^HTTP\/1\.1 [234]/.test(answered) ? undefined : `${path}: ${answered.slice(0, 40)}`;
  }),
});

/** Attacks of those who have a password of a vault. */
export const vaults: readonly Attack[] = [others, ends, ending, reader, paths];
