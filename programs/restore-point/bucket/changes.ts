import { BucketError, type Version } from "../../../components/recovery/vault/bucket/client.ts";
import {
  abort,
  type CopySizes,
  copyInParts,
  uploadsOf,
} from "../../../components/recovery/vault/bucket/parts.ts";
import type { Changes } from "./difference.ts";
import type { Bucket } from "./versions.ts";

/** Returns the ways of changing a bucket's objects. What one request does not copy is copied in parts, an object after the other. */
export function changesOf({ client }: Bucket, sizes: CopySizes): Changes {
  let large = Promise.resolve();
  return {
    copy({ version: id, ...entry }) {
      if (entry.bytes <= sizes.request) return client.copy(entry.key, id);
      // After one that failed, the next ones fail unasked.
      large = large.then(() => copyInParts(client, { ...entry, id }, sizes));
      return large;
    },
    delete: (key) => client.delete(key),
  };
}

/**
 * Removes what copies in parts have left when a run of before was cut: uploads of objects that have a version which is copied
 * in parts. Nobody else writes such objects meanwhile. A store that does not let these keys ask keeps them, which is said.
 */
export async function removeUploads(
  { client, bucket, prefix }: Bucket,
  versions: AsyncIterable<Version>,
  { sizes, say }: { sizes: CopySizes; say: (line: string) => void },
): Promise<void> {
  const large = new Set<string>();
  for await (const { key, bytes } of versions) if (bytes > sizes.request) large.add(key);
  if (large.size === 0) return;
  try {
    for (const upload of await uploadsOf(client, prefix))
      if (large.has(upload.key)) await abort(client, upload);
  } catch (error) {
    if (!(error instanceof BucketError)) throw error;
    say(
      `${bucket}: if a run was cut while it copied a large object, parts of it stay there and are paid for: ${error.message}. Give the keys ListBucketMultipartUploads and AbortMultipartUpload, or remove unfinished uploads at the store`,
    );
  }
}
