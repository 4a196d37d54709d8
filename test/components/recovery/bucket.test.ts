import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { recoveryProblems } from "../../../components/recovery/check.ts";
import { accessesWith, type BucketAccess } from "../../../components/recovery/vault/access.ts";
import { BucketClient } from "../../../components/recovery/vault/bucket/client.ts";
import { keyOf, pathOf } from "../../../components/recovery/vault/bucket/keys.ts";
import { lockDays } from "../../../components/recovery/vault/bucket/lock.ts";
import { rewindBucket, rewindOf } from "../../../components/recovery/vault/bucket/rewind.ts";
import { signedHeaders } from "../../../components/recovery/vault/bucket/sign.ts";
import { vaultComplaints } from "../../../components/recovery/vault/growth.ts";
import { OpenVault } from "../../../components/recovery/vault/open-vault.ts";
import { keptAt } from "../../../components/recovery/vault/plan.ts";
import { resticLocation } from "../../../components/recovery/vault/restic-location.ts";
import { keptUntil } from "../../../components/recovery/vault/retention.ts";
import { judge, sentence } from "../../../policies/judge.ts";
import { rules } from "../../../policies/rules.ts";
import { BucketStore, type Lacks } from "./bucket-store.ts";
import { passOf } from "./passes.ts";

const endpoint = "https://s3.gra.io.cloud.ovh.net";
const bucket = { endpoint, region: "gra", bucket: "bron-copies" };

const declared = (recovery: object) =>
  communeSchema.parse({
    ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", contact: "dsi@bron.test" },
    ...{ population: 42_000, nextcloud: {}, recovery },
  });

const metropolis = {
  name: "Métropole",
  members: {
    lyon: { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "dsi@lyon.test" },
  },
};
const withBucket = { vaults: ["coffre", "lyon"], buckets: { coffre: bucket } };

const access: BucketAccess = {
  ...{ address: endpoint, region: "gra", bucket: "bron-copies", accessKey: "A", secretKey: "S" },
  ...{ purpose: "append", keepDays: 90 },
};

function opened(lacks: Lacks = {}, more: Partial<BucketAccess> = {}) {
  const store = new BucketStore(lacks);
  const own = { ...access, ...more };
  return {
    store,
    vault: new OpenVault("coffre", own, store.fetch),
    client: new BucketClient(own, store.fetch),
  };
}

