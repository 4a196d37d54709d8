/** A value that config.php reads from a mounted file when it is loaded, so that no secret is written in it. */
export class SecretFile {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

/** A value in PHP's configuration. */
export type PhpValue =
  | string
  | number
  | boolean
  | null
  | SecretFile
  | readonly PhpValue[]
  | { readonly [key: string]: PhpValue };

/** Writes a `*.config.php` file: Nextcloud merges its top-level keys over those of config.php. */
export function phpConfig(values: Readonly<Record<string, PhpValue>>): string {
  return `<?php\n$CONFIG = ${phpLiteral(values, "")};\n`;
}

function phpLiteral(value: PhpValue, indent: string): string {
  if (value === null) return "null";
  if (value instanceof SecretFile) return `trim(file_get_contents(${phpString(value.path)}))`;
  switch (typeof value) {
    case "string":
      return phpString(value);
    case "boolean":
      return String(value);
    case "number":
      if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written in PHP`);
      return String(value);
  }
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => phpLiteral(item, inner))
    : Object.entries(value).map(([key, item]) => `${phpString(key)} => ${phpLiteral(item, inner)}`);
  if (items.length === 0) return "[]";
  return `[\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}]`;
}

/** Single quotes, in which PHP interprets only the backslash and the quote. */
function phpString(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
