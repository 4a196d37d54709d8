import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Json } from "../../foundation/manifest/pod-template.ts";
import { toolkitFile } from "../../foundation/toolkit.ts";
import { helmTemplate, kubernetesOfCharts } from "./helm.ts";

/** Folder of the charts of this toolkit. */
export const chartsFolder = toolkitFile("charts");

/** What a chart is rendered with. */
export interface Release {
  /** Name of its folder in `charts/`. */
  chart: string;
  release: string;
  namespace: string;
  values: Json;
}

/** Where texts are kept from one run to the next: a chart and its values give the same text for ever. */
function cacheFolder({ COMMUNE_CACHE, XDG_CACHE_HOME }: NodeJS.ProcessEnv = process.env): string {
  const own = COMMUNE_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), ".cache"), "commune-cloud");
  return join(own, "charts");
}

/** What was seen of a chart (levels/evidence.ts): in its folder, and no part of it. */
export const levelFile = "level.json";

/** What a chart is made of, in one digest: its files and those of the library that it links to. */
export function chartDigest(folder: string): string {
  const hash = createHash("sha256");
  for (const [path, file] of filesOf(folder).filter(([path]) => path !== levelFile))
    hash.update(`\0${path}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

/** Every file below a folder, links followed, in the order of their names. */
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
 * The text that a chart gives for its values. `helm` runs where that is not known yet: once for each chart and values,
 * on this machine. Throws ChartError.
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

/** A cache that cannot be written costs time and nothing else. */
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
