/** A section of the configuration: keys with values or with further sections. */
export interface Values {
  [key: string]: unknown;
}

/** Whether a value is a section, and not a list or a plain value. */
export function isSection(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Two sections in one: the second wins, key by key; lists are replaced as a whole. */
export function merged(first: Values, second: Values): Values {
  const all: Values = { ...first };
  for (const [key, value] of Object.entries(second)) {
    const before = all[key];
    all[key] = isSection(before) && isSection(value) ? merged(before, value) : value;
  }
  return all;
}

/** Every key that holds a value, as a dotted path, with that value. */
export function leaves(values: Values, above = ""): [path: string, value: unknown][] {
  return Object.entries(values).flatMap(([key, value]) => {
    const path = above ? `${above}.${key}` : key;
    return isSection(value) ? leaves(value, path) : [[path, value] as [string, unknown]];
  });
}

/** The value at a dotted path. */
export function at(values: Values, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (isSection(value) ? value[key] : undefined), values);
}

/** A section with one value at a dotted path. */
export function nested(path: string, value: unknown): Values {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Values;
}
