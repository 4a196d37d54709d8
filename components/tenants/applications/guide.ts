import type { ArchivedApplication, ArchiveGuide } from "./application.ts";
import type { NamedApplication } from "./planner.ts";

/** A text as SQL has it between single quotes. */
function inSql(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("'", "''");
}

/** Names that a guide may have between two @. */
export const guideNames = ["host", "tenant", "titleInSql", "accounts"] as const;

const placeholder = new RegExp(`@(${guideNames.join("|")})@`, "g");

/**
 * What an archive says of an application: what each of its files is, and `guide.md`, which says how to go on elsewhere.
 *
 * @param text of guide.md; empty if there is nothing to say.
 */
export function guideOf({ name, exit }: NamedApplication, text: string): ArchiveGuide {
  const { contents, accounts, export: own } = exit;
  return {
    contents: ({ isSuspended }) =>
      Object.entries(contents)
        // Nothing runs of who is suspended, so that nothing could print its own way out.
        .filter(([file]) => !isSuspended || file !== own?.file)
        .map(([file, what]) => `\`${name}/${file === "/" ? "" : file}\` : ${what}`),
    goOn: ({ host, title, tenant, isByLogin }: ArchivedApplication) => {
      if (text === "") return "";
      const said = accounts?.[isByLogin ? "login" : "own"] ?? "";
      const values: Record<string, string> = { host, tenant, titleInSql: inSql(title), accounts: said };
      // A paragraph with nothing in it goes whole.
      const kept = said === "" ? text.replace("@accounts@\n\n", "") : text;
      return `${kept.replace(placeholder, (whole, key: string) => values[key] ?? whole)}\n`;
    },
  };
}
