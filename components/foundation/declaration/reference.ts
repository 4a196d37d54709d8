import * as z from "zod";

const begin = "<!-- The rest is written by `npx commune schema`. -->";

type Json = z.core.JSONSchema.BaseSchema;

/** The JSON Schema that editors use to complete and check a declaration while it is written. */
export function editorSchema(schema: z.ZodType, title: string): Json {
  return { ...z.toJSONSchema(schema, { io: "input" }), title };
}

/** One field of a declaration, as the reference shows it. */
interface Field {
  path: string;
  kind: string;
  byDefault: string;
  meaning: string;
}

/** One table of the reference: the fields of a declaration's top level or of one of its sections. */
interface Table {
  path: string;
  meaning: string;
  fields: Field[];
}

function isSchema(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}

function byDefault(schema: Json, required: boolean): string {
  if (required) return "**required**";
  if (schema.default === undefined) return "absent";
  return `\`${typeof schema.default === "string" ? schema.default : JSON.stringify(schema.default)}\``;
}

/** The tables of a section, its own first, if it has fields. What is named freely shows as `<name>`. */
function tables(schema: Json, path: string): Table[] {
  const fields: Field[] = [];
  const below: Table[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (!isSchema(property)) continue;
    const inner = path === "" ? name : `${path}.${name}`;
    const named = property.additionalProperties;
    if (property.properties) below.push(...tables(property, inner));
    else if (isSchema(named) && named.properties) below.push(...tables(named, `${inner}.<name>`));
    fields.push({
      path: inner,
      kind: property.properties ? "section" : (property.title ?? String(property.type ?? "see the example")),
      byDefault: byDefault(property, schema.required?.includes(name) ?? false),
      meaning: property.description ?? "",
    });
  }
  return fields.length === 0 ? below : [{ path, meaning: schema.description ?? "", fields }, ...below];
}

/**
 * The reference of a declaration in Markdown: one table per section, one line per field. `title` heads the
 * table of the fields that stand in no section.
 */
export function reference(schema: z.ZodType, title = "Fields of a commune"): string {
  return tables(z.toJSONSchema(schema, { io: "input" }), "")
    .map(({ path, meaning, fields }) =>
      [
        path === "" ? `## ${title}` : `## \`${path}\``,
        ...(meaning ? ["", meaning] : []),
        "",
        "| field | what to write | when absent | meaning |",
        "|---|---|---|---|",
        ...fields.map(
          (field) =>
            `| \`${field.path}\` | ${cell(field.kind)} | ${cell(field.byDefault)} | ${cell(field.meaning)} |`,
        ),
      ].join("\n"),
    )
    .join("\n\n");
}

/** The page with its hand-written start kept and everything after the mark replaced. */
export function withReference(page: string, written: string): string {
  const [start = ""] = page.split(begin);
  return `${start.trimEnd()}\n\n${begin}\n\n${written}\n`;
}
