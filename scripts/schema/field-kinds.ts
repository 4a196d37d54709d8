import * as z from "zod";
import { fieldSchema } from "../../components/tenants/applications/fields.ts";

/** Returns the table of the kinds of an application's fields, each with what else stands beside `kind`. */
export function fieldKindsTable(): string {
  const { oneOf = [] } = z.toJSONSchema(fieldSchema, { io: "input" });
  const rows = oneOf.flatMap((kind) => {
    if (typeof kind !== "object") return [];
    const { properties = {}, required = [], description = "" } = kind;
    const { kind: named, ...beside } = properties;
    if (typeof named !== "object") return [];
    const names = (isRequired: boolean) =>
      Object.keys(beside)
        .filter((name) => required.includes(name) === isRequired)
        .map((name) => `\`${name}\``)
        .join(", ");
    return `| \`${named.const}\` | ${names(true)} | ${names(false)} | ${description} |`;
  });
  return [
    "## `fields.<name>`",
    "",
    "| kind | has to be there | may be there | what it is |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}
