import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import {
  compressedName,
  type MapFile,
  mapFilesServed,
  mapPolicy,
} from "../../components/places/map/published.ts";

/** A file of the commune's map or of its own pages, ready to be sent. */
export interface ServedFile {
  type: string;
  /** Policy for what it may load, if it differs from that of every page. */
  policy?: string;
  /** Content, compressed with Brotli. */
  compressed: Buffer;
  /** Content without compression, once somebody has asked for it: made for each request, it would fill the memory. */
  plain?: Buffer;
}

/** The files of the map by the path that they are served at; none if the commune has no map. */
export function readMap(folder: string): ReadonlyMap<string, ServedFile> {
  const files = Object.entries(mapFilesServed) as [MapFile, { path: string; type: string }][];
  return new Map(
    files.flatMap(([name, { path, type }]): [string, ServedFile][] => {
      const file = join(folder, compressedName(name));
      return existsSync(file) ? [[path, { type, policy: mapPolicy, compressed: readFileSync(file) }]] : [];
    }),
  );
}

/** Body and headers of a file for a client that accepts these encodings. */
export function encoded(file: ServedFile, accepted = ""): { body: Buffer; headers: Record<string, string> } {
  const { type, policy, compressed } = file;
  const common = {
    "content-type": type,
    vary: "accept-encoding",
    ...(policy !== undefined && { "content-security-policy": policy }),
  };
  // Browsers ask for Brotli over HTTPS; what does not is given the text.
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(accepted)) {
    return { body: compressed, headers: { ...common, "content-encoding": "br" } };
  }
  file.plain ??= brotliDecompressSync(compressed);
  return { body: file.plain, headers: common };
}
