import { createHash } from "node:crypto";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";

/** A value of an object that is another one now. */
interface ValueChange {
  /** `spec.replicas`, `data.nginx.conf`. */
  path: string;
  /**
   * The value as it is shown: short ones as JSON, long ones as a digest with the number of lines; undefined if there
   * was none.
   */
  from: string | undefined;
  to: string | undefined;
  /** Lines that only one of two long texts has. */
  lines?: { gone: string[]; come: string[] };
}

/** Changes of the objects of a commune. */
export interface ObjectChanges {
  created: string[];
  removed: string[];
  changed: { object: string; values: ValueChange[] }[];
  /** Number of objects that stay as they are. */
  unchanged: number;
}

/** Characters of a value that are shown as they are. */
const longest = 200;

/** A value as a reader can take it in: what is long has its digest and how many lines it has. */
function shown(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (text.length <= longest) return JSON.stringify(value);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return `sha256 ${digest}…, ${text.split("\n").length} lines, ${text.length} characters`;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A place at which two values are not the same. */
export interface Difference {
  path: readonly string[];
  from: unknown;
  to: unknown;
}

/** Returns the places where two JSON values differ; lists of different lengths count as a whole. */
export function differences(from: unknown, to: unknown, path: readonly string[] = []): Difference[] {
  if (isRecord(from) && isRecord(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].sort();
    return keys.flatMap((key) => differences(from[key], to[key], [...path, key]));
  }
  if (Array.isArray(from) && Array.isArray(to) && from.length === to.length) {
    return from.flatMap((item, index) => differences(item, to[index], [...path, String(index)]));
  }
  return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ path, from, to }];
}

function valueChange({ path, from, to }: Difference): ValueChange {
  // Bytes, a compressed page for one, have no lines that anybody can read.
  const lines = path[0] === "binaryData" ? undefined : changedLines(from, to);
  return { path: path.join("."), from: shown(from), to: shown(to), ...(lines && { lines }) };
}

/** Lines that are shown of a long text on each side; what is bundled into one line is shown by its beginning. */
const mostLines = 10;
const longestLine = 160;

function changedLines(from: unknown, to: unknown): ValueChange["lines"] {
  if (typeof from !== "string" || typeof to !== "string") return undefined;
  if (from.length <= longest && to.length <= longest) return undefined;
  const alone = (text: string, other: string) => {
    const there = new Set(other.split("\n"));
    const only = text.split("\n").filter((line) => line.trim() !== "" && !there.has(line));
    const told = only
      .slice(0, mostLines)
      .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine)}…` : line));
    return only.length > mostLines ? [...told, `… (+ ${only.length - mostLines})`] : told;
  };
  return { gone: alone(from, to), come: alone(to, from) };
}

/** Placeholder for a value that is never shown. */
export const hidden = "(secret)";

/** A Secret's values are not there; that one has a value more or less is. */
function readable(object: KubernetesObject): unknown {
  if (object.kind !== "Secret") return object;
  const names = (values: unknown) =>
    isRecord(values) ? Object.fromEntries(Object.keys(values).map((name) => [name, hidden])) : values;
  return { ...object, stringData: names(object.stringData), data: names(object.data) };
}

/**
 * Returns which objects are created, removed and changed between two sets, each by kind and name.
 *
 * @param secrets names of the Secrets of which a value changes.
 */
export function objectChanges(
  before: readonly KubernetesObject[],
  after: readonly KubernetesObject[],
  secrets: ReadonlySet<string> = new Set(),
): ObjectChanges {
  const byName = (objects: readonly KubernetesObject[]) =>
    new Map(objects.map((object) => [nameOf(object), object]));
  const [was, is] = [byName(before), byName(after)];
  const both = [...is].flatMap(([name, object]) => {
    const old = was.get(name);
    if (old === undefined) return [];
    const values = differences(readable(old), readable(object)).map(valueChange);
    const isOther = secrets.has(name) && values.length === 0;
    return [{ name, values: isOther ? [{ path: "stringData", from: hidden, to: hidden }] : values }];
  });
  return {
    created: [...is.keys()].filter((name) => !was.has(name)),
    removed: [...was.keys()].filter((name) => !is.has(name)),
    changed: both
      .filter(({ values }) => values.length > 0)
      .map(({ name, values }) => ({ object: name, values })),
    unchanged: both.filter(({ values }) => values.length === 0).length,
  };
}
