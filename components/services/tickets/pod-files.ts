import { readTemplate } from "../../foundation/template/template.ts";

/** Programs of ours in the pods of ticketing. */
const names = ["commune_login.py", "commune_pretix.py", "erase.py", "export.py", "prepare.py"] as const;

/** They, by the name that each has there. */
export function podFiles(): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, readTemplate(`services/tickets/pod/${name}`)]));
}
