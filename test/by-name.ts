import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

/** A program that `npm run <kind> <name>` starts. */
export interface NamedProgram {
  name: string;
  file: string;
  /** Its purpose: the first sentence that its file says after its command line, without the full stop. */
  meaning: string;
}

/**
 * The programs of a folder, by name: files whose comment says how they are started. What such programs share says nothing
 * of the kind.
 *
 * @param kind the npm script: `bench`
 */
export function programsIn(kind: string, folder: string): NamedProgram[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((entry) => {
      const [file, name] = [join(folder, entry), basename(entry, ".ts")];
      const said = new RegExp(`\`npm run ${kind} ${name}(?: -- [^\`]+)?\`: (.+?)(?:\\.(?=\\s)|\\*/)`, "s");
      const meaning = said.exec(readFileSync(file, "utf8"))?.[1]?.replace(/\s*\n \* /g, " ");
      return meaning === undefined ? [] : [{ name, file, meaning: meaning.trim() }];
    });
}

/** The choice for words after `npm run <kind>`: start a program with the rest of them, or list the programs. */
export type Choice = { program: NamedProgram; words: readonly string[] } | { text: string; exitCode: number };

/** Chooses among programs: without a name the list of them, with one that is not there the list and an error. */
export function choose(
  kind: string,
  programs: readonly NamedProgram[],
  [name, ...words]: readonly string[],
): Choice {
  const width = Math.max(...programs.map((program) => program.name.length));
  const list = programs.map((program) => `  ${program.name.padEnd(width)}  ${program.meaning}`).join("\n");
  if (name === undefined) return { text: `npm run ${kind} <name> [-- options]\n\n${list}`, exitCode: 0 };
  const program = programs.find((each) => each.name === name);
  return program
    ? { program, words }
    : { text: `No ${kind} is called ${name}. There are:\n\n${list}`, exitCode: 2 };
}

/**
 * Starts the program that the command line names, in this process: it reads its own options as if started alone.
 *
 * @param begins is told its name and its options before it starts.
 */
export async function runByName(
  kind: string,
  folder: string,
  begins: (name: string, words: readonly string[]) => Promise<void> = async () => undefined,
): Promise<void> {
  const choice = choose(kind, programsIn(kind, folder), process.argv.slice(2));
  if ("program" in choice) {
    await begins(choice.program.name, choice.words);
    process.argv.splice(1, process.argv.length, choice.program.file, ...choice.words);
    await import(pathToFileURL(choice.program.file).href);
    return;
  }
  console[choice.exitCode === 0 ? "log" : "error"](choice.text);
  process.exitCode = choice.exitCode;
}
