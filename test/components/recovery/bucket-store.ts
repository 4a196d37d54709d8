import { createHash } from "node:crypto";
import type { Fetch } from "../../../components/recovery/vault/files.ts";

/** Features of a vault's store that one can lack. */
export interface Lacks {
  versions?: true;
  /** Object lock, or its mode. */
  lock?: "none" | "GOVERNANCE";
  /** Days for which it locks. */
  days?: number;
  /** `If-None-Match` is ignored, as older stores do. */
  condition?: true;
  /** A version can be deleted whatever its lock says. */
  heldVersions?: true;
  /** Its keys may change how the bucket locks. */
  otherRule?: true;
}

interface Kept {
  id: string;
  at: number;
  body: Buffer | undefined;
}

/**
 * A double of a bucket with versions and object lock: it keeps in memory what is put, and refuses what a real one refuses.
 * Everything of it that a vault relies on is asked of the real SeaweedFS in `test/programs/bucket.test.ts`.
 */
export class BucketStore {
  readonly objects = new Map<string, Kept[]>();
  now = Date.parse("2026-11-30T20:00:00Z");
  private count = 0;

  constructor(private readonly lacks: Lacks = {}) {}

  readonly fetch: Fetch = async (address, { method, headers, body }) => {
    const url = new URL(address);
    const [, , ...rest] = url.pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    if (!/^AWS4-HMAC-SHA256 Credential=/.test(headers.authorization ?? "")) return denied();
    const given = body === undefined ? undefined : Buffer.from(body);
    if (headers["x-amz-content-sha256"] !== sum("sha256", given).toString("hex"))
      return answer(400, error("XAmzContentSHA256Mismatch"));
    this.now += 1000;
    if (key === "" && method === "PUT") return this.lacks.otherRule ? answer(200, "") : denied();
    return key === ""
      ? this.bucket(url.searchParams)
      : this.object(method, key, url.searchParams, headers, given);
  };

  /** Deletes and writes over everything, as a thief with the keys does. */
  async sack(): Promise<void> {
    for (const [key, kept] of this.objects) {
      kept.push(this.version(undefined));
      if (key.length % 2 === 0) kept.push(this.version(Buffer.from("nothing")));
    }
  }

  private bucket(query: URLSearchParams) {
    const prefix = query.get("prefix") ?? "";
    const { lacks } = this;
    if (query.has("versioning"))
      return answer(200, `<V><Status>${lacks.versions ? "Suspended" : "Enabled"}</Status></V>`);
    if (query.has("object-lock")) {
      if (lacks.lock === "none") return answer(404, error("ObjectLockConfigurationNotFoundError"));
      return answer(
        200,
        `<C><Rule><DefaultRetention><Mode>${lacks.lock ?? "COMPLIANCE"}</Mode><Days>${lacks.days ?? 400}</Days></DefaultRetention></Rule></C>`,
      );
    }
    if (query.has("versions")) {
      const rows = [...this.objects].flatMap(([key, kept]) =>
        key.startsWith(prefix)
          ? [...kept].reverse().map(({ id, at, body }, index) => {
              const name = body === undefined ? "DeleteMarker" : "Version";
              return `<${name}><Key>${key}</Key><VersionId>${id}</VersionId><IsLatest>${index === 0}</IsLatest><LastModified>${new Date(at).toISOString()}</LastModified><Size>${body?.length ?? 0}</Size>${body === undefined ? "" : `<ETag>&quot;${sum("md5", body).toString("hex")}&quot;</ETag>`}</${name}>`;
            })
          : [],
      );
      return answer(
        200,
        `<ListVersionsResult>${rows.join("")}<IsTruncated>false</IsTruncated></ListVersionsResult>`,
      );
    }
    const there = [...this.objects].flatMap(([key, kept]) => {
      const body = kept.at(-1)?.body;
      return body !== undefined && key.startsWith(prefix) ? [{ key, size: body.length }] : [];
    });
    const delimiter = query.get("delimiter");
    const folders = new Set<string>();
    const rows = there.flatMap(({ key, size }) => {
      const cut = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
      if (cut < 0) return [`<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`];
      folders.add(key.slice(0, cut + 1));
      return [];
    });
    const below = [...folders].map((each) => `<CommonPrefixes><Prefix>${each}</Prefix></CommonPrefixes>`);
    return answer(200, `<?xml version="1.0"?><R>${rows.join("")}${below.join("")}</R>`);
  }

  private object(
    method: string,
    key: string,
    query: URLSearchParams,
    headers: Readonly<Record<string, string>>,
    body: Buffer | undefined,
  ) {
    const kept = this.objects.get(key) ?? [];
    const newest = kept.at(-1);
    const id = query.get("versionId");
    const version = id === null ? newest : kept.find((each) => each.id === id);
    if (query.has("retention")) {
      const until = new Date((version?.at ?? 0) + (this.lacks.days ?? 400) * 86_400_000).toISOString();
      if (this.lacks.lock === "none") return answer(404, error("NoSuchObjectLockConfiguration"));
      return method === "PUT"
        ? denied()
        : answer(200, `<Retention><RetainUntilDate>${until}</RetainUntilDate></Retention>`);
    }
    if (method === "GET") {
      return version?.body === undefined ? answer(404, error("NoSuchKey")) : answer(200, "", version.body);
    }
    if (method === "DELETE" && id !== null) {
      const isHeld = version?.body !== undefined && !this.lacks.heldVersions && this.lacks.lock !== "none";
      if (isHeld) return denied();
      this.objects.set(
        key,
        kept.filter((each) => each !== version),
      );
      return answer(204, "");
    }
    if (method === "DELETE") {
      if (this.lacks.versions) this.objects.delete(key);
      else this.objects.set(key, [...kept, this.version(undefined)]);
      return answer(204, "");
    }
    const [, from, of] = /^\/[^/]+\/(.+)\?versionId=(.+)$/.exec(headers["x-amz-copy-source"] ?? "") ?? [];
    const source = from && this.objects.get(from)?.find((each) => each.id === of)?.body;
    if (from !== undefined && source === undefined) return answer(404, error("NoSuchVersion"));
    if (from === undefined && headers["content-md5"] !== sum("md5", body).toString("base64"))
      return answer(400, error("InvalidRequest"));
    if (headers["if-none-match"] === "*" && newest?.body !== undefined && !this.lacks.condition)
      return answer(412, error("PreconditionFailed"));
    const written = this.version((source || body) ?? Buffer.alloc(0));
    this.objects.set(key, this.lacks.versions ? [written] : [...kept, written]);
    return answer(200, from === undefined ? "" : "<CopyObjectResult><ETag>e</ETag></CopyObjectResult>");
  }

  private version(body: Buffer | undefined): Kept {
    this.count += 1;
    return { id: `v${this.count}`, at: this.now, body };
  }
}

const sum = (algorithm: string, body: Buffer = Buffer.alloc(0)) =>
  createHash(algorithm).update(body).digest();

const denied = () => answer(403, error("AccessDenied"));

const error = (code: string) => `<Error><Code>${code}</Code><Message>as a real one says it</Message></Error>`;

function answer(status: number, text: string, body?: Buffer) {
  return new Response(status === 204 ? null : body ? new Uint8Array(body) : text, {
    status,
  });
}
