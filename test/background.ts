import { execa } from "execa";

/** A program that runs beside others, and is silent until somebody waits for it. */
export class Background {
  /** Undefined while it runs. */
  succeeded: boolean | undefined;
  private readonly said: string[] = [];
  private tell = (line: string): unknown => this.said.push(line);
  private readonly running: ReturnType<typeof start>;
  private readonly ended: Promise<boolean>;

  constructor(program: string, words: readonly string[]) {
    this.running = start(program, words);
    this.ended = this.follow();
  }

  private async follow(): Promise<boolean> {
    for await (const line of this.running.iterable({ from: "all" })) this.tell(line);
    this.succeeded = !(await this.running).failed;
    return this.succeeded;
  }

  /** Tells what it has said and what it goes on to say, and returns when it ends: whether it went well. */
  finish(tell: (line: string) => void): Promise<boolean> {
    for (const line of this.said.splice(0)) tell(line);
    this.tell = tell;
    return this.ended;
  }

  /** Asks it to end, and returns when it has. */
  async stop(): Promise<void> {
    this.running.kill("SIGTERM");
    await this.ended;
  }
}

function start(program: string, words: readonly string[]) {
  return execa(program, words, {
    all: true,
    reject: false,
    stdin: "ignore",
    // It ends what it has begun before it ends itself.
    forceKillAfterDelay: false,
  });
}
