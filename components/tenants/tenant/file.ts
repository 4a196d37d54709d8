/** Fields of a tenant's file that commands write and take out; whatever else is in it stays as it is. */
type Field = "suspended" | "retired";

/** The text of a tenant's file without a field: its line, and what stands below it. */
function without(text: string, field: Field): string {
  return text.replace(new RegExp(`^${field}:.*\\n?(?:[ \\t]+\\S.*\\n?)*`, "m"), "");
}

/** The same with a field at its end, of one line. */
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
