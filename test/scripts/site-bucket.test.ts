import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { BucketAccess } from "../../components/recovery/vault/access.ts";
import type { Fetch } from "../../components/recovery/vault/files.ts";
import { bucketFindings } from "../../scripts/site/bucket-findings.ts";
import { tryBucket } from "../../scripts/site/bucket-trial.ts";
import { bucketReport } from "../../scripts/site/report.ts";
import { siteCommand } from "../../scripts/site.ts";
import { rewindCommand } from "../../scripts/vault/rewind.ts";
import { BucketStore, type Lacks } from "../components/recovery/bucket-store.ts";

const access: BucketAccess = {
  ...{ address: "https://s3.gra.test", region: "gra", bucket: "bron-copies", accessKey: "A", secretKey: "S" },
  ...{ purpose: "append", keepDays: 90 },
};

const at = new Date("2026-11-30T20:00:00Z");

function storeWith(lacks: Lacks, clock = 0): { store: BucketStore; fetch: Fetch } {
  const store = new BucketStore(lacks);
  const date = new Date(at.getTime() + clock * 1000).toUTCString();
  return {
    store,
    fetch: async (...asked) => {
      const answer = await store.fetch(...asked);
      return {
        status: answer.status,
        text: () => answer.text(),
        json: () => answer.json(),
        arrayBuffer: () => answer.arrayBuffer(),
        headers: new Headers({ date }),
      };
    },
  };
}

const found = async (lacks: Lacks, clock = 0) =>
  bucketFindings(await tryBucket(access, storeWith(lacks, clock).fetch, () => at));

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

describe("a bucket that is tried as a vault", () => {
  test("fits where it does all that is needed, a line each", async () => {
    const findings = await found({});
    expect(findings.map(({ subject, level }) => `${subject} ${level}`)).toEqual(
      ["reach", "clock", "versions", "lock", "period", "reading", "names", "return", "keys"].map(
        (subject) => `${subject} fits`,
      ),
    );
    expect(bucketReport(findings, "vault", "fr").split("\n")).toEqual([
      "✔ service       bron-copies à https://s3.gra.test, en TLS",
      "✔ horloge       0 s de retard",
      "✔ versions      ce qui est remplacé ou effacé garde ses versions",
      "✔ verrouillage  mode conformité : effacer une version et raccourcir son verrou ont été refusés",
      "✔ durée         ce qui arrive est verrouillé 400 jours, il en faut 184",
      "✔ lecture       ce qui est déposé se lit et se liste aussitôt",
      "✔ noms          un nom déjà pris est refusé à un second (If-None-Match)",
      "✔ retour        remplacée puis effacée, la première version est revenue",
      "✔ clés          elles ne peuvent pas changer la règle de verrouillage",
      "",
      "Il peut servir de coffre. Quelques octets de l’essai restent sous site-check/ jusqu’à leur terme.",
    ]);
  });

  test.each<[Lacks, number, Record<string, RegExp>]>([
    [{}, 120, { "clock care": /the store is 120 s ahead of this machine/ }],
    [
      { versions: true },
      0,
      {
        "versions stops": /keeps no versions: one deletion is for good\. Make another bucket/,
        "lock stops": /deleted a version that was locked/,
        "period stops": /locked for 0 days/,
        "return stops": /did not come back/,
      },
    ],
    [
      { lock: "none" },
      0,
      {
        "lock stops":
          /locks nothing: whoever has its keys can delete every copy at once\. Set a default retention in compliance mode for 184 days on bron-copies/,
        "period stops": /locked for 0 days/,
        "return stops": /did not come back/,
      },
    ],
    [{ lock: "GOVERNANCE" }, 0, { "lock stops": /locks in the mode GOVERNANCE, which its owner can lift/ }],
    [
      { heldVersions: true },
      0,
      { "lock stops": /says COMPLIANCE, and deleted a version that was locked/, "return stops": /./ },
    ],
    [
      { days: 90 },
      0,
      { "period stops": /locked for 90 days, and what is brought on a quarter's first day is kept for 184/ },
    ],
    [{ condition: true }, 0, { "names care": /If-None-Match is not known/ }],
    [{ otherRule: true }, 0, { "keys care": /s3:PutBucketObjectLockConfiguration/ }],
  ])("is told what it lacks, and what to do (%j)", async (lacks, clock, told) => {
    const wrong = (await found(lacks, clock)).filter(({ level }) => level !== "fits");
    expect(wrong.map(({ subject, level }) => `${subject} ${level}`)).toEqual(Object.keys(told));
    for (const [index, pattern] of Object.values(told).entries())
      expect(wrong[index]?.said.en).toMatch(pattern);
    for (const { said } of wrong) expect(said.fr).not.toBe(said.en);
  });

  test("is told why it cannot be asked, in one line and without its keys", async () => {
    const cause = new Error("self-signed certificate");
    const facts = await tryBucket({ ...access, secretKey: "very secret" }, async () => {
      throw new TypeError("fetch failed", { cause });
    });
    const [line, ...others] = bucketFindings(facts);
    expect(others).toEqual([]);
    expect(line?.said.en).toMatch(
      /^bron-copies at https:\/\/s3\.gra\.test cannot be asked: fetch failed: self-signed certificate/,
    );
    expect(JSON.stringify(facts)).not.toContain("very secret");
  });
});

describe("commune site check --vault", () => {
  const folder = mkdtempSync(join(tmpdir(), "site-bucket-"));
  const stacks = join(folder, "stacks");
  mkdirSync(join(stacks, "bron"), { recursive: true });
  writeFileSync(join(stacks, "federation.yaml"), "name: Métropole\nmembers: {}\n");
  writeFileSync(
    join(stacks, "bron", "commune.yaml"),
    "id: bron\nname: Bron\ninsee: '69029'\ndomain: bron.test\ncontact: dsi@bron.test\npopulation: 42000\nnextcloud: {}\nrecovery:\n  vaults: [coffre]\n  buckets:\n    coffre: { endpoint: https://s3.gra.test, region: gra, bucket: bron-copies }\n",
  );

  async function run(lacks: Lacks, ...words: string[]) {
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void printed.push(String(line)));
    const keysOf = async (_: string, names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [name, "key"]));
    const command = siteCommand(stacks, { keysOf, fetch: storeWith(lacks).fetch });
    await command.parseAsync(["check", ...words], { from: "user" });
    return printed.join("\n");
  }

  test("prints facts and findings, and ends with 1 where something stops it", async () => {
    const { facts, findings } = JSON.parse(await run({ days: 90 }, "bron", "--vault", "coffre", "--json"));
    expect(facts).toMatchObject({ bucket: "bron-copies", neededDays: 184, lock: { days: 90 } });
    expect(findings.map(({ level }: { level: string }) => level)).toContain("stops");
    expect(process.exitCode).toBe(1);
  });

  test("names the buckets that there are", async () => {
    await expect(run({}, "bron", "--vault", "cofre")).rejects.toThrow(
      "cofre is no bucket of bron. Its buckets: coffre. A neighbour's vault is asked with: npx commune vault status bron",
    );
    await expect(run({}, "--vault", "coffre")).rejects.toThrow(
      /npx commune site check <commune> --vault coffre/,
    );
    rmSync(folder, { recursive: true });
  });
});