describe("a bucket among the vaults of a commune", () => {
  test("is planned beside neighbours, in the declared order, and asks for its keys", () => {
    const plan = planCommune(
      declared(withBucket),
      { storageClass: undefined, privatePeers: [] },
      { metropolis },
    );
    expect(plan.keptVaults).toEqual([
      { host: "coffre", place: { address: endpoint, region: "gra", bucket: "bron-copies" } },
      { host: "lyon", domain: "lyon.test", guest: "bron", address: "vault-bron.lyon.test" },
    ]);
    expect(plan.givenSecrets).toEqual(["vault-coffre-access-key", "vault-coffre-secret-key"]);
    expect(plan.points.map(({ settings }) => settings.vaults)).toEqual([["coffre", "lyon"]]);
    expect(plan.copying?.vaults).toEqual(["coffre", "lyon"]);
    // No commune is said to keep what lies in a bucket.
    expect(plan.federation.settings.copies?.at).toEqual(["lyon"]);
    expect(plan.keptVaults.map((vault) => keptAt(vault, "fr"))).toEqual([
      "l’espace de stockage bron-copies de s3.gra.io.cloud.ovh.net",
      "lyon",
    ]);
  });

  test.each([
    [{ ...withBucket, vaults: ["coffre"] }, []],
    [
      { vaults: ["cofre"], buckets: { coffre: bucket } },
      [
        'recovery.buckets.coffre: "coffre" is not in recovery.vaults, so that nothing is copied there. Write vaults: [cofre, coffre], or take it out.',
        'recovery.vaults.0: "cofre" is not a member in stacks/federation.yaml. Did you mean "coffre"?',
      ],
    ],
    [
      { vaults: ["lyon"], buckets: { lyon: bucket } },
      [
        'recovery.buckets.lyon: "lyon" is a member of the metropolis, and vaults: [lyon] would have two meanings. Give the bucket another name.',
      ],
    ],
    [
      { vaults: ["coffre"], buckets: { coffre: { ...bucket, endpoint: "https://s3.bron.test:8333/x" } } },
      [
        'recovery.buckets.coffre.endpoint: "https://s3.bron.test:8333/x" has a port or a path, and pods reach vaults on port 443 alone. Write the address of the store: https://s3.bron.test',
      ],
    ],
  ])("is held to what can be (%#)", (recovery, problems) => {
    const found = recoveryProblems(declared(recovery), { lyon: {} });
    expect(found.map(({ field, message }) => `${field.join(".")}: ${message}`)).toEqual(problems);
  });

  test.each(["Bron-Copies", "b", "a.b"])("is not called %s", (name) => {
    expect(() => declared({ ...withBucket, buckets: { coffre: { ...bucket, bucket: name } } })).toThrow(
      /may only have letters a to z/,
    );
  });

  test("is refused at an operator outside the law of the Union, as every host is", () => {
    const at = (address: string) => {
      const declaration = declared({
        vaults: ["coffre"],
        buckets: { coffre: { ...bucket, endpoint: address } },
      });
      const plan = planCommune(declaration, { storageClass: undefined, privatePeers: [] }, { metropolis });
      return judge(rules, { declaration, plan, objects: [], site: undefined, today: "2026-11-30" })
        .filter(({ rule }) => rule.id === "operators-in-eu")
        .map(sentence);
    };
    expect(at(endpoint)).toEqual([]);
    expect(at("https://s3.eu-west-3.amazonaws.com")).toEqual([
      expect.stringContaining(
        "recovery.buckets.coffre.endpoint names s3.eu-west-3.amazonaws.com, run by Amazon",
      ),
    ]);
  });

  test("is opened by keys of the stack, which say which are missing", () => {
    const vaults = [{ host: "coffre", place: { address: endpoint, region: "gra", bucket: "bron-copies" } }];
    const given = { "vault-coffre-access-key": "A", "vault-coffre-secret-key": "S" };
    expect(accessesWith(Buffer.alloc(32), vaults, passOf({ purpose: "read" }), given)).toEqual({
      coffre: { ...access, purpose: "read" },
    });
    expect(() => accessesWith(Buffer.alloc(32), vaults, passOf())).toThrow(
      /npx pulumi config set --secret commune:vault-coffre-access-key, and commune:vault-coffre-secret-key/,
    );
  });

  test("is where restic finds it by its own S3 backend, without a key in the address", () => {
    expect(resticLocation(access, "database/wal-2026-11-30")).toEqual({
      repository: `s3:${endpoint}/bron-copies/database/wal-2026-11-30`,
      environment: { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "S", AWS_DEFAULT_REGION: "gra" },
    });
    const neighbour = {
      address: "https://vault-bron.lyon.test",
      user: "bron",
      password: "v1.s1.*.append.d90.x",
    };
    expect(resticLocation(neighbour, "nextcloud/files-2026q4")).toEqual({
      repository: "rest:https://bron:v1.s1.*.append.d90.x@vault-bron.lyon.test/nextcloud/files-2026q4/",
      environment: {},
    });
  });

  test("locks what comes on the first day of a quarter for as long as its last day's is kept", () => {
    for (const [first, generation] of [
      ["2026-07-01", "files-2026q3"],
      ["2026-10-01", "files-2026q4"],
      ["2027-01-01", "files-2027q1"],
    ] as const) {
      const locked = Date.parse(first) + lockDays(90) * 86_400_000;
      expect(new Date(locked).toISOString() > `${keptUntil(generation, 90)}T24`).toBe(true);
    }
    expect(lockDays(90)).toBe(184);
  });
});

test("requests are signed as in Amazon's own example", () => {
  const headers = signedHeaders(
    {
      method: "GET",
      url: new URL("https://examplebucket.s3.amazonaws.com/test.txt"),
      headers: { range: "bytes=0-9" },
      payload: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    },
    {
      region: "us-east-1",
      accessKey: "AKIAIOSFODNN7EXAMPLE",
      secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    },
    new Date("2013-05-24T00:00:00Z"),
  );
  expect(headers.authorization).toMatch(
    /SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41$/,
  );
});

