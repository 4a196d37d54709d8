/** The line of a tenant's file by which it is suspended, and what may stand below it. */
const suspension = /^suspended:.*\n?(?:[ \t]+\S.*\n?)*/m;

/** The text of a tenant's file with the field `suspended:` at its end. Whatever else is in it stays as it is. */
export function withSuspension(text: string, { since, reason }: { since: string; reason: string }): string {
  const end = text.endsWith("\n") ? "" : "\n";
  // JSON's strings are YAML's too.
  return `${text}${end}suspended: { since: ${JSON.stringify(since)}, reason: ${JSON.stringify(reason)} }\n`;
}

/** The same without that field. */
export function withoutSuspension(text: string): string {
  return text.replace(suspension, "");
}
