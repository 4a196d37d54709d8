import { readFileSync } from "node:fs";
import { everyImage } from "../../components/commune/images.ts";
import { catalogued } from "../../components/foundation/image/catalogue.ts";
import { type ImageLock, lockText } from "../../components/foundation/image/lock.ts";
import { parseReference } from "../../components/foundation/image/reference.ts";
import type { Cluster } from "../../local/cluster/index.ts";

/**
 * A lock that names the images which the local cluster has, for a stack whose data is protected: what `commune pin`
 * reads from registries, there are none of here.
 */
export function localLock({ layout }: Cluster): string {
  const imported = JSON.parse(readFileSync(layout.imported, "utf8")) as Record<string, string>;
  const lock: ImageLock = Object.fromEntries(
    Object.entries(imported).flatMap(([reference, digest]) => {
      const image = catalogued(reference, everyImage);
      if (image === undefined || parseReference(reference).digest !== undefined) return [];
      const { licence, source } = image;
      const platforms = { "linux/amd64": digest };
      return [[reference, { digest, platforms, read: "2026-11-26", from: "this cluster", licence, source }]];
    }),
  );
  return lockText(lock);
}
