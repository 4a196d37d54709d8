import type { Question } from "./manifest.ts";
import type { Wanted } from "./wanted.ts";

const secret = {
  secret: { type: "string", pattern: "^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$" },
  key: { type: "string", pattern: "^[a-z][a-z0-9.-]*$" },
} as const;

const closed = (properties: Record<string, object>) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});

/** The closed schema of a drafted chart's values: another value is an error, as in every chart. */
export function schemaOf({ storage, database, hasAdmin, settings }: Wanted): object {
  const own = {
    host: { type: "string", minLength: 3, pattern: "^[a-z0-9.-]+$" },
    title: { type: "string", minLength: 1, maxLength: 100 },
    access: { enum: ["public", "members", "admins"] },
    image: { type: "string", minLength: 1 },
    frontImage: { type: "string", minLength: 1 },
    ...(storage === undefined ? {} : { storage: { type: "string", pattern: "^[1-9][0-9]*(Mi|Gi|Ti)$" } }),
    ...(database === undefined
      ? {}
      : {
          database: closed({
            host: { type: "string", minLength: 1 },
            name: { type: "string", pattern: "^[a-z][a-z0-9_]*$" },
            ...secret,
          }),
        }),
    ...(hasAdmin
      ? {
          admin: closed({
            user: { type: "string", pattern: "^[a-z][a-z0-9-]*$" },
            mail: { type: "string", pattern: "^[^\\s:@]+@[^\\s:@]+$" },
            ...secret,
          }),
        }
      : {}),
    ...Object.fromEntries(Object.entries(settings).map(([key, asked]) => [key, typeOf(asked)])),
  };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...closed(own),
    properties: {
      // Helm adds these two.
      global: { type: "object" },
      app: { type: "object" },
      ...own,
      expose: {
        type: "object",
        additionalProperties: false,
        properties: {
          className: { type: "string" },
          annotations: { type: "object", additionalProperties: { type: "string" } },
          secretName: { type: "string" },
        },
      },
    },
  };
}

function typeOf({ type, choices }: Question): object {
  if (choices !== undefined) return { enum: Array.isArray(choices) ? choices : Object.keys(choices) };
  if (type === "boolean") return { type: "boolean" };
  if (type === "number" || type === "range") return { type: "number" };
  return { type: "string", maxLength: 500 };
}
