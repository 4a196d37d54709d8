import { readFileSync } from "node:fs";
import { toolkitFile } from "../../components/foundation/toolkit.ts";
import { anchorOf, htmlOf, type Source, sourcesIn } from "./site.ts";

/** A section of a page: its address, its title below the page's, and its words, each once, between blanks. */
type Entry = readonly [address: string, title: string, words: string];

/** Text without accents, in small letters: what search.js does with what is typed. */
const folded = (text: string) => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

const wordsOf = (text: string) => ` ${[...new Set(folded(text).match(/[\p{L}\p{N}]{2,}/gu))].join(" ")} `;

/** The sections of a page, the part before the first heading included. */
function sectionsOf({ path, title, text }: Source): Entry[] {
  const [start = "", ...sections] = text.split(/^(?=#{2,3} )/m);
  const address = htmlOf(path);
  const taken = new Map<string, number>();
  return [
    [address, title, wordsOf(`${title} ${start}`)],
    ...sections.map((section): Entry => {
      const heading = /^#+ (.+)/.exec(section)?.[1]?.replaceAll("`", "") ?? "";
      const anchor = anchorOf(heading);
      const before = taken.get(anchor) ?? 0;
      taken.set(anchor, before + 1);
      const named = before === 0 ? anchor : `${anchor}-${before}`;
      return [`${address}#${named}`, `${title}: ${heading}`, wordsOf(`${title} ${section}`)];
    }),
  ];
}

/** Returns the script of the index pages: the words of every section of docs/, and the program that filters them. */
export function searchScript(docs: string): string {
  const entries = sourcesIn(docs).flatMap(sectionsOf);
  const program = readFileSync(toolkitFile("scripts/docs/search.js"), "utf8");
  return `const entries = ${JSON.stringify(entries)};\n${program}`;
}
