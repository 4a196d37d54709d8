import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Pool } from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Addresses } from "./addresses.ts";
import { BucketFiles, NetworkingError, requireKeys, ServiceError } from "./store/bucket.ts";
import type { BucketSettings } from "./store/bucket-settings.ts";
import { type Media, MediaStore, mediaPath } from "./store/media.ts";
import { RedLight, Stoplight } from "./store/stoplight.ts";

const row = { id: "7", file_file_name: "a.png", remote_url: "" } as Media;
const key = `mastodon/${mediaPath(row)}`;
const picture = new File(["picture"], "a.png", { type: "image/png" });

/** A store that notes what it is asked, and answers with one status or not at all. */
let store: Server;
let asked: { request: IncomingMessage; body: string }[];
let status: number | undefined;

beforeEach(async () => {
  asked = [];
  status = 200;
  store = createServer((request, answer) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      asked.push({ request, body });
      if (status !== undefined) answer.writeHead(status).end("<Error/>");
    });
  });
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
});

afterEach(() => {
  store.closeAllConnections();
  store.close();
});

const settings = (): BucketSettings => ({
  address: `http://127.0.0.1:${(store.address() as AddressInfo).port}/media/`,
  ...{ region: "fr", keys: { accessKey: "K", secretKey: "s" }, prefix: "mastodon/", acl: undefined },
  ...{ publicAddress: "https://media.ville.test/", silentMs: 300 },
});

const always = { run: <T>(call: () => Promise<T>) => call() };
const files = (changes: Partial<BucketSettings> = {}) =>
  new BucketFiles({ ...settings(), ...changes }, always);

/** A database that notes what it is told, and whose commits may fail. */
function database(commit: () => void = () => undefined) {
  const said: string[] = [];
  const query = async (text: string) => {
    said.push(text.trim().split(" ")[0] ?? "");
    if (text === "COMMIT") commit();
    return { rows: [row] };
  };
  const pool = { query, connect: async () => ({ query, release: () => undefined }) } as unknown as Pool;
  return { said, pool };
}

describe("attachments in a bucket", () => {
  it("are put below the prefix, signed, and found at the public host", async () => {
    await files().write(mediaPath(row), Buffer.from("picture"), "image/png");
    const [put] = asked;
    expect([put?.request.method, put?.request.url, put?.body]).toEqual(["PUT", `/media/${key}`, "picture"]);
    expect(put?.request.headers).toMatchObject({
      ...{ "content-type": "image/png", "cache-control": "public, max-age=315576000, immutable" },
      authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=K\/\d{8}\/fr\/s3\/aws4_request, /),
    });
    expect(put?.request.headers["x-amz-acl"]).toBeUndefined();
    await files({ acl: "public-read" }).write("x", Buffer.from(""), "image/png");
    expect(asked[1]?.request.headers["x-amz-acl"]).toBe("public-read");
    expect(new Addresses({ webDomain: "ville.test", bucket: settings() }).media(row)).toBe(
      `https://media.ville.test/${key}`,
    );
  });

  it("fail as upstream: the network, or what the store says", async () => {
    const put = (changes = {}) => files(changes).write("x", Buffer.from("x"), "image/png");
    status = 500;
    await expect(put()).rejects.toThrow(ServiceError);
    await files().remove("x");
    status = undefined;
    const begun = Date.now();
    await expect(put()).rejects.toThrow("no answer within 0.3 s");
    expect(Date.now() - begun).toBeLessThan(3000);
    await expect(put()).rejects.toThrow(NetworkingError);
    await expect(put({ address: "http://127.0.0.1:1/media/" })).rejects.toThrow(/ECONNREFUSED/);
    await expect(files({ address: "http://127.0.0.1:1/media/" }).remove("x")).rejects.toThrow(
      NetworkingError,
    );
    expect(() => requireKeys({ ...settings(), keys: undefined })).toThrow(/AWS_ACCESS_KEY_ID/);
  });

  it("have no row where nothing was written, and no row either where the commit failed after it", async () => {
    const kept = database();
    expect(await new MediaStore(kept.pool, files()).create("1", picture, null)).toBe(row);
    expect(kept.said).toEqual(["BEGIN", "INSERT", "COMMIT"]);
    expect(asked).toHaveLength(1);

    const unavailable = database();
    const nowhere = files({ address: "http://127.0.0.1:1/media/" });
    await expect(new MediaStore(unavailable.pool, nowhere).create("1", picture, null)).rejects.toThrow(
      NetworkingError,
    );
    expect(unavailable.said).toEqual(["BEGIN", "INSERT", "ROLLBACK"]);

    const lost = database(() => {
      throw new Error("the server was lost");
    });
    await expect(new MediaStore(lost.pool, files()).create("1", picture, null)).rejects.toThrow("was lost");
    expect(asked).toHaveLength(2);
  });

  it("stay in the bucket when it is unavailable while their post is deleted", async () => {
    const { said, pool } = database();
    const nowhere = files({ address: "http://127.0.0.1:1/media/" });
    await expect(new MediaStore(pool, nowhere).removeOf("3")).rejects.toThrow(NetworkingError);
    expect(said).toEqual(["DELETE"]);
    await new MediaStore(pool, files()).removeOf("3");
    expect(asked.map(({ request }) => [request.method, request.url])).toEqual([["DELETE", `/media/${key}`]]);
  });
});

describe("the light before a store", () => {
  const kept = new Map<string, string>();
  const redis = {
    hmget: async (_: string, ...names: string[]) => names.map((name) => kept.get(name) ?? null),
    hincrby: async (_: string, name: string, by: number) => {
      kept.set(name, String(Number(kept.get(name) ?? 0) + by));
    },
    hset: async (_: string, name: string, value: number) => void kept.set(name, String(value)),
    del: async () => kept.clear(),
  } as unknown as ConstructorParameters<typeof Stoplight>[0];
  const light = new Stoplight(redis, "object-storage", (error) => error instanceof NetworkingError);
  const fail = (error: Error) => () => light.run(() => Promise.reject(error));
  const work = () => light.run(async () => "done");
  afterEach(() => vi.useRealTimers());

  it("is red for 30 s after ten failures in a row of the network, and then lets whoever comes try", async () => {
    vi.useFakeTimers();
    const unreachable = fail(new NetworkingError("refused"));
    for (let left = 9; left > 0; left -= 1) await expect(unreachable()).rejects.toThrow(NetworkingError);
    for (let left = 20; left > 0; left -= 1)
      await expect(fail(new ServiceError("500"))()).rejects.toThrow(ServiceError);
    expect(await work()).toBe("done");
    for (let left = 10; left > 0; left -= 1) await expect(unreachable()).rejects.toThrow(NetworkingError);
    await expect(work()).rejects.toThrow(RedLight);
    vi.advanceTimersByTime(30_000);
    await expect(unreachable()).rejects.toThrow(NetworkingError);
    await expect(work()).rejects.toThrow(RedLight);
    vi.advanceTimersByTime(30_000);
    expect(await work()).toBe("done");
    expect(await work()).toBe("done");
  });
});
