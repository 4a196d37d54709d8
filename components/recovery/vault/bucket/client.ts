import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { BucketAccess } from "../access.ts";
import type { Fetch } from "../files.ts";
import { encoded, signedHeaders } from "./sign.ts";
import { all, type Element, readXml, textAt } from "./xml.ts";

/** A version of an object, or a deletion marker. */
export interface Version {
  key: string;
  id: string;
  isLatest: boolean;
  isMarker: boolean;
  /** ISO 8601, by the store's clock. */
  at: string;
  /** Identifier of the content, equal for equal bytes; empty for a deletion marker. */
  etag: string;
  bytes: number;
}

/** Versioning and default retention of a bucket. */
export interface BucketLock {
  /** `Enabled` if an overwritten object keeps its versions. */
  versioning: string | undefined;
  /** `COMPLIANCE` or `GOVERNANCE`; undefined if nothing is locked automatically. */
  mode: string | undefined;
  /** Days for which new objects are locked; 0 if nothing is locked automatically. */
  days: number;
}

/** An answer other than success, with the store's error code and message. */
export class BucketError extends Error {
  constructor(
    readonly status: number,
    readonly code: string | undefined,
    what: string,
    message: string | undefined,
  ) {
    super(`${what} was answered with ${status}${code ? ` ${code}` : ""}${message ? `: ${message}` : ""}`);
  }
}

/** A request to a bucket, or to an object in it. */
interface Asked {
  method?: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  key?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: Uint8Array<ArrayBuffer>;
}

const tries = 4;
const restMs = 500;

/** Client for what copies need of S3's protocol besides restic. The bucket is in the path of each address unless it is said to be in the host's name. */
export class BucketClient {
  constructor(
    private readonly access: Pick<
      BucketAccess,
      "address" | "region" | "bucket" | "accessKey" | "secretKey"
    > & {
      addressing?: "path" | "host";
    },
    private readonly fetch: Fetch,
  ) {}

  /** Returns the keys below a prefix with their sizes; with a delimiter, keys that contain it are grouped into folders. */
  async list(prefix: string, delimiter = ""): Promise<{ keys: Map<string, number>; folders: string[] }> {
    const keys = new Map<string, number>();
    const folders: string[] = [];
    let token: string | undefined;
    do {
      const answer = readXml(
        await this.text({
          query: {
            "list-type": "2",
            prefix,
            ...(delimiter && { delimiter }),
            ...(token !== undefined && { "continuation-token": token }),
          },
        }),
      );
      for (const found of all(answer, "Contents"))
        keys.set(textAt(found, "Key") ?? "", Number(textAt(found, "Size")));
      for (const found of all(answer, "CommonPrefixes")) folders.push(textAt(found, "Prefix") ?? "");
      token = textAt(answer, "NextContinuationToken") || undefined;
    } while (token !== undefined);
    return { keys, folders };
  }

  /** Returns every version and deletion marker of every object below a prefix, in an order that differs between stores. */
  async versions(prefix: string): Promise<Version[]> {
    const found: Version[] = [];
    for await (const page of this.versionPages(prefix)) found.push(...page);
    return found;
  }

  /**
   * Yields every version and deletion marker of every object below a prefix, an answer of the store at a time. Throws if an
   * answer is no such list, or does not say where it goes on: what is not listed would be taken for what is not there.
   */
  async *versionPages(prefix: string): AsyncGenerator<Version[]> {
    const failed = (why: string) =>
      new BucketError(200, undefined, `GET ${this.access.bucket}?versions`, why);
    let next: Record<string, string> | undefined = {};
    while (next !== undefined) {
      const answer = readXml(await this.text({ query: { versions: "", prefix, ...next } }));
      if (answer.name !== "ListVersionsResult")
        throw failed(`${answer.name || "nothing"} in the place of a list of versions`);
      yield (["Version", "DeleteMarker"] as const).flatMap((kind) =>
        all(answer, kind).map((each) => versionOf(each, kind === "DeleteMarker")),
      );
      const key = textAt(answer, "NextKeyMarker");
      const id = textAt(answer, "NextVersionIdMarker");
      const isMore = textAt(answer, "IsTruncated") === "true";
      if (isMore && !key) throw failed("it goes on, and the store does not say where");
      next = isMore && key ? { "key-marker": key, ...(id && { "version-id-marker": id }) } : undefined;
    }
  }

