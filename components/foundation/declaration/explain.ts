import type * as z from "zod";
import { nearest } from "./choice.ts";
import type { Path } from "./position.ts";
import { oneOf, show, showWord, whatItIs } from "./show.ts";

/** A problem found by a schema, before it has a place in a file. */
export interface Explained {
  path: Path;
  message: string;
  /** True when the key itself is the problem, so that it is the key that is pointed at. */
  atKey: boolean;
}

type Raw = z.core.$ZodRawIssue;
type Issue = z.core.$ZodIssue;

const expectations: Record<string, string> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a section",
  record: "a section",
  null: "null",
};

/** Schemas of the fields of a section; undefined for what is no section. What may be absent or has a default is looked into. */
function fieldsOf(schema: AnySchema | undefined): Fields | undefined {
  const def = schema?._zod.def ?? {};
  if ("innerType" in def) return fieldsOf(def.innerType as AnySchema);
  return "shape" in def ? (def.shape as Fields) : undefined;
}

interface AnySchema {
  _zod: { def: object };
}

type Fields = Readonly<Record<string, AnySchema>>;

/**
 * Messages for fields built on bare zod types; the vocabulary in this folder has its own. Also remembers the fields
 * that a section knows, which zod's issues leave out.
 */
class Words {
  readonly #known = new Map<string, Fields>();

  readonly error = (issue: Raw): string | undefined => {
    if (issue.code === "unrecognized_keys") {
      const fields = fieldsOf(issue.inst);
      if (fields) this.#known.set(JSON.stringify(issue.path ?? []), fields);
      return undefined;
    }
    switch (issue.code) {
      case "invalid_type":
        return `${whatItIs(issue.input)}. Write ${expectations[issue.expected] ?? "what the reference says"}.`;
      case "invalid_value":
        return `${show(issue.input)} is not a choice here. Write ${oneOf(issue.values.map(String))}.`;
      case "too_small":
        return `${show(issue.input)} is too small or too short. The least is ${issue.minimum}.`;
      case "too_big":
        return `${show(issue.input)} is too large or too long. The most is ${issue.maximum}.`;
      case "not_multiple_of":
        return `${show(issue.input)} is not a multiple of ${issue.divisor}.`;
      case "invalid_format":
        return `${show(issue.input)} is not spelled as expected.`;
      case "invalid_element":
      case "invalid_key":
      case "invalid_union":
      case "custom":
        return undefined;
    }
  };

  unknownField(path: Path, key: string, section: unknown): string {
    const fields = this.#known.get(JSON.stringify(path)) ?? {};
    const known = Object.keys(fields);
    const value = valueAt(section, [key]);
    const noun = value !== null && typeof value === "object" && !Array.isArray(value) ? "section" : "field";
    const written = Object.keys(section ?? {});
    const above = written
      .slice(0, written.indexOf(key))
      .findLast((name) => Object.hasOwn(fieldsOf(fields[name]) ?? {}, key));
    const misplaced = `The section ${show(above)} above it has one: indent the line below it.`;
    if (above !== undefined) return `unknown ${noun}. ${misplaced}`;
    const near = nearest(key, known);
    if (near) return `unknown ${noun}. Did you mean "${near}"?`;
    return `unknown ${noun}. ${known.length > 0 ? `Allowed here: ${known.map(showWord).join(", ")}.` : "Nothing is allowed here."}`;
  }
}

function steps(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((step) => (typeof step === "symbol" ? String(step) : step));
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) => (inner !== null && typeof inner === "object" ? Reflect.get(inner, step) : undefined),
    value,
  );
}

/** The alternative that came closest: one that understood the value's kind and found a fault deeper inside. */
function closestAlternative(alternatives: readonly Issue[][]): Issue[] | undefined {
  return alternatives.find((issues) => issues.length > 0 && issues.every(({ path }) => path.length > 0));
}

function explainIssue(issue: Issue, base: Path, value: unknown, words: Words): Explained[] {
  const path = [...base, ...steps(issue.path)];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: words.unknownField(path, key, valueAt(value, path)),
      atKey: true,
    }));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map(({ message }) => ({ path, message, atKey: true }));
  }
  // A union told apart by a field has no alternatives to compare when the field names none of them.
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const closest = closestAlternative(issue.errors);
    if (closest) return closest.flatMap((inner) => explainIssue(inner, path, value, words));
    const messages = issue.errors.flatMap((issues) => issues.slice(0, 1).map(({ message }) => message));
    const advice = messages.map((message) => /\bWrite .*$/.exec(message)?.[0] ?? message);
    const found = valueAt(value, path);
    const fault = typeof found === "string" ? `${show(found)} is not allowed here` : whatItIs(found);
    return [{ path, message: `${fault}. ${[...new Set(advice)].join(" Or: ")}`, atKey: false }];
  }
  return [{ path, message: issue.message, atKey: false }];
}

/** Parses a value with a schema: the declaration, or everything that is wrong with it in plain words. */
export function explainedParse<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
): { ok: true; declaration: z.output<Schema> } | { ok: false; problems: Explained[] } {
  const words = new Words();
  const result = schema.safeParse(value, { error: words.error });
  if (result.success) return { ok: true, declaration: result.data };
  return {
    ok: false,
    problems: result.error.issues.flatMap((issue) => explainIssue(issue, [], value, words)),
  };
}
