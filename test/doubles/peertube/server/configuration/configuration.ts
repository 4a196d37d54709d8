import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { layersOf, mappingOf, type Sources, valuesOf } from "./chain.ts";
import { unreadNames } from "./environment.ts";
import { ConfigurationError, type Layer } from "./layer.ts";
import { refusal, unknownKeys } from "./refusals.ts";
import { type Settings, settingsOf } from "./settings.ts";
import type { Values } from "./values.ts";

/** A configuration that was read and that the server starts with. */
export interface Configuration {
  values: Values;
  settings: Settings;
  /** Values of default.yaml alone: the keys that exist. */
  defaults: Values;
  /** File that `PUT /api/v1/config/custom` writes. */
  customFile: string;
  origins: string[];
}

/** The files of this machine and the environment of this process. */
export function processSources(environment = process.env): Sources {
  const folders = environment.NODE_CONFIG_DIR ?? "/app/config:/app/support/docker/production/config:/config";
  return {
    folders: folders.split(":").filter(Boolean),
    environment,
    list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
    read: (path) => readFileSync(path, "utf8"),
  };
}

function defaultsOf(layers: Layer[]): Values {
  return valuesOf(layers.filter(({ origin }) => /\/default\.[a-z]+$/.test(origin)));
}

/**
 * The configuration, checked. Throws ConfigurationError for what the real server refuses, and for two things
 * that it passes over in silence: a key that it does not know, and a variable that its image does not read.
 */
export function configurationFrom(sources: Sources): Configuration {
  const layers = layersOf(sources);
  const defaults = defaultsOf(layers);
  const unknown = unknownKeys(defaults, layers)[0];
  if (unknown) {
    throw new ConfigurationError(
      `${unknown.origin}: there is no configuration key ${unknown.path}. PeerTube ignores it, this double refuses it`,
    );
  }
  const unread = unreadNames(mappingOf(sources), sources.environment)[0];
  if (unread) {
    throw new ConfigurationError(
      `the environment variable ${unread} sets no key. PeerTube ignores it, this double refuses it`,
    );
  }
  const values = valuesOf(layers);
  const reason = refusal(values);
  if (reason) throw new ConfigurationError(reason);
  const folder = sources.environment.PEERTUBE_LOCAL_CONFIG ?? sources.folders.at(-1) ?? "/config";
  return {
    values,
    settings: settingsOf(values),
    defaults,
    customFile: join(folder, `local-${sources.environment.NODE_ENV ?? "development"}.json`),
    origins: layers.map(({ origin }) => origin),
  };
}
