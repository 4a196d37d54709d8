import * as z from "zod";
import { siteSchema } from "../../foundation/site/settings.ts";
import { communeSchema } from "../declaration.ts";
import { communeType, packageName, withFiles, withRepository } from "./surface.ts";

type Json = z.core.JSONSchema.BaseSchema;

/** A type, as Pulumi's schema of a package writes it. */
interface PackageType {
  type?: string;
  $ref?: string;
  items?: PackageType;
  additionalProperties?: PackageType;
  oneOf?: PackageType[];
  plain?: true;
}

type PackageProperty = PackageType & { description?: string; secret?: true };

interface ObjectType {
  type: "object";
  description?: string;
  properties: Record<string, PackageProperty>;
  required: string[];
}

type ObjectTypes = Record<string, ObjectType>;

const isSchema = (value: unknown): value is Json => typeof value === "object" && value !== null;
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const tokenOf = (name: string) => `${packageName}:index:${name}`;

/**
 * Returns the type of a declared value, and adds those of the sections in it to `types`, each named after its path.
 *
 * Values are plain: which resources there are follows from them, so that they cannot be outputs of other resources.
 */
function typeOf(schema: Json, name: string, types: ObjectTypes): PackageType {
  if (schema.$ref !== undefined) return { $ref: "pulumi.json#/Any" };
  if (schema.anyOf) {
    const alternatives = schema.anyOf.map((each) => JSON.stringify(typeOf(each, name, types)));
    const [first, ...others] = [...new Set(alternatives)].map((text): PackageType => JSON.parse(text));
    return others.length > 0 ? { oneOf: [first ?? {}, ...others], plain: true } : (first ?? {});
  }
  if (schema.type === "array" && isSchema(schema.items) && !Array.isArray(schema.items))
    return { type: "array", items: typeOf(schema.items, name, types), plain: true };
  if (schema.properties) {
    if (types[tokenOf(name)]) throw new Error(`Two sections would have the type ${name}.`);
    types[tokenOf(name)] = objectType(schema, name, types);
    return { $ref: `#/types/${tokenOf(name)}`, plain: true };
  }
  if (isSchema(schema.additionalProperties))
    return {
      type: "object",
      additionalProperties: typeOf(schema.additionalProperties, name, types),
      plain: true,
    };
  if (typeof schema.type !== "string" || !["string", "integer", "number", "boolean"].includes(schema.type))
    throw new Error(`The field of ${name} has no type in Pulumi's schema: ${JSON.stringify(schema)}`);
  return { type: schema.type, plain: true };
}

function objectType(schema: Json, name: string, types: ObjectTypes): ObjectType {
  const above = name === "Declaration" ? "" : name;
  const properties = Object.entries(schema.properties ?? {}).flatMap(([field, property]) =>
    isSchema(property)
      ? [[field, { ...typeOf(property, above + capital(field), types), ...described(property) }] as const]
      : [],
  );
  return {
    type: "object",
    ...(schema.description !== undefined && { description: schema.description }),
    properties: Object.fromEntries(properties),
    required: [...(schema.required ?? [])],
  };
}

/** Returns what a field means, its choices and its default: a default of Pulumi's would be written into every SDK. */
function described({ description, enum: choices, default: byDefault }: Json): { description?: string } {
  const sentences = [
    ...(description === undefined ? [] : [description]),
    ...(choices ? [`One of: ${choices.join(", ")}.`] : []),
    ...(["string", "number", "boolean"].includes(typeof byDefault) ? [`When absent: ${byDefault}.`] : []),
  ];
  return sentences.length > 0 ? { description: sentences.join(" ") } : {};
}

/** Returns a schema without some of its fields. */
function without(schema: Json, fields: readonly string[]): Json {
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => !fields.includes(name));
  return { ...schema, properties: Object.fromEntries(properties) };
}

const inputOf = (schema: z.ZodType): Json => z.toJSONSchema(schema, { io: "input" });

/** Returns Pulumi's schema of the package `commune`, without its version: SDKs of all languages are generated from it. */
export function packageSchema(): object {
  const types: ObjectTypes = {
    [tokenOf("Account")]: {
      type: "object",
      description: "An account made at the first start.",
      properties: { user: { type: "string" }, password: { type: "string", secret: true } },
      required: ["user", "password"],
    },
  };
  const declaration = typeOf(without(inputOf(communeSchema), Object.keys(withFiles)), "Declaration", types);
  const site = typeOf(without(inputOf(siteSchema), Object.keys(withRepository)), "Site", types);
  const texts = { type: "object", additionalProperties: { type: "string" } };
  const outputs = {
    addresses: { ...texts, description: "Public addresses, by service." },
    accounts: {
      type: "object",
      additionalProperties: { $ref: `#/types/${tokenOf("Account")}` },
      secret: true,
      description: "First accounts, by service.",
    },
  };
  return {
    name: packageName,
    displayName: "Commune cloud",
    description:
      "The services of a commune on Kubernetes: Nextcloud, Mastodon, PeerTube, with their databases and caches.",
    license: "EUPL-1.2",
    language: Object.fromEntries(
      ["nodejs", "python", "csharp", "java", "go"].map((language) => [
        language,
        { respectSchemaVersion: true },
      ]),
    ),
    resources: {
      [communeType]: {
        isComponent: true,
        description:
          "The services of one commune at one site: everything that its declaration asks for, each service in its own namespace. The resource is named after the commune's id.",
        inputProperties: {
          declaration: {
            ...declaration,
            description:
              "The fields of commune.yaml (docs/declaration.md), except the sections that read other files.",
          },
          site: { ...site, description: "What differs between clusters (docs/site.md)." },
          given: {
            ...texts,
            secret: true,
            description:
              "Secrets that somebody else gave, by name: a relay's password, keys of a store. They are read only if declared.",
          },
        },
        requiredInputs: ["declaration"],
        properties: outputs,
        required: Object.keys(outputs),
      },
    },
    types: Object.fromEntries(Object.entries(types).sort(([one], [other]) => one.localeCompare(other, "en"))),
  };
}
