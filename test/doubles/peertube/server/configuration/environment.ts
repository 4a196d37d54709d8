import { ConfigurationError, type Layer } from "./layer.ts";
import { isSection, nested, type Values } from "./values.ts";

/** An environment variable that sets a key, and how its text is read. */
export interface Mapped {
  name: string;
  path: string;
  format: string;
}

/** Every variable of a `custom-environment-variables` file, in its order. */
export function mappedNames(mapping: Values, above = ""): Mapped[] {
  return Object.entries(mapping).flatMap(([key, value]) => {
    const path = above ? `${above}.${key}` : key;
    if (typeof value === "string") return [{ name: value, path, format: "string" }];
    if (!isSection(value)) return [];
    if (typeof value.__name !== "string") return mappedNames(value, path);
    return [{ name: value.__name, path, format: String(value.__format ?? "string") }];
  });
}

function read({ name, format }: Mapped, text: string): unknown {
  if (format !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigurationError(`__format parser error in ${name}: its value is not JSON`);
  }
}

/** One layer for each mapped variable that is set; an empty one sets nothing. Throws ConfigurationError. */
export function fromEnvironment(mapping: Values, environment: Record<string, string | undefined>): Layer[] {
  return mappedNames(mapping).flatMap((mapped) => {
    const text = environment[mapped.name];
    if (text === undefined || text === "") return [];
    return [{ origin: mapped.name, values: nested(mapped.path, read(mapped, text)) }];
  });
}

/** Variables that the image or its entry point reads without the mapping. */
const direct = ["PEERTUBE_LOCAL_CONFIG", "PEERTUBE_UID", "PEERTUBE_GID"];

/** Variables that Kubernetes sets for a Service that is called peertube-something. */
const serviceLink = /_SERVICE_(HOST|PORT(_\w+)?)$|_PORT(_\d+_(TCP|UDP)(_\w+)?)?$/;

/** Variables that look like PeerTube's and that its image does not read. */
export function unreadNames(mapping: Values, environment: Record<string, string | undefined>): string[] {
  const known = new Set([...direct, ...mappedNames(mapping).map(({ name }) => name)]);
  return Object.keys(environment)
    .filter((name) => name.startsWith("PEERTUBE_") && !known.has(name))
    .filter((name) => !(serviceLink.test(name) && /^tcp:|^udp:|^[\d.:]+$/.test(environment[name] ?? "")));
}
