/** The files of a map, as `commune map` writes them and as they are served. */
export type MapFile = "index.html" | "carte.svg" | "carte.js" | "carte.css";

/** Where a commune's map is, below its domain; its other files stand beside it. */
export const mapPath = "/.well-known/commune/carte";

/** Where each file of the map is, below the commune's domain, and what it is. */
export const mapFilesServed: Record<MapFile, { path: string; type: string }> = {
  "index.html": { path: mapPath, type: "text/html; charset=utf-8" },
  "carte.svg": { path: `${mapPath}.svg`, type: "image/svg+xml; charset=utf-8" },
  "carte.js": { path: `${mapPath}.js`, type: "text/javascript; charset=utf-8" },
  "carte.css": { path: `${mapPath}.css`, type: "text/css; charset=utf-8" },
};

/** Where the map is mounted, each file compressed with Brotli. */
export const mapFolder = "/etc/map";

/** Name of a file in that folder. */
export function compressedName(file: MapFile): string {
  return `${file}.br`;
}

/** What the page may load: its own files; Leaflet sets styles on elements through the DOM, which needs no leave. */
export const mapPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
