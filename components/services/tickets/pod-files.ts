import { readFileSync } from "node:fs";
import { toolkitFile } from "../../foundation/toolkit.ts";

/** Programs of ours in the pods of ticketing. */
const names = ["commune_login.py", "commune_pretix.py", "erase.py", "export.py", "prepare.py"] as const;

/** They, by the name that each has there. */
export function podFiles(): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(toolkitFile(`components/services/tickets/pod/${name}`), "utf8")]),
  );
}