test("a key with other characters is asked for, and copied, as it is signed", async () => {
  const asked: unknown[] = [];
  const client = new BucketClient(access, async (address, { headers }) => {
    asked.push(new URL(address).pathname, headers["x-amz-copy-source"]);
    return new Response("<CopyObjectResult><ETag>e</ETag></CopyObjectResult>");
  });
  await client.get("urn:oid:7");
  await client.copy("folder/it's", "1");
  expect(asked).toEqual([
    ...["/bron-copies/urn%3Aoid%3A7", undefined],
    ...["/bron-copies/folder/it%27s", "/bron-copies/folder/it%27s?versionId=1"],
  ]);
});

const name = (letter: string) => letter.repeat(64);
const repository = "nextcloud/files-2026q4";

/** Files that a point leaves at a vault. */
const brought: [string, string][] = [
  [`${repository}/config`, "config"],
  [`${repository}/keys/${name("1")}`, "key"],
  [`${repository}/data/${name("a")}`, "pack"],
  [`${repository}/index/${name("b")}`, "index"],
  [`${repository}/snapshots/${name("c")}`, "snapshot"],
  [`${repository}/complete`, "yes"],
  ["once/point-nextcloud-000001", "head"],
];

async function filled(lacks: Lacks = {}) {
  const at = opened(lacks);
  for (const [path, text] of brought) await at.vault.put(path, Buffer.from(text));
  return at;
}

describe("the files of a bucket", () => {
  test("have the layout of restic, and what is said of a generation in one place", () => {
    const path = `${repository}/data/${name("a")}`;
    expect(keyOf(path)).toBe(`${repository}/data/aa/${name("a")}`);
    expect(pathOf(keyOf(path))).toBe(path);
    expect(keyOf(`${repository}/complete`)).toBe(`complete/${repository}`);
    expect(keyOf("once/incarnation-2")).toBe("once/incarnation-2");
  });

  test("are listed and read as those of a neighbour's vault", async () => {
    const { vault } = await filled();
    expect(await vault.status()).toEqual({
      generations: [{ name: repository, until: "2027-04-01", isComplete: true }],
      lock: { versioning: "Enabled", mode: "COMPLIANCE", days: 400, neededDays: 184 },
      ...{ scrub: undefined, quarantined: [], aside: [] },
    });
    expect([...(await vault.list(repository, "data"))]).toEqual([[name("a"), 4]]);
    expect([...(await vault.list("nextcloud/files-2026q3", "data"))]).toEqual([]);
    expect(await vault.once()).toEqual(["point-nextcloud-000001"]);
    for (const [path, text] of brought) expect(String(await vault.get(path))).toBe(text);
    expect(await vault.get("once/point-nextcloud-000002")).toBeUndefined();
  });

  test.each<Lacks>([{}, { condition: true }])("are written once, by who came first (%j)", async (lacks) => {
    const { vault, store } = await filled(lacks);
    await vault.put("once/point-nextcloud-000001", Buffer.from("head"));
    await expect(vault.put("once/point-nextcloud-000001", Buffer.from("another"))).rejects.toThrow(
      "the bucket coffre has another file of the name once/point-nextcloud-000001",
    );
    expect(String(await vault.get("once/point-nextcloud-000001"))).toBe("head");
    // Nor where somebody deleted the name in between.
    await store.sack();
    await expect(vault.put("once/point-nextcloud-000001", Buffer.from("another"))).rejects.toThrow(
      /another file/,
    );
  });

  test("are written again where their content changed, and only there", async () => {
    const { vault, store } = opened();
    const pack = Buffer.from("pack");
    const path = `${repository}/data/${createHash("sha256").update(pack).digest("hex")}`;
    await vault.put(path, pack);
    await vault.put(path, pack);
    expect(store.objects.get(keyOf(path))).toHaveLength(1);
    store.objects.get(keyOf(path))?.push({ id: "rotten", at: 0, body: Buffer.from("cakp") });
    await vault.put(path, pack);
    expect(String(await vault.get(path))).toBe("pack");
  });

  test("are not written where they are opened to read", async () => {
    const { vault } = opened({}, { purpose: "read" });
    await expect(vault.put(`${repository}/config`, Buffer.from("x"))).rejects.toThrow(/opened to read alone/);
  });

  test.each<[Lacks, string[]]>([
    [{}, []],
    [
      { versions: true },
      ["its bucket keeps no versions: whoever has its keys can delete every copy at once"],
    ],
    [{ lock: "none" }, ["its bucket locks nothing: whoever has its keys can delete every copy at once"]],
    [
      { lock: "GOVERNANCE" },
      [
        "its bucket locks in the mode GOVERNANCE, which its owner can lift: whoever has its keys can delete every copy at once",
      ],
    ],
    [{ days: 90 }, ["its bucket locks what comes for 90 days, and copies are kept for up to 184"]],
  ])("are told to be unprotected where the bucket is not what it must be (%j)", async (lacks, complaints) => {
    const { vault } = opened(lacks);
    expect(vaultComplaints(await vault.status(), new Date())).toEqual(complaints);
  });
});

