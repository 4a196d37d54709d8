import { createHash } from "node:crypto";
import type { Fetch } from "../../../components/recovery/vault/files.ts";

/** An object of the double. */
interface Held {
  key: string;
  body: Buffer;
  headers: Record<string, string>;
  etag: string;
  /** Size of the first part that it came in; absent if it came whole. */
  firstPart?: number;
}

/** Requests that copy inside a store, and end one. */
type Step = "whole" | "part" | "end";

/** A double of a store that copies objects in parts. Versions are numbers in the order in which they came. */
export class PartsStore {
  readonly versions: Held[] = [];
  readonly uploads = new Map<
    string,
    { key: string; headers: Record<string, string>; parts: Map<number, Buffer> }
  >();
  /** Ranges that were copied. */
  readonly ranges: string[] = [];
  /** Parts that were copied at the same time, at most. */
  mostAtOnce = 0;
  /** Text with which a step is answered with 200, in place of what it makes. */
  readonly answers: Partial<Record<Step, string>> = {};
  /** Whether the keys may list what is not whole yet. */
  mayList = true;
  /** Requests that are answered: whoever asks is gone after them. */
  lives = Number.POSITIVE_INFINITY;
  private underWay = 0;

  put(key: string, body: Buffer, { headers = {}, part = 0 } = {}): number {
    const pieces = part === 0 ? [] : cut(body, part);
    const etag = pieces.length > 0 ? joined(pieces) : md5(body).toString("hex");
    return this.versions.push({ key, body, headers, etag, ...(part > 0 && { firstPart: part }) });
  }

  readonly fetch: Fetch = async (address, { method, headers, body }) => {
    if (this.lives-- <= 0) throw new Error("cut");
    const { pathname, searchParams: query } = new URL(address);
    const [, , ...rest] = pathname.split("/");
    const key = decodeURIComponent(rest.join("/"));
    const upload = query.get("uploadId");
    const source =
      this.versions[Number(/versionId=(\d+)$/.exec(headers["x-amz-copy-source"] ?? "")?.[1]) - 1];
    if (method === "HEAD") return this.head(query);
    if (method === "GET") return this.listed(query.get("prefix") ?? "");
    if (method === "POST" && upload === null) return this.begin(key, headers);
    if (method === "POST") return this.end(upload ?? "", String(Buffer.from(body ?? [])));
    if (method === "DELETE") return said(this.uploads.delete(upload ?? "") ? 204 : 404, "");
    if (upload !== null) return this.part(upload, Number(query.get("partNumber")), source, headers);
    return said(
      200,
      this.answers.whole ?? `<CopyObjectResult><ETag>${source?.etag}</ETag></CopyObjectResult>`,
    );
  };

  private head(query: URLSearchParams) {
    const { body, headers, firstPart } = this.versions[Number(query.get("versionId")) - 1] ?? {};
    const length = query.has("partNumber") ? (firstPart ?? body?.length) : body?.length;
    return new Response(null, {
      headers: { ...headers, "content-length": String(length), server: "double" },
    });
  }

  private listed(prefix: string) {
    if (!this.mayList) return said(403, "<Error><Code>AccessDenied</Code></Error>");
    const found = [...this.uploads].filter(([, { key }]) => key.startsWith(prefix));
    const rows = found.map(([id, { key }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`);
    return said(200, `<R>${rows.join("")}<IsTruncated>false</IsTruncated></R>`);
  }

  private begin(key: string, headers: Record<string, string>) {
    const id = `u${this.uploads.size + 1}`;
    this.uploads.set(id, { key, headers, parts: new Map() });
    return said(200, `<R><UploadId>${id}</UploadId></R>`);
  }

  private async part(id: string, number: number, source: Held | undefined, headers: Record<string, string>) {
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    await new Promise((resolve) => setTimeout(resolve, 1));
    this.underWay -= 1;
    const range = headers["x-amz-copy-source-range"] ?? "";
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    const body = Buffer.from(source?.body.subarray(Number(from), Number(to) + 1) ?? []);
    this.ranges.push(range);
    this.uploads.get(id)?.parts.set(number, body);
    const etag = md5(body).toString("hex");
    return said(200, this.answers.part ?? `<CopyPartResult><ETag>"${etag}"</ETag></CopyPartResult>`);
  }

  private end(id: string, text: string) {
    if (this.answers.end !== undefined) return said(200, this.answers.end);
    const upload = this.uploads.get(id);
    if (upload === undefined) return said(404, "<Error><Code>NoSuchUpload</Code></Error>");
    const named = [...text.matchAll(/<PartNumber>(\d+)<\/PartNumber><ETag>"(\w+)"<\/ETag>/g)];
    const pieces = named.map(([, number]) => upload.parts.get(Number(number)) ?? Buffer.alloc(0));
    this.uploads.delete(id);
    const etag = joined(pieces);
    this.versions.push({ key: upload.key, body: Buffer.concat(pieces), headers: upload.headers, etag });
    return said(200, `\n<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`);
  }
}

const md5 = (body: Buffer) => createHash("md5").update(body).digest();
const joined = (pieces: readonly Buffer[]) =>
  `${md5(Buffer.concat(pieces.map(md5))).toString("hex")}-${pieces.length}`;
const cut = (body: Buffer, size: number) =>
  Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
    body.subarray(index * size, (index + 1) * size),
  );
const said = (status: number, text: string) => new Response(status === 204 ? null : text, { status });
