import * as z from "zod";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { flag } from "../../foundation/declaration/flag.ts";
import { folder } from "../../foundation/declaration/folder.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { line } from "../../foundation/declaration/line.ts";
import { list } from "../../foundation/declaration/list.ts";
import { section } from "../../foundation/declaration/section.ts";
import { oneOf, show } from "../../foundation/declaration/show.ts";
import { type Size, size } from "../../foundation/declaration/size.ts";
import { type Access, accesses } from "./access.ts";

const meaning = z
  .string()
  .min(1)
  .max(600)
  .describe("One line for the file's author: what it is, and what it means when absent.");

const word = (example: string) => line({ maximumLength: 80, example, noun: "a text" });

/** Schemas of each kind of field. A field of some kinds has the kind's name: access, title, subdomain. */
const kinds = {
  access: section({
    kind: z.literal("access"),
    of: list(choice(accesses), { minimum: 1, noun: "accesses" }).prefault([...accesses]),
    default: choice(accesses).optional(),
    meaning,
  }).describe("Who may read. Each application has it; without a default an association has to write it."),
  title: section({ kind: z.literal("title"), example: word("Chorale des Gratte-Ciel"), meaning }).describe(
    "Name that its pages have; the association's name if it writes none.",
  ),
  subdomain: section({
    kind: z.literal("subdomain"),
    example: identifier({ noun: "a name", title: "name", example: "wiki" }),
    default: identifier({ noun: "a name", title: "name", example: "wiki" }).optional(),
    meaning,
  }).describe("Its address below the association's domain; that domain itself if there is none."),
  storage: section({
    kind: z.literal("storage"),
    minimum: size().prefault("1 GiB"),
    maximum: size().prefault("1 TiB"),
    example: size().prefault("2 GiB"),
    default: size().prefault("1 GiB"),
    meaning,
  }).describe("Size of its volume."),
  folder: section({ kind: z.literal("folder"), example: folder(), meaning }).describe(
    "A folder of the declaration with pages, which are files.",
  ),
  line: section({
    kind: z.literal("line"),
    longest: count({ minimum: 1, maximum: 1000, example: 80 }),
    example: word("Bienvenue"),
    meaning,
  }).describe("A text; an empty one if the association writes none."),
  choice: section({
    kind: z.literal("choice"),
    of: list(word("clair"), { minimum: 1, noun: "words" }),
    default: word("clair"),
    meaning,
  }).describe("One of several words."),
  count: section({
    kind: z.literal("count"),
    minimum: count({ maximum: 1_000_000_000 }).default(0),
    maximum: count({ maximum: 1_000_000_000 }),
    default: count({ maximum: 1_000_000_000 }),
    meaning,
  }).describe("A whole number."),
  flag: section({ kind: z.literal("flag"), default: flag(), meaning }).describe("`true` or `false`."),
} as const;

/** Kinds of fields, in the order of the guide. */
const fieldKinds = Object.keys(kinds) as readonly (keyof typeof kinds)[];

/** Schema of a field of `application.yaml`: its kind, and the rest that this kind needs. */
export const fieldSchema = z.discriminatedUnion(
  "kind",
  [
    kinds.access,
    kinds.title,
    kinds.subdomain,
    kinds.storage,
    kinds.folder,
    kinds.line,
    kinds.choice,
    kinds.count,
    kinds.flag,
  ],
  {
    error: ({ input }) => {
      const kind = typeof input === "object" && input !== null && "kind" in input ? input.kind : undefined;
      return `${show(kind)} is no kind of a field. Write ${oneOf(fieldKinds)} as kind.`;
    },
  },
);

export type Field = z.output<typeof fieldSchema>;
export type Fields = Readonly<Record<string, Field>>;

/** Kinds whose value the toolkit itself reads: at most one field of each, under the kind's name. */
const named: ReadonlySet<string> = new Set(["access", "title", "subdomain", "storage", "folder"]);

/** Names of values that every chart gets, and that no field may have. */
const taken: ReadonlySet<string> = new Set([
  ...["host", "image", "frontImage", "database", "admin", "members", "login", "devices"],
  ...["pages", "closed", "expose", "global", "app"],
]);

