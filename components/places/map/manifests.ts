import type { ConfigMap, Metadata } from "../../foundation/manifest/manifest.ts";
import { brotli } from "../../foundation/page/brotli.ts";
import { mapFiles } from "./page.ts";
import type { MapPlan } from "./plan.ts";
import { compressedName, type MapFile, mapFilesServed, mapFolder } from "./published.ts";

/**
 * The map in a ConfigMap, compressed: a large commune's would not fit else. Brotli, whose bytes are the same on every
 * processor, so that nothing changes because somebody else runs the update.
 */
export function mapConfigMap(metadata: Metadata, map: MapPlan): ConfigMap {
  const files = Object.entries(mapFiles(map)) as [MapFile, string][];
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata,
    data: {},
    binaryData: Object.fromEntries(
      files.map(([file, text]) => [compressedName(file), brotli(text).toString("base64")]),
    ),
  };
}

/** A map, as far as who serves it needs to know: the paths of its files, and where they are found. */
export function servedMap(map: MapPlan) {
  return {
    paths: Object.values(mapFilesServed).map(({ path }) => path),
    folder: mapFolder,
    configMap: (metadata: Metadata) => mapConfigMap(metadata, map),
  };
}
