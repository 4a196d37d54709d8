import { createWriteStream, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Restic } from "../restic.ts";
import { noValue } from "./lines.ts";
import { listName } from "./take.ts";
import { inFolder } from "./versions.ts";

/**
 * Progress of a restore of a bucket, each a snapshot with this tag in the point's repository: nothing that is there is
 * ever removed, so the newest one counts.
 */
export type Mark =
  /** The list of before is kept, and objects may be half-way to the point. */
  | "aside"
  /** The point's objects are in place. */
  | "there"
  /** Objects may be half-way back. */
  | "backing"
  /** The objects of before are in place again. */
  | "back"
  /** Nobody wants to go back. */
  | "released";

/** A snapshot as `restic snapshots --json` prints it. */
interface Marked {
  id: string;
  time: string;
  tags?: string[];
}

const marks: readonly Mark[] = ["aside", "there", "backing", "back", "released"];

/** A repository of a point at one vault. */
export interface RepositoryAt {
  host: string;
  restic: Restic;
}

/** The marks of one restore, at every vault that answers: one alone may be silent at the next step. */
export class Progress {
  constructor(
    private readonly repositories: readonly RepositoryAt[],
    private readonly of: { sequence: number; commune: string; say: (line: string) => void },
  ) {}

  /** Returns the newest mark; undefined if nothing was begun. Throws if no vault answers. */
  async newest(): Promise<Mark | undefined> {
    const [last] = await this.marked();
    return last?.mark;
  }

  /** Sets a mark. */
  async set(mark: Mark): Promise<void> {
    await inFolder(async (folder) => {
      const file = join(folder, "mark");
      writeFileSync(file, noValue);
      await this.keep(mark, file);
    });
  }

  /** Sets a mark, with a file that is kept with it. */
  async keep(mark: Mark, file: string): Promise<void> {
    await this.atEach(({ restic }) => restic.keep(file, listName, this.of.commune, [this.tag, mark]));
  }

  /** Writes the list of before to a file. */
  async writeAside(file: string): Promise<void> {
    const aside = (await this.marked()).find(({ mark }) => mark === "aside");
    if (aside === undefined) throw new Error(`restore ${this.of.sequence} has kept no list of before`);
    await writeListed(aside.restic, aside.id, file);
  }

  private get tag(): string {
    return `restore-${String(this.of.sequence).padStart(6, "0")}`;
  }

  /** Newest first. */
  private async marked(): Promise<{ mark: Mark; id: string; restic: Restic }[]> {
    const words = ["snapshots", "--json", "--no-lock", "--tag", this.tag];
    const found = await this.atEach(async ({ restic }) =>
      (await restic.json<Marked[]>(words)).flatMap(({ id, time, tags = [] }) => {
        const mark = marks.find((each) => tags.includes(each));
        return mark === undefined ? [] : [{ mark, id, restic, at: Date.parse(time) }];
      }),
    );
    return found.flat().sort((one, other) => other.at - one.at);
  }

  private async atEach<T>(work: (at: RepositoryAt) => Promise<T>): Promise<T[]> {
    const done: T[] = [];
    const problems: string[] = [];
    for (const at of this.repositories) {
      try {
        done.push(await work(at));
      } catch (error) {
        problems.push(`${at.host}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (done.length === 0) throw new Error(`no vault answers. ${problems.join("; ")}`);
    for (const problem of problems) this.of.say(problem);
    return done;
  }
}

/** Writes the list in a snapshot to a file. */
export async function writeListed(restic: Restic, snapshot: string, file: string): Promise<void> {
  const out = createWriteStream(file);
  await restic.stream(["dump", "--no-lock", "--quiet", snapshot, listName], out);
  await new Promise<void>((resolve, reject) => {
    out.on("error", reject);
    out.end(resolve);
  });
}
