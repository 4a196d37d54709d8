import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { writeWhole } from "../../../local/cluster/files.ts";

/** Something to look at: what it is, and its address or file. */
const look = z.object({ what: z.string(), where: z.string() });
export type Look = z.output<typeof look>;

const done = z.object({ seconds: z.number(), looks: z.array(look) });
export type Done = z.output<typeof done>;

/** Finished steps of the tour: a run that was stopped goes on where it was. */
export class Journal {
  readonly #file: string;

  /** @param root folder of the tour. */
  constructor(root: string) {
    this.#file = join(root, "done.json");
  }

  read(): Readonly<Record<string, Done>> {
    return existsSync(this.#file)
      ? z.record(z.string(), done).parse(JSON.parse(readFileSync(this.#file, "utf8")))
      : {};
  }

  /** Forgets steps whose results are gone. Returns those that were done. */
  forget(steps: readonly string[]): string[] {
    const known = this.read();
    const gone = steps.filter((step) => step in known);
    if (gone.length > 0)
      this.#store(Object.fromEntries(Object.entries(known).filter(([id]) => !gone.includes(id))));
    return gone;
  }

  write(step: string, what: Done): void {
    this.#store({ ...this.read(), [step]: what });
  }

  #store(all: Readonly<Record<string, Done>>): void {
    writeWhole(this.#file, `${JSON.stringify(all, undefined, 2)}\n`);
  }
}
