import { ConfigurationError } from "./layer.ts";
import { editablePaths } from "./settings.ts";
import { at, isSection, leaves, merged, nested, type Values } from "./values.ts";

/** Words that the API writes in capitals. */
const capitals: Record<string, string> = { is_nsfw: "isNSFW", default_nsfw_policy: "defaultNSFWPolicy" };

/** A key as the API spells it. */
function camelCase(key: string): string {
  return capitals[key] ?? key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** A key of the API as the configuration spells it. */
function snakeCase(key: string): string {
  const known = Object.entries(capitals).find(([, spelled]) => spelled === key)?.[0];
  if (known) return known;
  return /^\d+p$/.test(key) ? key : key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function renamed(values: Values, rename: (key: string) => string): Values {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      rename(key),
      isSection(value) ? renamed(value, rename) : value,
    ]),
  );
}

/** Answer to `GET /api/v1/config/custom`: the editable keys with their values now. */
export function customConfig(defaults: Values, values: Values): Values {
  const sections = editablePaths(defaults).map((path) => nested(path, at(values, path) ?? null));
  return renamed(sections.reduce(merged, {}), camelCase);
}

/**
 * Returns what `PUT /api/v1/config/custom` writes into local-production.json. Throws ConfigurationError if a key of
 * `GET` is missing: the whole is replaced, never a part.
 */
export function customFile(defaults: Values, body: unknown): Values {
  if (!isSection(body)) throw new ConfigurationError("the body should be the whole configuration");
  const values = renamed(body, snakeCase);
  const editable = new Set(editablePaths(defaults));
  const missing = [...editable].find((path) => at(values, path) === undefined);
  if (missing) {
    throw new ConfigurationError(
      `${missing.split(".").map(camelCase).join(".")} is missing: send all keys of GET`,
    );
  }
  const kept = leaves(values).filter(
    ([path]) => editable.has(path) || [...editable].some((each) => path.startsWith(`${each}.`)),
  );
  return kept.map(([path, value]) => nested(path, value)).reduce(merged, {});
}
