import { expect, test } from "vitest";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { pointName, signHead } from "../../components/recovery/points/head.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import type { BucketAccess } from "../../components/recovery/vault/access.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { BucketPoints } from "../../programs/keeper/points.ts";
import { BucketStore } from "../components/recovery/bucket-store.ts";
import { guestKey } from "./vault/vault.ts";

const owner = { commune: "villeurbanne", service: "nextcloud" };
const pointsKey = Buffer.alloc(32, 8);
const access: BucketAccess = {
  ...{
    address: "https://s3.gra.io.cloud.ovh.net",
    region: "gra",
    bucket: "copies",
    accessKey: "A",
    secretKey: "S",
  },
  ...{ purpose: "append", keepDays: 90 },
};
const hosted = { address: "https://vault.bron.test", user: "villeurbanne", password: "x" };
const settings = {
  ...{ commune: "villeurbanne", incarnation: 1 },
  points: { buckets: ["coffre"], services: ["nextcloud", "mastodon"] },
};

function started(store: Pick<BucketStore, "fetch">, told: Parameters<typeof BucketPoints.of>[0] = settings) {
  const lines: string[] = [];
  const points = BucketPoints.of(told, {
    accesses: { coffre: access, bron: hosted },
    ...{ publicKey: () => publicKeyOf(guestKey), fetch: store.fetch, log: (line) => void lines.push(line) },
  });
  return { points, lines };
}

const taken = (store: BucketStore, sequence: number, signer: Buffer, takenAt: string) => {
  const stated = { form: 1, ...owner, incarnation: 1, sequence, previous: null } as const;
  const head = signHead(
    { ...stated, takenAt, manifest: "a".repeat(64) },
    signerOf(signer, owner, pointsKey),
    pointsKey,
  );
  const body = Buffer.from(JSON.stringify({ head, sealed: "AAAA" }));
  return new OpenVault("coffre", access, store.fetch).put(`once/${pointName(owner.service, sequence)}`, body);
};

test("the newest restore points in a bucket are told as the reconciler tells those of neighbours", async () => {
  const store = new BucketStore();
  await taken(store, 1, guestKey, "2026-11-26T02:10:00Z");
  await taken(store, 2, Buffer.alloc(32, 77), "2026-11-28T02:10:00Z");
  const { points, lines } = started(store);
  expect(points?.metrics()).toBe("");
  await points?.look();
  // Signed by another commune's key, the second counts for nothing; Mastodon has none.
  expect(
    points
      ?.metrics()
      .split("\n")
      .filter((line) => !line.startsWith("#")),
  ).toEqual([
    'restore_point_vault_answers{vault="coffre"} 1',
    `restore_point_taken_seconds{of="nextcloud",vault="coffre"} ${Date.parse("2026-11-26T02:10:00Z") / 1000}`,
    'restore_point_taken_seconds{of="mastodon",vault="coffre"} 0',
    "",
  ]);
  expect(lines).toEqual([]);
});

test("a bucket that does not answer is told as silent, with the reason", async () => {
  const store = new BucketStore();
  const { points, lines } = started({
    fetch: async () => new Response("<Error/>", { status: 403 }),
  });
  await points?.look();
  expect(points?.metrics()).toContain('restore_point_vault_answers{vault="coffre"} 0\n');
  expect(lines).toEqual([expect.stringContaining("restore points at coffre: GET")]);
  expect(started(store, { commune: "villeurbanne", incarnation: 1 }).points).toBeUndefined();
});
