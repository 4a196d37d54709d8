import { isDeepStrictEqual } from "node:util";
import type { Json } from "./folded-yaml.ts";
import { byTypeAndName, type Registration } from "./order.ts";

/** Differences of a program's registrations from those of another one, which are reviewed as a whole. */
export interface Difference {
  /** Name of the other one's golden file. */
  like: string;
  /** Names of the other commune, and what stands in their place in this one. */
  renamed: Record<string, string>;
  /** Types and names of what is not registered here. */
  gone: string[];
  /** Type, name and a JSON Merge Patch (RFC 7396) of what is registered otherwise: null takes a key away. */
  changed: { type: string; name: string; [key: string]: Json }[];
  added: Registration[];
}

type JsonObject = { [key: string]: Json };

const keyOf = ({ type, name }: { type: string; name: string }) => `${type} ${name}`;

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A registration as it is reviewed holds what JSON has, and nothing else. */
const asJson = (registration: Registration) => registration as unknown as JsonObject;

/** The difference from what another program registers; all are as they are reviewed. Throws if a value is null. */
export function differenceFrom(
  { like, renamed }: Pick<Difference, "like" | "renamed">,
  base: readonly Registration[],
  registrations: readonly Registration[],
): Difference {
  const others = new Map(withNames(base, renamed).map((each) => [keyOf(each), each]));
  const here = new Set(registrations.map(keyOf));
  const changed: Difference["changed"] = [];
  const added: Registration[] = [];
  for (const registration of registrations) {
    const { type, name } = registration;
    const other = others.get(keyOf(registration));
    if (hasNull(asJson(registration)))
      throw new Error(`${keyOf(registration)} has a null, which a patch takes away`);
    if (!other) added.push(registration);
    else if (!isDeepStrictEqual(other, registration))
      changed.push({ type, name, ...patchFrom(asJson(other), asJson(registration)) });
  }
  return { like, renamed, gone: [...others.keys()].filter((key) => !here.has(key)), changed, added };
}

/** Undoes {@link differenceFrom}: returns its registrations from the other program's. */
export function applied(
  { renamed, gone, changed, added }: Difference,
  base: readonly Registration[],
): Registration[] {
  const patches = new Map(changed.map((patch) => [keyOf(patch), patch]));
  const left = new Set(gone);
  const kept = withNames(base, renamed)
    .filter((each) => !left.has(keyOf(each)))
    .map((each) => patched(asJson(each), patches.get(keyOf(each)) ?? {}) as unknown as Registration);
  return [...kept, ...added].sort(byTypeAndName);
}

function withNames(registrations: readonly Registration[], renamed: Record<string, string>): Registration[] {
  const text = Object.entries(renamed).reduce(
    (renaming, [from, to]) => renaming.replaceAll(from, to),
    JSON.stringify(registrations),
  );
  return JSON.parse(text);
}

function hasNull(value: Json): boolean {
  if (typeof value !== "object" || value === null) return value === null;
  return Object.values(value).some(hasNull);
}

function patchFrom(from: JsonObject, to: JsonObject): JsonObject {
  const taken = Object.keys(from).filter((key) => !(key in to));
  const given = Object.entries(to).filter(([key, value]) => !isDeepStrictEqual(from[key], value));
  return Object.fromEntries([
    ...taken.map((key) => [key, null] as const),
    ...given.map(([key, value]) => {
      const before = from[key];
      return [key, isObject(before) && isObject(value) ? patchFrom(before, value) : value] as const;
    }),
  ]);
}

function patched(value: JsonObject, patch: JsonObject): JsonObject {
  const result = { ...value };
  for (const [key, change] of Object.entries(patch)) {
    const before = result[key];
    if (change === null) delete result[key];
    else result[key] = isObject(before) && isObject(change) ? patched(before, change) : change;
  }
  return result;
}
