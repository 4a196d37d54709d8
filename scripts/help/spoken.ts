import { type Command, Help, type Option } from "commander";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { examples } from "../examples.ts";
import { descriptions } from "./french.ts";
import { notes } from "./notes.ts";
import { ofOptions } from "./options.ts";
import { ofPlaceholders } from "./placeholders.ts";
import { refusalInFrench } from "./refusals.ts";

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
  "Toolkit:": "Outillage :",
};

/** Additions of commander to a description, in brackets at its end. */
const additions: Readonly<Record<string, string>> = {
  choices: "choix",
  default: "par défaut",
  env: "variable",
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
    fr: (typed: string) => `(npx ${typed} --help liste ce que l’on peut demander)`,
    en: (typed: string) => `(npx ${typed} --help lists what can be asked)`,
  },
} as const;

const ordinary = new Help();

/** Description of an option without an empty list as its default, which says nothing to anybody. */
const described = (option: Option) => ordinary.optionDescription(option).replace(" (default: [])", "");

/** Names of a command, without what is typed after it: that is in its own help, and leaves no room for its description. */
const named = (command: Command) => [command.name(), ...command.aliases()].join("|");

/** A note in lines of the terminal's width; one with an indented command, which is to be copied, stays as it is. */
function wrapped(note: string, command: Command): string {
  const width = command.configureOutput().getOutHelpWidth?.() ?? 80;
  return ordinary.preformatted(note) ? note : ordinary.boxWrap(note, width);
}

/** A text with the names of what is typed in French: `--to <dossier>`. */
function placeholdersInFrench(text: string): string {
  return text.replaceAll(
    /([<[])([^<>[\]]+?)((?:\.\.\.)?[>\]])/g,
    (_, open: string, name: string, close: string) => `${open}${ofPlaceholders[name] ?? name}${close}`,
  );
}

const withAdditions = (text: string) =>
  text.replaceAll(
    /(?<=\(|, )(choices|default|env): (?=[^()]*\)$)/g,
    (_, name: string) => `${additions[name] ?? name} : `,
  );

const french = (text: string) => placeholdersInFrench(ofOptions[text] ?? text);

function inFrench(command: Command, name: string): void {
  command
    .configureHelp({
      styleTitle: (title) => titles[title] ?? title,
      optionTerm: (option) => placeholdersInFrench(ordinary.optionTerm(option)),
      optionDescription: (option) => withAdditions(described(option)),
      argumentTerm: (argument) => ofPlaceholders[argument.name()] ?? argument.name(),
      argumentDescription: (argument) => withAdditions(ordinary.argumentDescription(argument)),
      commandUsage: (asked) => placeholdersInFrench(ordinary.commandUsage(asked)),
      subcommandTerm: named,
    })
    .configureOutput({ outputError: (text, write) => write(placeholdersInFrench(refusalInFrench(text))) })
    .helpOption("-h, --help", "affiche cette aide");
  for (const each of [...command.options, ...command.registeredArguments]) {
    each.description = french(each.description);
    if (each.defaultValueDescription !== undefined)
      each.defaultValueDescription = french(each.defaultValueDescription);
  }
  if (command.commands.length > 0) command.helpCommand("help [command]", "affiche l’aide d’une commande");
  const own = descriptions[name];
  if (own !== undefined) command.description(own);
}

const speaks: Translated<(command: Command, name: string) => void> = {
  en: (command) => command.configureHelp({ subcommandTerm: named, optionDescription: described }),
  fr: inFrench,
};

/** Makes a command and those below it say their help in a language, each with how it is typed. */
export function speak(command: Command, name: string, language: Language): void {
  for (const below of command.commands) speak(below, `${name} ${below.name()}`, language);
  speaks[language](command, name);
  const note = notes[name];
  if (note !== undefined)
    command.addHelpText("after", ({ command: asked }) => `\n${wrapped(note[language], asked)}`);
  const typed = examples[name];
  if (typed !== undefined) command.addHelpText("after", phrases.example[language](typed));
}

/** Makes the program itself do so, around its verbs. */
export function speakAround(commune: Command, language: Language): void {
  speaks[language](commune, commune.name());
  commune.addHelpText("after", phrases.always[language]);
}

/** Returns the line that names the help of the command that was typed wrongly. */
export function hint(words: readonly string[], commune: Command, language: Language): string {
  return phrases.hint[language](typedIn(words, commune));
}

/** Name of the command that words ask for, as it is typed: `commune site check`. */
function typedIn([word, ...others]: readonly string[], command: Command): string {
  const below = command.commands.find(
    (each) => word !== undefined && [each.name(), ...each.aliases()].includes(word),
  );
  return below === undefined ? command.name() : `${command.name()} ${typedIn(others, below)}`;
}
