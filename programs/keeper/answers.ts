import { setTimeout as sleep } from "node:timers/promises";
import { firstIncarnation, latestIncarnation } from "../../components/recovery/incarnation.ts";
import type { VaultSeen } from "../../components/recovery/keeper/settings.ts";
import type { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { messageOf } from "./run.ts";

/** Longest time that a turn waits for an answer, milliseconds. */
const waitMs = 5000;

/** Time after which a silent vault is not waited for any more, milliseconds. */
const silenceMs = 300_000;

/** A vault, and the `Date` that it answered with last. */
interface AskedVault {
  open: Pick<OpenVault, "once">;
  lastDate: () => string | undefined;
}

/** Answers of one vault to the question of each turn: whether it is there, and which site it knows of. */
export class Answers {
  /** Last answer, or why there is none. */
  last: Pick<VaultSeen, "answers" | "problem" | "aheadSeconds"> = { answers: false };
  /** Number of the latest site that it knows of. */
  latest = firstIncarnation;
  /** The question that is not answered yet, and its time. All times here are on this process's own clock. */
  private question: { askedAt: number; ended: Promise<void> } | undefined;
  private answeredAt = Number.NEGATIVE_INFINITY;
  private lookedAt = Number.NEGATIVE_INFINITY;
  /** Time since which it has not answered; undefined while it answers. */
  private silentSince: number | undefined = performance.now();

  constructor(private readonly vault: AskedVault) {}

  /**
   * Asks, unless an earlier question is not answered yet, and waits until 5 s after it was asked. An answer after that
   * counts when it comes, and in the next turn: a vault that is always slow is no silent one.
   */
  async look(): Promise<void> {
    const before = this.lookedAt;
    this.question ??= this.ask();
    const left = this.question.askedAt + waitMs - performance.now();
    await Promise.race([this.question.ended, sleep(Math.max(0, left), undefined, { ref: false })]);
    if (this.question !== undefined && this.answeredAt <= before)
      this.noteSilence(`no answer within ${waitMs / 1000} s`);
    this.lookedAt = performance.now();
  }

  /** Whether it has not answered for so long that it is not waited for any more. */
  get isSilent(): boolean {
    return this.silentSince !== undefined && performance.now() - this.silentSince > silenceMs;
  }

  private ask() {
    const ended = this.hear().finally(() => {
      this.question = undefined;
    });
    return { askedAt: performance.now(), ended };
  }

  private async hear(): Promise<void> {
    try {
      this.latest = latestIncarnation(await this.vault.open.once());
      const date = Date.parse(this.vault.lastDate() ?? "");
      this.last = {
        answers: true,
        ...(!Number.isNaN(date) && { aheadSeconds: (date - Date.now()) / 1000 }),
      };
      this.silentSince = undefined;
      this.answeredAt = performance.now();
    } catch (error) {
      this.noteSilence(messageOf(error));
    }
  }

  private noteSilence(problem: string): void {
    this.last = { answers: false, problem };
    this.silentSince ??= performance.now();
  }
}
