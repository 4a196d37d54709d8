import type { ArchivedApplication, ArchiveGuide } from "./application.ts";
import type { NamedApplication } from "./planner.ts";

/** Escapes a text for single quotes in SQL. */
function inSql(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "''");
}

/** Names that a guide may contain between two @. */
export const guideNames = ["host", "tenant", "titleInSql", "accounts"] as const;

const placeholder = new RegExp(`@(${guideNames.join("|")})@`, "g");

/**
 * Returns an archive's texts about an application: a description of each of its files, and `guide.md`, on how to
 * continue elsewhere.
 *
 * @param text of guide.md; empty if there is none.
 */
export function guideOf({ name, exit }: NamedApplication, text: string): ArchiveGuide {
  const { contents, accounts, export: own } = exit;
  return {
    contents: ({ isSuspended }) =>
      Object.entries(contents)
        // Nothing runs for a suspended association, so nothing could print its own export.
        .filter(([file]) => !isSuspended || file !== own?.file)
        .map(([file, what]) => `\`${name}/${file === "/" ? "" : file}\` : ${what}`),
    goOn: ({ host, title, tenant, isByLogin }: ArchivedApplication) => {
      if (text === "") return "";
      const said = accounts?.[isByLogin ? "login" : "own"] ?? "";
      const values: Record<string, string> = { host, tenant, titleInSql: inSql(title), accounts: said };
      // An empty paragraph is removed as a whole.
      const kept = said === "" ? text.replace("@accounts@\n\n", "") : text;
      return `${kept.replace(placeholder, (whole, key: string) => values[key] ?? whole)}\n`;
    },
  };
}
