import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Ask } from "./state.ts";

/** Asks on the terminal, on standard error; nothing where standard input is none. A secret is not shown. */
export const askOnTerminal: Ask | undefined = process.stdin.isTTY
  ? async (question, { isSecret }) => {
      process.stderr.write(question);
      const nowhere = new Writable({ write: (_part, _encoding, done) => done() });
      const output = isSecret ? nowhere : process.stderr;
      const terminal = createInterface({ input: process.stdin, output, terminal: true });
      try {
        // The question stands there already: readline would write it to the same place as the answer.
        return (await terminal.question("")).trim();
      } finally {
        terminal.close();
        if (isSecret) process.stderr.write("\n");
      }
    }
  : undefined;
