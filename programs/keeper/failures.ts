import type { Failure } from "../../components/recovery/keeper/settings.ts";
import { messageOf } from "./run.ts";

/** Failures that last: one for each task that has not succeeded since. */
export class Failures {
  private readonly open = new Map<Failure["task"], Failure>();

  constructor(
    private readonly now: () => Date,
    private readonly say: (line: object) => void,
  ) {}

  /** Runs a task, and remembers how it ended. Returns undefined if it failed. */
  async watch<Result>(task: Failure["task"], run: () => Promise<Result>): Promise<Result | undefined> {
    try {
      const result = await run();
      this.clear(task);
      return result;
    } catch (error) {
      this.note(task, error);
      return undefined;
    }
  }

  /** Whether a check throws nothing; what it throws is remembered. */
  holds(task: Failure["task"], check: () => void): boolean {
    try {
      check();
      this.clear(task);
      return true;
    } catch (error) {
      this.note(task, error);
      return false;
    }
  }

  note(task: Failure["task"], error: unknown): void {
    const { since = this.now().toISOString(), times = 0 } = this.open.get(task) ?? {};
    const message = messageOf(error);
    this.open.set(task, { task, since, times: times + 1, message });
    this.say({ task, failed: message, times: times + 1 });
  }

  clear(task: Failure["task"]): void {
    if (this.open.delete(task)) this.say({ task, isWell: true });
  }

  get all(): Failure[] {
    return [...this.open.values()];
  }
}