  /** Returns a whole object; undefined if it does not exist or was deleted. @param version its newest when absent. */
  async get(key: string, version?: string): Promise<Buffer<ArrayBuffer> | undefined> {
    try {
      const answer = await this.ask({ key, query: version === undefined ? {} : { versionId: version } });
      return Buffer.from(await answer.arrayBuffer());
    } catch (error) {
      if (error instanceof BucketError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Writes a version of an object. @param options `isFirst`: throws with 412 if there is one already. */
  async put(key: string, body: Uint8Array<ArrayBuffer>, { isFirst = false } = {}): Promise<void> {
    await this.ask({ method: "PUT", key, body, headers: isFirst ? { "if-none-match": "*" } : {} });
  }

  /** Makes a version of an object its newest, by copying it in one piece. */
  async copy(key: string, version: string): Promise<void> {
    await this.made({ method: "PUT", key, headers: this.sourceOf(key, version) });
  }

  /** Returns the header by which a version of an object is what a request copies. */
  sourceOf(key: string, version: string): Record<string, string> {
    const source = `/${this.access.bucket}/${pathOf(key)}?versionId=${encodeURIComponent(version)}`;
    return { "x-amz-copy-source": source };
  }

  /**
   * Sends a request that may take long, and returns the ETag of what it made. Stores answer such a one with 200 before it is
   * done: what then goes wrong is an error in the answer's text, or an answer without an ETag.
   */
  async made(asked: Asked): Promise<{ etag: string }> {
    const answer = readXml(await this.text(asked));
    const etag = textAt(answer, "ETag");
    if (answer.name !== "Error" && etag) return { etag };
    const message = textAt(answer, "Message") ?? "and with no ETag";
    throw new BucketError(200, textAt(answer, "Code"), `${asked.method} ${asked.key}`, message);
  }

  /** Deletes a version; without one, marks the object as deleted. */
  async delete(key: string, version?: string): Promise<void> {
    await this.ask({ method: "DELETE", key, query: version === undefined ? {} : { versionId: version } });
  }

  /** Returns the bucket's versioning and default retention. Throws with 403 if the keys may not ask. */
  async lock(): Promise<BucketLock> {
    const versioning = textAt(readXml(await this.text({ query: { versioning: "" } })), "Status");
    try {
      const answer = readXml(await this.text({ query: { "object-lock": "" } }));
      const rule = ["Rule", "DefaultRetention"] as const;
      const days = Number(textAt(answer, ...rule, "Days") ?? 0);
      const years = Number(textAt(answer, ...rule, "Years") ?? 0);
      return { versioning, mode: textAt(answer, ...rule, "Mode"), days: days + years * 365 };
    } catch (error) {
      // A bucket that was made without object lock has no such configuration.
      if (error instanceof BucketError && error.status === 404)
        return { versioning, mode: undefined, days: 0 };
      throw error;
    }
  }

  private addressOf(key: string): URL {
    const { address, bucket, addressing } = this.access;
    if (addressing !== "host") return new URL(`${address}/${bucket}/${pathOf(key)}`);
    const url = new URL(`${address}/${pathOf(key)}`);
    url.host = `${bucket}.${url.host}`;
    return url;
  }

  private async text(asked: Asked): Promise<string> {
    return (await this.ask(asked)).text();
  }

  /** Sends any request of S3's protocol. Throws {@link BucketError} unless the answer is a success. */
  async ask({ method = "GET", key = "", query = {}, headers = {}, body }: Asked) {
    const { region, accessKey, secretKey } = this.access;
    const url = this.addressOf(key);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const payload = digest("sha256", body).toString("hex");
    const own = {
      ...headers,
      // A bucket with object lock refuses a body without it.
      ...(body && { "content-md5": digest("md5", body).toString("base64") }),
    };
    for (let left = tries - 1; ; left -= 1) {
      const answer = await this.fetch(url.href, {
        method,
        headers: signedHeaders(
          { method, url, headers: own, payload },
          { region, accessKey, secretKey },
          new Date(),
        ),
        ...(body && { body }),
      });
      if (answer.status >= 200 && answer.status < 300) return answer;
      const error = readXml(await answer.text());
      const isBusy = answer.status === 500 || answer.status === 503;
      if (!isBusy || left === 0)
        throw new BucketError(
          answer.status,
          textAt(error, "Code"),
          `${method} ${url.pathname}${url.search}`,
          textAt(error, "Message"),
        );
      await sleep(restMs * (tries - left));
    }
  }
}

/** Returns a key as it stands in an address. */
const pathOf = (key: string) => key.split("/").map(encoded).join("/");

const digest = (algorithm: "sha256" | "md5", body: Uint8Array = new Uint8Array()) =>
  createHash(algorithm).update(body).digest();

function versionOf(found: Element, isMarker: boolean): Version {
  return {
    key: textAt(found, "Key") ?? "",
    id: textAt(found, "VersionId") ?? "",
    isLatest: textAt(found, "IsLatest") === "true",
    isMarker,
    at: textAt(found, "LastModified") ?? "",
    etag: textAt(found, "ETag") ?? "",
    bytes: Number(textAt(found, "Size") ?? 0),
  };
}
