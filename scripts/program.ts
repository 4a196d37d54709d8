import { Command, CommanderError } from "commander";
import type { Language } from "../components/foundation/language/language.ts";
import { askedLanguage } from "../components/foundation/language/reader.ts";
import { errorText } from "../components/foundation/language/translated-error.ts";
import { repositoryProblem } from "../components/foundation/repository.ts";
import manifest from "../package.json" with { type: "json" };
import { hint, speak, speakAround } from "./help/spoken.ts";
import { languageHere, spoken, spokenError } from "./language.ts";
import { verbs } from "./verbs.ts";

/**
 * The program, in a language.
 *
 * @param isNeeded whether a verb is to be loaded; the others have a line in the list of verbs.
 */
async function program(language: Language, isNeeded: (name: string) => boolean): Promise<Command> {
  const commune = new Command("commune")
    .description("The federated cloud of a metropolitan area, declared commune by commune.")
    .version(manifest.version)
    .exitOverride();
  for (const [name, { group, summary, aliases = [], anywhere, load }] of Object.entries(verbs)) {
    const command = isNeeded(name) ? await load(wholeProgram) : new Command(name);
    commune.addCommand(
      command
        .summary(summary[language])
        .aliases([...aliases])
        .helpGroup(`${group}:`),
    );
    if (!anywhere) command.hook("preAction", refuseElsewhere);
    speak(command, name, language);
    override(command);
  }
  speakAround(commune, language);
  return commune;
}

/** Throws if the current folder is in no repository of communes. */
function refuseElsewhere(): void {
  const problem = repositoryProblem(process.cwd());
  if (problem !== undefined) throw new Error(problem);
}

/** The program with all that it can do, in English, for whoever describes it. */
export function wholeProgram(): Promise<Command> {
  return program("en", () => true);
}

/** Name of the verb that a word asks for, which may be a former name of it. */
function verbNamed(word: string): string {
  return Object.entries(verbs).find(([, { aliases = [] }]) => aliases.includes(word))?.[0] ?? word;
}

/** Makes wrong usage of any command below an error for the edge of the program, instead of an exit with code 1. */
function override(command: Command): void {
  command.exitOverride();
  for (const below of command.commands) override(below);
}

/** Exit code of a refusal that commander has already printed: what it finds wrong itself is wrong usage. */
function usageExitCode({ exitCode, code }: CommanderError): number {
  return exitCode === 1 && code !== "commander.error" ? 2 : exitCode;
}

/** Runs a command line, and says of wrong usage where the right one is read. Returns the exit code; throws what the command throws. */
async function run(whole: Command, words: readonly string[]): Promise<number> {
  try {
    await whole.parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Refusals of a command itself, and help that was asked for, say all there is to say.
    const { code } = error;
    if (code !== "commander.error" && !/^commander\.(help|version)/.test(code))
      process.stderr.write(`${hint(words, whole, languageHere())}\n`);
    return usageExitCode(error);
  }
}

/** Does what the words of a command line ask for, and returns the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function commune(words: readonly string[]): Promise<number> {
  try {
    askedLanguage(process.env);
  } catch (error) {
    // No language to say it in was understood.
    process.stderr.write(`error: ${errorText(error, "en")}\n`);
    return 2;
  }
  try {
    // `commune <verb>` and `commune help <verb>` need the verb itself.
    const asked = words.slice(0, 2).map(verbNamed);
    const whole = await program(languageHere(), (name) => asked.includes(name));
    return await run(whole, words);
  } catch (error) {
    // kubectl begins so too.
    const why = spokenError(error).replace(/^error: /, "");
    console.error(spoken({ en: `error: ${why}`, fr: `erreur : ${why}` }));
    if (process.env.COMMUNE_TRACE && error instanceof Error) console.error(error.stack);
    return 1;
  }
}