/** Whether the name cannot be that of a field that the toolkit does not read itself. */
export function isTaken(name: string): boolean {
  return taken.has(name) || named.has(name);
}

/** Checks what no single field shows: names that depend on the kind, and that there is an access. */
export function fieldsProblems({ value, issues }: z.core.ParsePayload<Fields>): void {
  const refuse = (path: string[], message: string) =>
    issues.push({ code: "custom", input: value, path, message });
  if (value.access === undefined)
    refuse([], "has no access: who may read it. Write access: { kind: access, meaning: … }.");
  for (const [name, field] of Object.entries(value)) {
    const { kind } = field;
    if (named.has(kind) !== named.has(name) || (named.has(kind) && kind !== name))
      refuse(
        [name],
        `a field of the kind ${kind} ${named.has(kind) ? `is called ${kind}` : "has another name"}: the toolkit reads ${oneOf([...named])} itself. Rename it.`,
      );
    if ("default" in field && field.default !== undefined) {
      const text = field.kind === "storage" ? field.default.text : field.default;
      const read = valueSchema(field).safeParse(text);
      if (!read.success) refuse([name, "default"], read.error.issues[0]?.message ?? "is not allowed here.");
    }
    if (taken.has(name))
      refuse([name], `${show(name)} is a value that the toolkit gives every chart. Rename the field.`);
  }
}

/** The value of a field in an association's file. */
export type FieldValue = string | number | boolean | Size;

/** An application's section of an association's file, with its defaults. */
export interface DeclaredSection {
  access: Access;
  [field: string]: FieldValue | undefined;
}

/** Asserts that a list is not empty. Throws if it is. */
function words(of: readonly string[]): [string, ...string[]] {
  const [first, ...more] = of;
  if (first === undefined) throw new Error("A choice of nothing passed its schema.");
  return [first, ...more];
}

function valueSchema(field: Field): z.ZodType<FieldValue | undefined> {
  const { meaning } = field;
  switch (field.kind) {
    case "access": {
      const who = choice(words(field.of));
      return (field.default === undefined ? who : who.prefault(field.default)).describe(meaning);
    }
    case "title":
      return line({ maximumLength: 80, example: field.example }).optional().describe(meaning);
    case "subdomain": {
      const name = identifier({ noun: "a name", title: "name", example: field.example });
      return (field.default === undefined ? name.optional() : name.prefault(field.default)).describe(meaning);
    }
    case "storage": {
      const { minimum, maximum, example } = field;
      const bounds = { minimum: minimum.text, maximum: maximum.text, example: example.text };
      return size(bounds).prefault(field.default.text).describe(meaning);
    }
    case "folder":
      return folder({ example: field.example }).optional().describe(meaning);
    case "line":
      return line({ maximumLength: field.longest, example: field.example }).optional().describe(meaning);
    case "choice":
      return choice(words(field.of)).prefault(field.default).describe(meaning);
    case "count":
      return count({ ...field, example: field.default })
        .prefault(field.default)
        .describe(meaning);
    case "flag":
      return flag().prefault(field.default).describe(meaning);
  }
}

/** Returns the schema of an association's section for an application with these fields. */
export function sectionOfFields(fields: Fields): z.ZodType<DeclaredSection> {
  const shape = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valueSchema(field)]));
  // The type of the fields, which Object.fromEntries loses; that there is an access is checked with them.
  return section(shape) as unknown as z.ZodType<DeclaredSection>;
}

/** Returns the access if a file declares none: its field's default, or `members`, if the field offers that. */
export function usualAccess({ of, default: usual }: Extract<Field, { kind: "access" }>): Access {
  return usual ?? (of.includes("members") ? "members" : (of[0] ?? "public"));
}

/**
 * Returns the first contents of a section, when an association has asked for the application: the fields without a
 * default, of which `access` is the only one.
 */
export function beginning({ access }: Fields): { access?: Access } {
  if (access?.kind !== "access" || access.default !== undefined) return {};
  return { access: usualAccess(access) };
}
