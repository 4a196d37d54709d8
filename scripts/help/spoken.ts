import type { Command } from "commander";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { examples } from "../examples.ts";
import { descriptions } from "./french.ts";

/** Headings of commander, and those of the groups of verbs. */
const titles: Readonly<Record<string, string>> = {
  "Usage:": "Usage :",
  "Arguments:": "Arguments :",
  "Options:": "Options :",
  "Commands:": "Commandes :",
  "Declare:": "Déclarer :",
  "Apply:": "Appliquer :",
  "Copies:": "Copies :",
  "Associations:": "Associations :",
  "Places:": "Lieux :",
  "Toolkit:": "Outil :",
};

const phrases = {
  example: {
    fr: (typed: string) => `\nExemple : npx commune ${typed}`,
    en: (typed: string) => `\nExample: npx commune ${typed}`,
  },
  always: {
    fr: "\nPulumi seul marche toujours aussi : npx pulumi preview -s <commune>\nCode de sortie : 0 fait, 1 refusé ou échoué, 2 mal demandé.",
    en: "\nPlain Pulumi always works too: npx pulumi preview -s <commune>\nExit code: 0 done, 1 refused or failed, 2 wrong usage.",
  },
  hint: {
    fr: "(commune --help liste ce que l’on peut demander)",
    en: "(commune --help lists what can be asked)",
  },
} as const;

function inFrench(command: Command, name: string): void {
  command
    .configureHelp({ styleTitle: (title) => titles[title] ?? title })
    .helpOption("-h, --help", "affiche cette aide");
  if (command.commands.length > 0) command.helpCommand("help [command]", "affiche l’aide d’une commande");
  const own = descriptions[name];
  if (own !== undefined) command.description(own);
}

const speaks: Translated<(command: Command, name: string) => void> = {
  en: () => undefined,
  fr: inFrench,
};

/** Makes a command and those below it say their help in a language, each with how it is typed. */
export function speak(command: Command, name: string, language: Language): void {
  for (const below of command.commands) speak(below, `${name} ${below.name()}`, language);
  speaks[language](command, name);
  const typed = examples[name];
  if (typed !== undefined) command.addHelpText("after", phrases.example[language](typed));
}

/** Makes the program itself do so, around its verbs. */
export function speakAround(commune: Command, language: Language): void {
  speaks[language](commune, commune.name());
  commune.showHelpAfterError(phrases.hint[language]).addHelpText("after", phrases.always[language]);
}