describe("commune vault rewind", () => {
  async function run(store: BucketStore, ...words: string[]) {
    const printed: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line) => void printed.push(String(line)));
    vi.spyOn(console, "error").mockImplementation((line) => void printed.push(String(line)));
    const neighbour = { address: "https://vault-bron.lyon.test", user: "bron", password: "x" };
    const vaultsOf = async () => ({ coffre: access, lyon: neighbour });
    const command = rewindCommand({ vaultsOf, fetch: store.fetch });
    await command.parseAsync(["bron", ...words], { from: "user" });
    return printed;
  }

  test("says what it would do, does it with --yes, and then has nothing left to do", async () => {
    const store = new BucketStore();
    const put = (key: string) =>
      store.objects.set(key, [{ id: "v0", at: store.now - 1000, body: Buffer.from(key) }]);
    for (const key of ["nextcloud/files-2026q4/config", "once/point-nextcloud-000001"]) put(key);
    const moment = new Date(store.now).toISOString();
    store.now += 60_000;
    await store.sack();
    const named = ["--vault", "coffre", "--before", moment];
    const asked = await run(store, ...named);
    expect(asked.join("\n")).toMatch(
      /2 objects were deleted or written over: their oldest versions come back/,
    );
    expect(asked.at(-1)).toBe("Nothing was changed. The same command with --yes does it.");
    expect(store.objects.get("nextcloud/files-2026q4/config")?.at(-1)?.body?.toString()).not.toBe(
      "nextcloud/files-2026q4/config",
    );
    await run(store, ...named, "--yes");
    expect(store.objects.get("nextcloud/files-2026q4/config")?.at(-1)?.body?.toString()).toBe(
      "nextcloud/files-2026q4/config",
    );
    expect(await run(store, ...named)).toEqual(["coffre: everything is as it was brought."]);
  });

  test("is of a bucket, and of no neighbour", async () => {
    const store = new BucketStore();
    await expect(run(store, "--vault", "lyon", "--before", "2026-11-30T02:00:00Z")).rejects.toThrow(
      /a neighbour's vault, which lets nobody delete/,
    );
    await expect(run(store, "--vault", "ovh", "--before", "2026-11-30T02:00:00Z")).rejects.toThrow(
      /Its vaults: coffre, lyon/,
    );
  });
});
