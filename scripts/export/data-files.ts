import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import type { PointManifest } from "../../components/recovery/points/manifest.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";

/** A service and the restore point that leaves with it. */
export interface Leaving {
  points: PointsPlan;
  /** Name that people read. */
  title: string;
  manifest: PointManifest;
}

/** A file of data: which part of the point it is. */
export interface DataFile {
  path: string;
  /** Its place in the manifest. */
  part: number;
  /** Size of the content, bytes. */
  bytes: number;
  content: { kind: "files"; volume: string; files: number } | { kind: "dump"; database: string };
}

/** The files of data of a service: objects in a bucket stay there. Throws for a point whose rows are in no dump. */
export function dataFiles({ manifest }: Pick<Leaving, "manifest">): DataFile[] {
  const folder = `donnees/${manifest.service}`;
  return manifest.parts.flatMap((part, index): DataFile[] => {
    const { kind } = part;
    if (kind === "bucket") return [];
    if (kind === "log")
      throw new TranslatedError({
        en: `${pointId(manifest)} of ${manifest.service} has its rows in a log only`,
        fr: `${pointId(manifest)} de ${manifest.service} n’a sa base que dans un journal`,
      });
    const of = { part: index, bytes: part.bytes };
    if (kind === "dump")
      return [{ ...of, path: `${folder}/${part.database}.dump`, content: { kind, database: part.database } }];
    const content = { kind, volume: part.volume, files: part.files };
    return [{ ...of, path: `${folder}/${part.volume}.tar`, content }];
  });
}
