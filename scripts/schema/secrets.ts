import { givenNames, secretLabels } from "../../components/commune/secret-names.ts";
import { secretName } from "../../components/foundation/seed/labels.ts";

/** Returns the table of every secret: name, purpose, and how a new version reaches its readers. */
export function secretsTable(): string {
  return [
    "## Every password and key",
    "",
    "| name | what it is | rotates |",
    "|---|---|---|",
    ...secretLabels.map((label) => `| \`${secretName(label)}\` | ${label.description} | ${label.rotation} |`),
    ...givenNames.map((name) => `| \`${name}\` | given to the stack: [site.md](site.md) | given |`),
  ].join("\n");
}
