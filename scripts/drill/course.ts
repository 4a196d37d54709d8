import type { DrilledMoment } from "../../audit/drills/log.ts";

/** Measurements until the end, or until the drill failed. */
export class Course {
  readonly steps: { step: string; service?: string; seconds: number }[] = [];
  readonly statuses = new Map<string, number>();
  readonly moments: DrilledMoment[] = [];
  /** Time that was no part of the way back of the services, in seconds. */
  asideSeconds = 0;

  constructor(private readonly now: () => Date) {}

  /** Takes one step, and records how long it took, also if it fails. */
  async measure<T>(step: string, service: string | undefined, work: () => Promise<T>): Promise<T> {
    const noted = { step, ...(service !== undefined && { service }), seconds: 0 };
    this.steps.push(noted);
    const began = this.now().getTime();
    try {
      return await work();
    } finally {
      noted.seconds = (this.now().getTime() - began) / 1000;
    }
  }

  /** Does what the services do not wait for when they come back. */
  async aside(work: () => Promise<void>): Promise<void> {
    const began = this.now().getTime();
    await work();
    this.asideSeconds += (this.now().getTime() - began) / 1000;
  }
}
