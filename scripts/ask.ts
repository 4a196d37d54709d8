import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Language, Translated } from "../components/foundation/language/language.ts";
import type { Ask } from "./state.ts";

/** Asks on the terminal, on standard error; undefined if standard input is no terminal. A secret is not shown. */
export const askOnTerminal: Ask | undefined = process.stdin.isTTY
  ? (question, { isSecret }) => (isSecret ? askUnseen(question) : askSeen(question))
  : undefined;

async function askSeen(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

async function askUnseen(question: string): Promise<string> {
  process.stderr.write(question);
  // What is typed is drawn by readline, which also keeps the terminal from doing so.
  const nowhere = new Writable({ write: (_part, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question("");
  } finally {
    terminal.close();
    process.stderr.write("\n");
  }
}

const choice: Translated = { fr: "[o/N]", en: "[y/N]" };

/** Whether an answer is yes, in any language that is spoken here: `y`, `yes`, `o`, `oui`. */
function isYes(answer: string): boolean {
  return /^(y|yes|o|oui)$/i.test(answer.trim());
}

/**
 * Asks a question of which the answer is yes or no; everything but a yes is no. Undefined if there is nobody to ask.
 *
 * @param ask undefined if standard input is no terminal.
 */
export async function asksYes(
  question: Translated,
  language: Language,
  ask: Ask | undefined,
): Promise<boolean | undefined> {
  const answer = await ask?.(`${question[language]} ${choice[language]} `, { isSecret: false });
  return answer === undefined ? undefined : isYes(answer);
}
