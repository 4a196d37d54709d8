import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../foundation/manifest/pod-template.ts";
import { toolkitFile } from "../../foundation/toolkit.ts";
import { helmTemplate, kubernetesOfCharts } from "./helm.ts";

/** Folder of the charts of this toolkit. */
export const chartsFolder = toolkitFile("charts");

/** Inputs for rendering a chart. */
export interface Release {
  /** Name of its folder in `charts/`. */
  chart: string;
  release: string;
  namespace: string;
  values: Json;
}

/**
 * Returns the folder in which rendered texts are kept between runs: a chart with its values always renders to the same
 * text.
 */
function cacheFolder({ COMMUNE_CACHE, XDG_CACHE_HOME }: NodeJS.ProcessEnv = process.env): string {
  const own = COMMUNE_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "commune-cloud");
  return join(own, "charts");
}

/** Evidence about a chart (levels/evidence.ts): it lies in the chart's folder and is no part of the chart. */
export const levelFile = "level.json";

/** Returns the digest of a chart: of its files and those of the library that it links to. */
export function chartDigest(folder: string): string {
  const hash = createHash("sha256");
  for (const [path, file] of filesOf(folder).filter(([path]) => path !== levelFile))
    hash.update(`\0${path}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

/** Returns every file below a folder, in the order of their names; links are followed. */
function filesOf(folder: string, prefix = ""): [path: string, file: string][] {
  return readdirSync(folder)
    .sort()
    .flatMap((name): [string, string][] => {
      const [file, path] = [join(folder, name), join(prefix, name)];
      return statSync(file).isDirectory() ? filesOf(file, path) : [[path, file]];
    });
}

const digests = new Map<string, string>();
const rendered = new Map<string, string>();

/**
 * Renders a chart with its values. `helm` runs only if the result is not cached: once for each chart and values, on
 * this machine. Throws ChartError.
 */
export function renderChart({ chart, release, namespace, values }: Release, charts = chartsFolder): string {
  const folder = join(charts, chart);
  const digest = digests.get(folder) ?? chartDigest(folder);
  digests.set(folder, digest);
  const rendering = { folder, release, namespace, values: JSON.stringify(values) };
  const key = createHash("sha256")
    .update(JSON.stringify([digest, release, namespace, rendering.values, kubernetesOfCharts]))
    .digest("hex");
  const text = rendered.get(key) ?? kept(key) ?? keep(key, helmTemplate(rendering));
  rendered.set(key, text);
  return text;
}

function kept(key: string): string | undefined {
  try {
    return readFileSync(join(cacheFolder(), key), "utf8");
  } catch {
    return undefined;
  }
}

/** Stores a text in the cache. A failure to write only costs time. */
function keep(key: string, text: string): string {
  const folder = cacheFolder();
  const file = join(folder, key);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${file}.${process.pid}`, text, { mode: 0o600 });
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    return text;
  }
  return text;
}
