import type { BucketClient } from "../../../components/recovery/vault/bucket/client.ts";
import { digestOf } from "./uploads.ts";

/** Orphans: rows without objects by their keys, and objects without rows by the digests of their bytes. */
export interface Orphans {
  rows: string[];
  objects: string[];
}

/** Compares the keys that rows name with the objects below a prefix of a bucket. */
export async function orphansIn(
  client: BucketClient,
  prefix: string,
  rows: readonly string[],
): Promise<Orphans> {
  const keys = [...(await client.list(prefix)).keys.keys()];
  const alone = keys.filter((each) => !rows.includes(each));
  const bytes = await Promise.all(alone.map((each) => client.get(each)));
  return {
    rows: rows.filter((each) => !keys.includes(each)),
    objects: bytes.map((each) => digestOf(each ?? Buffer.alloc(0))),
  };
}
