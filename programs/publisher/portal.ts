import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type HomePortal, type PortalIndex, portalIndex } from "../../components/portal/published.ts";
import type { ServedFile } from "./files.ts";

/** The commune's own pages, and what its first page shows of them. */
export interface Portal {
  files: ReadonlyMap<string, ServedFile>;
  home: HomePortal;
}

/** Policy of a drawing that is opened as a document of its own: it runs nothing and loads nothing. */
const drawingPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/** Reads the pages; undefined if the commune has none. */
export function readPortal(folder: string): Portal | undefined {
  const index = join(folder, portalIndex);
  if (!existsSync(index)) return undefined;
  const { files, home } = JSON.parse(readFileSync(index, "utf8")) as PortalIndex;
  return {
    home,
    files: new Map(
      files.map(({ path, type, file }) => [
        path,
        {
          type,
          compressed: readFileSync(join(folder, file)),
          ...(type.startsWith("image/") && { policy: drawingPolicy }),
        },
      ]),
    ),
  };
}
