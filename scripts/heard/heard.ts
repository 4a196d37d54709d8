import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { ofApprovals } from "./approvals.ts";
import { ofAssociations } from "./associations.ts";
import { ofDeclarations } from "./declarations.ts";
import { ofFederation } from "./federation.ts";
import { ofLocal } from "./local.ts";
import { ofOutside } from "./outside.ts";
import { ofPlaces } from "./places.ts";
import { ofPods } from "./pods.ts";
import { ofSchools } from "./schools.ts";
import { ofSyntax } from "./syntax.ts";
import { composed, kinds, ofVocabulary } from "./vocabulary.ts";

/**
 * Sentences that are said below the commands, with their French: `{}` stands for what is named there. They are English
 * because they are also data: in JSON, in signed logs, in what pods leave. So they are told in French here, where a person
 * reads them.
 */
export const sayings: Readonly<Record<string, string>> = {
  ...ofPods,
  ...ofApprovals,
  ...ofFederation,
  ...ofOutside,
  ...ofVocabulary,
  ...ofSyntax,
  ...ofDeclarations,
  ...ofAssociations,
  ...ofPlaces,
  ...ofSchools,
  ...ofLocal,
  ...composed,
};

/** Words that a saying may name: they are French only within it. */
export const words: Readonly<Record<string, string>> = {
  ...kinds,
  administrator: "administrateur",
  official: "élu",
  "data-protection": "délégué à la protection des données",
  "left as it is": "laissé tel quel",
  read: "lu",
  created: "créé",
  changed: "changé",
  "deleted and made again": "supprimé et refait",
  deleted: "supprimé",
  nothing: "rien",
  "nobody has": "aucune ne l’a fait",
  "one has": "une l’a fait",
  "refurbished desktop computer": "ordinateur de bureau reconditionné",
  "refurbished server": "serveur reconditionné",
};

const joints = { or: "ou", and: "et" } as const;

/** A name within a saying, in French: a word, another saying, or some choices. */
const wordOf = (named: string) =>
  words[named] ??
  sayings[named] ??
  named.replace(
    /^((?:[^ ,]+, )*[^ ,]+) (or|and) ([^ ,]+)$/,
    (_, others: string, joint: keyof typeof joints, last: string) => `${others} ${joints[joint]} ${last}`,
  );

/** A saying begins a line, a sentence or what stands in brackets, and ends one. */
const begins = '(?<=^ *|\\n *|:\\d+ +|[:.;,!?✘"x] |\\()';
const ends = (text: string) => (/[.?]$/.test(text) ? "(?=$|\\s)" : "(?=$|\\n|[.;:,)])");

/** A name that begins a saying does not reach back over what a saying begins after. */
const first = "((?:(?![:.;,!?✘] |\\().)*?)";

const escaped = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The longest first: a short text may be a part of a longer one. */
const patterns = Object.entries(sayings)
  .sort(([one], [other]) => other.length - one.length)
  .map(([english, french]) => {
    const parts = english.split("{}");
    const [longest = ""] = [...parts].sort((one, other) => other.length - one.length);
    // What is named last goes up to the end of the sentence.
    const end = english.endsWith("{}") ? "(?=$|\\n|\\.(?=\\s|$))" : ends(english);
    const text = parts
      .map(escaped)
      .join("(.*?)")
      .replace(/^\(\.\*\?\)/, first);
    const said = new RegExp(`${begins}${text}${end}`, "g");
    return { longest, said, french: french.split("{}") };
  });

const inFrench = (text: string) =>
  patterns.reduce(
    (left, { longest, said, french }) =>
      left.includes(longest)
        ? left.replaceAll(said, (_, ...named: unknown[]) =>
            french
              .map((part, index) => `${index === 0 ? "" : wordOf(String(named[index - 1]))}${part}`)
              .join(""),
          )
        : left,
    text,
  );

const tells: Translated<(text: string) => string> = {
  en: (text) => text,
  // A short saying may stand before a longer one, which begins a sentence then.
  fr: (text) => inFrench(inFrench(text)),
};

/** A text from below the commands, in a language; sentences that are not known stay as they are. */
export function heard(text: string, language: Language): string {
  return tells[language](text);
}
