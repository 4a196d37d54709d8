import { join } from "node:path";
import type { Writable } from "node:stream";
import type { PointManifest, PointPart } from "../../components/recovery/points/manifest.ts";
import { found, resticAt } from "./found.ts";
import type { Summed } from "./restic.ts";
import type { Surroundings } from "./surroundings.ts";

/** A part of a point, by its place in the manifest, and the vault that it is read from. */
export interface Asked {
  sequence: number;
  part: number;
  host: string;
}

/**
 * Writes one part of a point in a form that anybody can read: files of a volume as a tar archive, below `volumes/<its
 * name>/`, rows as `pg_dump` made them. Throws before the first byte if the vault does not have all of it.
 *
 * @returns what was written, in bytes, with its SHA-256.
 */
export async function leavePart(
  { sequence, part: index, host }: Asked,
  around: Surroundings,
  out: Writable,
): Promise<Summed> {
  const part = partOf((await found(sequence, around)).manifest, index);
  const restic = resticAt(host, part, around);
  const there = await restic.readBack(part.snapshot);
  if (there.bytes !== part.bytes) {
    throw new Error(`${host} has ${there.bytes} bytes of ${part.bytes} of part ${index}`);
  }
  if (part.kind === "dump")
    return restic.stream(["dump", "--no-lock", part.snapshot, `${part.database}.dump`], out);
  const root = join(around.folders.volumes, part.volume);
  return restic.stream(["dump", "--no-lock", "--archive", "tar", part.snapshot, root], out);
}

function partOf(
  { parts, sequence }: PointManifest,
  index: number,
): Extract<PointPart, { kind: "files" | "dump" }> {
  const part = parts[index];
  if (part?.kind === "files" || part?.kind === "dump") return part;
  throw new Error(`point ${sequence} has no part ${index} that can be written as a file`);
}
