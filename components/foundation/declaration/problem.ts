import { isAbsolute, relative } from "node:path";
import type { Path, Position } from "./position.ts";
import { plain, showWord } from "./show.ts";

/** One thing wrong with a declaration: where, in which field, and what to do about it. */
export interface Problem extends Position {
  /** As printed: relative to the working folder where that is shorter to read. */
  file: string;
  path: Path;
  /** A sentence or two: what is wrong, what is allowed. No stack, no value longer than 60 characters. */
  message: string;
}

/** A problem between the fields of a declaration, and its place. */
export interface FieldProblem {
  field: Path;
  message: string;
}

/** Returns the name of a file for messages: relative to the working folder if it is inside. */
export function shownFile(file: string): string {
  const short = relative(process.cwd(), file);
  return short === "" || short.startsWith("..") || isAbsolute(short) ? file : short;
}

/** `nextcloud.apps[2]`, or nothing for the file as a whole. */
export function showPath(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      const word = /^[\w-]+$/.test(step) ? showWord(step) : `"${showWord(step)}"`;
      return index === 0 ? word : `.${word}`;
    })
    .join("");
}

/** Problems in reading order: by file, then by position. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (one, other) => one.file.localeCompare(other.file) || one.line - other.line || one.column - other.column,
  );
}

/** One line per problem, the fields aligned; further lines of a message stand below its first. */
export function showProblems(problems: readonly Problem[]): string {
  const places = problems.map(({ file, line, column }) => `${plain(file)}:${line}:${column}`);
  const width = Math.max(...places.map(({ length }) => length));
  return problems
    .map(({ path, message }, index) => {
      const indented = message
        .split("\n")
        .map(plain)
        .join(`\n${" ".repeat(width + 1)}`);
      return `${(places[index] ?? "").padEnd(width)} ${path.length > 0 ? `${showPath(path)}: ` : ""}${indented}`;
    })
    .join("\n");
}

/** `3 problems. Nothing was changed.` */
export function countProblems(count: number): string {
  return `${count} ${count === 1 ? "problem" : "problems"}. Nothing was changed.`;
}

/** A declaration was refused. The message is the whole list, ready to print without a stack. */
export class DeclarationError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const sorted = inOrder(problems);
    super(`${showProblems(sorted)}\n\n${countProblems(sorted.length)}`);
    this.name = "DeclarationError";
    this.problems = sorted;
  }
}
