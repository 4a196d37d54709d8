import { execa } from "execa";

/** Title of a step, and its duration in seconds. */
export interface Step {
  title: string;
  took: number;
}

/** A finished step of the demo, as `✔ title  what came of it [1m37s]`. */
function stepIn(line: string): Step | undefined {
  const [, title, minutes, seconds] =
    /^✔ (\S.*?)(?: {2,}.*)? \[(?:(\d+)m)?([\d.]+)s\]$/.exec(line.trim()) ?? [];
  return title === undefined ? undefined : { title, took: Number(minutes ?? 0) * 60 + Number(seconds) };
}

/** Commands that somebody types one after the other, what each took, and what the demo says of its own steps. */
export class Steps {
  private readonly all: Step[] = [];
  private total = 0;

  constructor(private readonly where: { cwd: string; env: NodeJS.ProcessEnv }) {}

  /** Runs a command, and prints its finished steps and what went wrong. Throws if it fails. */
  async run(title: string, words: readonly string[]): Promise<void> {
    const began = Date.now();
    const [program = "", ...rest] = words;
    const running = execa(program, rest, { ...this.where, all: true, stdin: "ignore" });
    const within: Step[] = [];
    for await (const line of running.iterable({ from: "all" })) {
      const step = stepIn(line);
      if (step) within.push(step);
      if (step || /^[❯✖]|min left|rror|^ +\d\. |^ +All \d/.test(line)) console.log(line);
    }
    const took = (Date.now() - began) / 1000;
    this.total += took;
    this.all.push({ title: `**${title}**`, took }, ...within);
  }

  /** Returns a row for each command and each step within it, and their sum. */
  table(): string {
    const rows = [...this.all, { title: "**all**", took: this.total }];
    return `| step | took |\n|---|---|\n${rows.map(({ title, took }) => `| ${title} | ${length(took)} |`).join("\n")}`;
  }
}

const length = (seconds: number): string =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
