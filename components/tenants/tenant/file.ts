/** Fields of an association's file that commands write and remove; the rest of the file stays unchanged. */
type Field = "suspended" | "retired";

/** Returns the text of an association's file without a field: without its line and the lines below it. */
function without(text: string, field: Field): string {
  return text.replace(new RegExp(`^${field}:.*\\n?(?:[ \\t]+\\S.*\\n?)*`, "m"), "");
}

/** Returns the text of an association's file with a field of one line at its end. */
function withField(text: string, field: Field, values: Readonly<Record<string, string>>): string {
  const before = without(text, field);
  const end = before.endsWith("\n") ? "" : "\n";
  // JSON's strings are YAML's too.
  const written = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${before}${end}${field}: { ${written.join(", ")} }\n`;
}

export function withSuspension(text: string, { since, reason }: { since: string; reason: string }): string {
  return withField(text, "suspended", { since, reason });
}

export function withoutSuspension(text: string): string {
  return without(text, "suspended");
}

export function withRetirement(text: string, { since, data }: { since: string; data?: "released" }): string {
  return withField(text, "retired", { since, ...(data && { data }) });
}
