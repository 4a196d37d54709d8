import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import * as z from "zod";

/** A schema as CRDs have it: the words that say what an object must be. */
export interface Schema {
  type?: string;
  format?: string;
  enum?: string[];
  minimum?: number;
  pattern?: string;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  "x-kubernetes-int-or-string"?: boolean;
}

const said = ["type", "format", "enum", "minimum", "pattern", "x-kubernetes-int-or-string"] as const;

/** A kind as upstream declares it, and where that stands. */
const taken = z.object({
  repository: z.string(),
  tag: z.string(),
  path: z.string(),
  /** Digest of the whole file. */
  sha256: z.string(),
  licence: z.string(),
  group: z.string(),
  version: z.string(),
  kind: z.string(),
  plural: z.string(),
  spec: z.custom<Schema>((value) => typeof value === "object" && value !== null),
});

/**
 * Returns the part of a schema that an object uses: of each field there is, what upstream says of it, and which fields it
 * requires beside. A field that upstream does not know is missing.
 */
export function usedOf(schema: Schema, value: unknown): Schema {
  const own: Schema = Object.fromEntries(
    said.flatMap((word) => (schema[word] === undefined ? [] : [[word, schema[word]]])),
  );
  if (Array.isArray(value)) {
    const { items } = schema;
    const [first]: unknown[] = value;
    return { ...own, ...(items && { items: usedOf(items, first) }) };
  }
  if (typeof value !== "object" || value === null) return own;
  const { properties = {}, additionalProperties: more, required } = schema;
  if (more !== undefined)
    return {
      ...own,
      additionalProperties: typeof more === "boolean" ? more : usedOf(more, Object.values(value)[0]),
    };
  const used = Object.entries(value).flatMap(([name, inner]) => {
    const known = properties[name];
    return known === undefined ? [] : [[name, usedOf(known, inner)] as const];
  });
  return { ...own, ...(required && { required }), properties: Object.fromEntries(used) };
}

/** Schema of an object that has no other fields: of those that upstream has, only some are in it. */
function closed({ format: _, "x-kubernetes-int-or-string": isEither, ...schema }: Schema): object {
  const { properties, additionalProperties: more, items } = schema;
  return {
    ...schema,
    ...(isEither && { type: ["integer", "string"] }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, closed(each)])),
      additionalProperties: false,
    }),
    ...(typeof more === "object" && { additionalProperties: closed(more) }),
    ...(items && { items: closed(items) }),
  };
}

const file = join(import.meta.dirname, "clusters.json");

/** Upstream's word on the fields that the toolkit writes of a cluster of PostgreSQL servers. */
export const clusters = taken.parse(JSON.parse(readFileSync(file, "utf8")));

/** Returns what upstream would not take of a cluster's spec, each with its path. */
export function wrongIn(spec: unknown): string[] {
  const validate = new Ajv({ allErrors: true, strict: false }).compile(closed(clusters.spec));
  validate(spec);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
