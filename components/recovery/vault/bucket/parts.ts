import { several } from "../../../foundation/program/several.ts";
import { type BucketClient, BucketError, type Version } from "./client.ts";
import { all, readXml, textAt } from "./xml.ts";

/** Sizes of copies inside a store, bytes. */
export interface CopySizes {
  /** Largest object, and largest part, that one request copies. */
  request: number;
  /** Parts of a larger object, if it did not come in parts. */
  part: number;
}

/** Sizes that S3's API allows, and parts that a slow store copies in a minute or two. Source: Amazon S3's API, CopyObject. */
export const copySizes: CopySizes = { request: 5 * 1024 ** 3, part: 512 * 1024 ** 2 };

/** Most parts of an object. Source: Amazon S3's "multipart upload limits". */
const mostParts = 10_000;

/** Parts of an object that are copied at a time. */
const atOnce = 4;

/** An object that comes in parts and is not whole yet: it is paid for, and no list of objects has it. */
export interface Upload {
  key: string;
  id: string;
}

/**
 * Makes a version of an object its newest, by copying it in parts. One that came in parts itself is copied in the same ones, so
 * that its ETag stays. A failure leaves nothing behind, a run that is cut an {@link Upload}.
 */
export async function copyInParts(
  client: BucketClient,
  version: Pick<Version, "key" | "id" | "etag" | "bytes">,
  sizes: CopySizes,
): Promise<void> {
  const { key, id, bytes } = version;
  const size = await partSize(client, version, sizes);
  const headers = await keptHeaders(client, version);
  const upload = await begun(client, key, headers);
  try {
    const etags: string[] = [];
    await several(rangesOf(bytes, size), atOnce, async ({ number, range }) => {
      const copied = await client.made({
        ...{ method: "PUT", key, query: { partNumber: String(number), uploadId: upload.id } },
        headers: { ...client.sourceOf(key, id), "x-amz-copy-source-range": range },
      });
      etags[number - 1] = copied.etag;
    });
    const parts = etags.map(
      (etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`,
    );
    await client.made({
      ...{ method: "POST", key, query: { uploadId: upload.id } },
      body: Buffer.from(`<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`),
    });
  } catch (error) {
    // What went wrong first is worth more than that the upload stays too: a later run removes it.
    await abort(client, upload).catch(() => undefined);
    throw error;
  }
}

/** Returns the uploads of objects below a prefix that are not whole yet. Throws with 403 if the keys may not ask. */
export async function uploadsOf(client: BucketClient, prefix: string): Promise<Upload[]> {
  const found: Upload[] = [];
  let next: Record<string, string> | undefined = {};
  while (next !== undefined) {
    const answer = readXml(await (await client.ask({ query: { uploads: "", prefix, ...next } })).text());
    for (const each of all(answer, "Upload"))
      found.push({ key: textAt(each, "Key") ?? "", id: textAt(each, "UploadId") ?? "" });
    const key = textAt(answer, "NextKeyMarker");
    const id = textAt(answer, "NextUploadIdMarker");
    const isMore = textAt(answer, "IsTruncated") === "true" && key;
    next = isMore ? { "key-marker": key, ...(id && { "upload-id-marker": id }) } : undefined;
  }
  return found;
}

/** Removes what there is of an object that is not whole yet. */
export async function abort(client: BucketClient, { key, id }: Upload): Promise<void> {
  try {
    await client.ask({ method: "DELETE", key, query: { uploadId: id } });
  } catch (error) {
    if (!(error instanceof BucketError && error.status === 404)) throw error;
  }
}

async function begun(client: BucketClient, key: string, headers: Record<string, string>): Promise<Upload> {
  const answer = await client.ask({ method: "POST", key, query: { uploads: "" }, headers });
  const id = textAt(readXml(await answer.text()), "UploadId");
  if (!id) throw new Error(`the store began to take ${key} in parts, and did not say under which name`);
  return { key, id };
}

/** Headers of an object that a copy in one piece keeps, beside its own `x-amz-meta-…`. */
const kept = new Set([
  ...["content-type", "cache-control", "content-disposition", "content-encoding", "content-language"],
  ...["expires", "x-amz-website-redirect-location"],
]);

async function keptHeaders(
  client: BucketClient,
  { key, id }: Pick<Version, "key" | "id">,
): Promise<Record<string, string>> {
  const { headers } = await client.ask({ method: "HEAD", key, query: { versionId: id } });
  return Object.fromEntries(
    [...headers].filter(([name]) => kept.has(name) || name.startsWith("x-amz-meta-")),
  );
}

/** Returns the size of the parts that an object came in, if they were all of one; otherwise the one that is asked for, or more if that were too many. */
async function partSize(
  client: BucketClient,
  { key, id, etag, bytes }: Pick<Version, "key" | "id" | "etag" | "bytes">,
  { request, part }: CopySizes,
): Promise<number> {
  // An ETag of parts ends with their number.
  const count = Number(/-(\d+)"?$/.exec(etag)?.[1] ?? 0);
  const first = count === 0 ? 0 : await firstPartOf(client, key, id);
  const isAsItCame = first > 0 && first <= request && Math.ceil(bytes / first) === count;
  return isAsItCame ? first : Math.max(part, Math.ceil(bytes / mostParts));
}

/** Returns the size of the first part that an object came in; 0 if the store does not tell. */
async function firstPartOf(client: BucketClient, key: string, version: string): Promise<number> {
  try {
    const query = { versionId: version, partNumber: "1" };
    const { headers } = await client.ask({ method: "HEAD", key, query });
    return Number(headers.get("content-length") ?? 0);
  } catch (error) {
    if (error instanceof BucketError) return 0;
    throw error;
  }
}

function* rangesOf(bytes: number, size: number): Generator<{ number: number; range: string }> {
  for (let start = 0, number = 1; start < bytes; start += size, number += 1)
    yield { number, range: `bytes=${start}-${Math.min(start + size, bytes) - 1}` };
}
