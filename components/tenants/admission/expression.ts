import { isObject, type Json } from "../../foundation/manifest/pod-template.ts";

/** Path of a value in the judged object or item: `["spec", "nodeName"]`; the object itself when empty. */
type Path = readonly string[];

/**
 * Condition on an object, stated once for two readers: {@link celOf} writes it for the API server, and {@link holds}
 * evaluates it before anything is registered.
 */
export type Expression =
  /** The field is missing or empty. */
  | { absent: Path }
  /** The field's text is one of these; a missing field counts as the empty text. */
  | { path: Path; oneOf: readonly string[] }
  | { path: Path; startsWith: string }
  | { path: Path; startsWithAny: readonly string[] }
  | { path: Path; contains: string }
  /** The field is written, and has this boolean value. */
  | { path: Path; is: boolean }
  /** The field is a list that contains this text. */
  | { path: Path; has: string }
  /** The field's text consists of at least one of these words, separated by dots. */
  | { path: Path; words: readonly string[] }
  /** The field is a text in the comma-separated list of an annotation of the namespace. */
  | { path: Path; inAnnotation: string }
  /** Every item of a list, which may be missing. */
  | { every: Path; item: Expression }
  | { not: Expression }
  /** Never fulfilled. */
  | { never: true }
  | { all: readonly Expression[] };

/** Facts about the namespace around the object. */
export interface Surroundings {
  /** Annotations of the namespace. */
  annotations: Readonly<Record<string, string>>;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner: unknown, key) => (isObject(inner) ? inner[key] : undefined), value);
}

function isNothing(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === "";
}

/** Returns the items of a comma-separated annotation. */
function listed(annotation: string | undefined): string[] {
  return (annotation ?? "").split(",");
}

/** Whether a condition holds for an object, or for an item of one. Pure. */
export function holds(expression: Expression, value: Json | unknown, around: Surroundings): boolean {
  if ("absent" in expression) return isNothing(valueAt(value, expression.absent));
  if ("never" in expression) return false;
  if ("not" in expression) return !holds(expression.not, value, around);
  if ("all" in expression) return expression.all.every((each) => holds(each, value, around));
  if ("every" in expression) {
    const items = valueAt(value, expression.every);
    return !Array.isArray(items) || items.every((item) => holds(expression.item, item, around));
  }
  const found = valueAt(value, expression.path);
  if ("is" in expression) return found === expression.is;
  if ("has" in expression) return Array.isArray(found) && found.includes(expression.has);
  const text = typeof found === "string" ? found : "";
  if ("oneOf" in expression) return expression.oneOf.includes(text);
  if ("startsWith" in expression) return text.startsWith(expression.startsWith);
  if ("startsWithAny" in expression) return expression.startsWithAny.some((start) => text.startsWith(start));
  if ("contains" in expression) return text.includes(expression.contains);
  if ("words" in expression) return text.split(".").every((word) => expression.words.includes(word));
  return text !== "" && listed(around.annotations[expression.inAnnotation]).includes(text);
}

const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** Writes a field that may be missing, in CEL's optional syntax: `object.?spec.?nodeName`, `[?'commune.cloud/data']`. */
function optional(from: string, path: Path): string {
  return `${from}${path.map((key) => (/^[A-Za-z_]\w*$/.test(key) ? `.?${key}` : `[?${quoted(key)}]`)).join("")}`;
}

/** Writes a list of texts in CEL. */
const listOf = (texts: readonly string[]) => `[${texts.map(quoted).join(", ")}]`;

/** Writes a field's text in CEL; the empty text if the field is missing. */
function textOf(from: string, path: Path): string {
  return path.length === 0 ? from : `${optional(from, path)}.orValue('')`;
}

/**
 * Writes a condition in the Common Expression Language of the API server. Source:
 * https://kubernetes.io/docs/reference/using-api/cel/
 *
 * @param from the variable that the condition is about.
 */
export function celOf(expression: Expression, from = "object", depth = 0): string {
  if ("absent" in expression) return `!${optional(from, expression.absent)}.hasValue()`;
  if ("never" in expression) return "false";
  if ("not" in expression) return `!(${celOf(expression.not, from, depth)})`;
  if ("all" in expression) return expression.all.map((each) => `(${celOf(each, from, depth)})`).join(" && ");
  if ("every" in expression) {
    const item = `item${depth === 0 ? "" : depth}`;
    const body = celOf(expression.item, item, depth + 1);
    return `${optional(from, expression.every)}.orValue([]).all(${item}, ${body})`;
  }
  if ("is" in expression)
    return `${optional(from, expression.path)}.orValue(${!expression.is}) == ${expression.is}`;
  if ("has" in expression)
    return `${quoted(expression.has)} in ${optional(from, expression.path)}.orValue([])`;
  const text = textOf(from, expression.path);
  if ("oneOf" in expression) return `${text} in ${listOf(expression.oneOf)}`;
  if ("startsWith" in expression) return `${text}.startsWith(${quoted(expression.startsWith)})`;
  if ("startsWithAny" in expression)
    return `${listOf(expression.startsWithAny)}.exists(start, ${text}.startsWith(start))`;
  if ("contains" in expression) return `${text}.contains(${quoted(expression.contains)})`;
  if ("words" in expression) return `${text}.split('.').all(word, word in ${listOf(expression.words)})`;
  const key = quoted(expression.inAnnotation);
  return `${text} != '' && ${text} in namespaceObject.metadata.?annotations[?${key}].orValue('').split(',')`;
}
