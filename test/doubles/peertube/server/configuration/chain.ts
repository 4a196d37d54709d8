import { join } from "node:path";
import { load } from "js-yaml";
import { fromEnvironment } from "./environment.ts";
import { ConfigurationError, type Layer } from "./layer.ts";
import { isSection, merged, type Values } from "./values.ts";

/** Sources of a configuration: folders in the order of `NODE_CONFIG_DIR`, and the environment. */
export interface Sources {
  folders: string[];
  environment: Record<string, string | undefined>;
  /** Names of the files in a folder; nothing for one that is not there. */
  list: (folder: string) => string[];
  read: (path: string) => string;
}

/**
 * The base names in their order, and the endings in theirs: node-config sorts by base name first, so a file
 * of the first folder can win over one of the last. Source: node-config's documentation of its file order.
 */
function fileOrder(environment: Sources["environment"]): string[] {
  const deployment = environment.NODE_ENV ?? "development";
  const bases = ["default", deployment, "local", `local-${deployment}`];
  return bases.flatMap(named);
}

function parsed(path: string, read: Sources["read"]): Values {
  let values: unknown;
  try {
    values = path.endsWith(".json") ? JSON.parse(read(path)) : load(read(path));
  } catch (error) {
    throw new ConfigurationError(`Cannot parse config file ${path}: ${String(error)}`);
  }
  if (values === null || values === undefined) return {};
  if (!isSection(values)) throw new ConfigurationError(`Config file ${path} is not a list of keys`);
  return values;
}

function files(names: string[], { folders, list, read }: Sources): Layer[] {
  return names.flatMap((name) =>
    folders
      .filter((folder) => list(folder).includes(name))
      .map((folder) => ({ origin: join(folder, name), values: parsed(join(folder, name), read) })),
  );
}

/**
 * Every layer of the configuration, weakest first: default, production, local, local-production, the JSON in
 * `NODE_CONFIG`, and last the environment variables that a `custom-environment-variables` file maps to keys,
 * which therefore win over what the web interface saved. Throws ConfigurationError.
 */
export function layersOf(sources: Sources): Layer[] {
  const { environment } = sources;
  const layers = files(fileOrder(environment), sources);
  if (environment.NODE_CONFIG) {
    layers.push({
      origin: "NODE_CONFIG",
      values: parsed("NODE_CONFIG.json", () => environment.NODE_CONFIG ?? ""),
    });
  }
  return [...layers, ...fromEnvironment(mappingOf(sources), environment)];
}

/** The `custom-environment-variables` files of every folder, as one. Throws ConfigurationError. */
export function mappingOf(sources: Sources): Values {
  return valuesOf(files(named("custom-environment-variables"), sources));
}

function named(base: string): string[] {
  return ["json", "yaml", "yml"].map((ending) => `${base}.${ending}`);
}

/** The configuration that the layers come to. */
export function valuesOf(layers: Layer[]): Values {
  return layers.reduce<Values>((all, { values }) => merged(all, values), {});
}