describe("after a thief with the keys deleted and wrote over everything", () => {
  test("points are known as before, and files are not there", async () => {
    const { vault, store } = await filled();
    await store.sack();
    expect(await vault.once()).toEqual(["point-nextcloud-000001"]);
    expect(String(await vault.get("once/point-nextcloud-000001"))).toBe("head");
    const there = await Promise.all(brought.slice(0, 6).map(async ([path]) => String(await vault.get(path))));
    expect(there.every((text) => ["undefined", "nothing"].includes(text))).toBe(true);
  });

  test("each file comes back from its oldest version, and what the thief brought is hidden", async () => {
    const { vault, store, client } = await filled();
    const before = new Date(store.now);
    store.now += 60_000;
    await store.sack();
    await vault.put(`${repository}/index/${name("d")}`, Buffer.from("no index of restic's"));
    const versions = [...store.objects.values()].flat().length;
    const rewind = rewindOf(await client.versions(""), before);
    expect(rewind.restore).toHaveLength(brought.length);
    expect(rewind.hide).toEqual([`${repository}/index/${name("d")}`]);
    let told = 0;
    await rewindBucket(client, rewind, (done) => {
      told = done;
    });
    expect(told).toBe(brought.length + 1);
    for (const [path, text] of brought) expect(String(await vault.get(path))).toBe(text);
    expect([...(await vault.list(repository, "index"))].map(([each]) => each)).toEqual([name("b")]);
    expect([...store.objects.values()].flat()).toHaveLength(versions + brought.length + 1);
  });

  test("a rewind copies nothing that is in its place, and no lock of restic; run again, it has nothing left to do", async () => {
    const { store, client, vault } = await filled();
    const lock = `${repository}/locks/${name("e")}`;
    const junk = `${repository}/index/${name("d")}`;
    await client.put(lock, Buffer.from("lock"));
    await client.delete(lock);
    const first = new Date(store.now);
    expect(rewindOf(await client.versions(""), first)).toEqual({ restore: [], hide: [] });
    store.now += 60_000;
    await store.sack();
    // A lock that a thief wrote over stops restic: it is hidden.
    await client.put(lock, Buffer.from("no lock"));
    await vault.put(junk, Buffer.from("no index"));
    const rewind = rewindOf(await client.versions(""), first);
    expect(rewind.hide.sort()).toEqual([junk, lock].sort());
    await rewindBucket(client, rewind);
    expect(String(await client.get(`${repository}/config`))).toBe("config");
    expect(rewindOf(await client.versions(""), first)).toEqual({ restore: [], hide: [] });
    // After the next theft, what was hidden after this one stays hidden.
    store.now += 60_000;
    const second = new Date(store.now);
    store.now += 60_000;
    await store.sack();
    const again = rewindOf(await client.versions(""), second);
    expect(again.restore).toHaveLength(brought.length);
    await rewindBucket(client, again);
    expect([...(await vault.list(repository, "index"))].map(([each]) => each)).toEqual([name("b")]);
  });
});
