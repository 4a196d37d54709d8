/** The files of a map, as `commune map` writes them and as they are served. */
export type MapFile = "index.html" | "carte.svg" | "carte.js" | "carte.css";

/** Path of a commune's map, below its domain; its other files stand beside it. */
export const mapPath = "/.well-known/commune/carte";

/** Path of each file of the map, below the commune's domain, and its media type. */
export const mapFilesServed: Record<MapFile, { path: string; type: string }> = {
  "index.html": { path: mapPath, type: "text/html; charset=utf-8" },
  "carte.svg": { path: `${mapPath}.svg`, type: "image/svg+xml; charset=utf-8" },
  "carte.js": { path: `${mapPath}.js`, type: "text/javascript; charset=utf-8" },
  "carte.css": { path: `${mapPath}.css`, type: "text/css; charset=utf-8" },
};

/** Mount path of the map, each file compressed with Brotli. */
export const mapFolder = "/etc/map";

/** Name of a file in that folder. */
export function compressedName(file: MapFile): string {
  return `${file}.br`;
}

/**
 * Content security policy of the page: it loads its own files. Leaflet sets styles on elements through the DOM, which
 * needs no permission.
 */
export const mapPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
