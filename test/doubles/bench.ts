import type { Access } from "../../components/tenants/applications/access.ts";
import type { Bench, Copy, Strain, Subject, Visit } from "../../scripts/package/bench.ts";

/** In which way the application of a RecordedBench is broken; from which call on, where it works at first. */
export interface Broken {
  how:
    | "does not start"
    | "loses what it kept when it is upgraded"
    | "copies nothing of what was written"
    | "restores beside what is there"
    | "reaches the API server"
    | "touches another association"
    | "leads to its old name"
    | "lets strangers read"
    | "takes more memory than it may"
    | "is started again";
  /** Number of calls for which it works before. */
  after?: number;
}

/**
 * A double of a place where an application runs: it keeps what is written in memory, and is broken in one way at most. It
 * shows what the levels ask for and conclude, and nothing about any application.
 */
export class RecordedBench implements Bench {
  readonly before: string | undefined = "the version before, of a test";
  readonly accesses: Bench["accesses"];
  /** Every call, in order. */
  readonly calls: string[] = [];
  private readonly kept = new Map<Subject, Set<string>>();
  private uid = 1;
  private asked = 0;

  constructor(
    private readonly broken?: Broken,
    left: readonly Access[] = [],
  ) {
    this.accesses = { tried: ["public", "members"], left };
  }

  /** Whether it is broken that way by now. */
  private is(how: Broken["how"]): boolean {
    if (this.broken?.how !== how) return false;
    return this.asked++ >= (this.broken.after ?? 0);
  }

  private marksOf(subject: Subject): Set<string> {
    const marks = this.kept.get(subject) ?? new Set();
    this.kept.set(subject, marks);
    return marks;
  }

  async install(subject: Subject, how?: { version?: "this" | "before"; access?: Access }): Promise<void> {
    this.calls.push(`install ${subject}${how?.version === "before" ? " before" : ""}`);
    if (this.is("does not start")) throw new Error("it is not ready after 1 s");
    const isUpgraded = subject === "ancien" && how?.version === undefined;
    if (how?.version === "before" || (isUpgraded && this.is("loses what it kept when it is upgraded")))
      this.kept.delete(subject);
  }

  async write(subject: Subject, mark: string): Promise<void> {
    this.calls.push(`write ${subject}`);
    this.marksOf(subject).add(mark);
  }

  async reads(subject: Subject, mark: string): Promise<boolean> {
    return this.marksOf(subject).has(mark);
  }

  async backup(subject: Subject): Promise<Copy> {
    this.calls.push(`backup ${subject}`);
    const marks = this.is("copies nothing of what was written") ? [] : [...this.marksOf(subject)];
    return { files: Buffer.from(JSON.stringify(marks)), rows: undefined };
  }

  async wipe(subject: Subject): Promise<void> {
    this.calls.push(`wipe ${subject}`);
    if (!this.is("restores beside what is there")) this.kept.delete(subject);
  }

  async restore(subject: Subject, { files }: Copy): Promise<void> {
    this.calls.push(`restore ${subject}`);
    this.kept.set(subject, new Set(JSON.parse(String(files)) as string[]));
  }

  async attempts() {
    this.calls.push("attempts");
    if (this.is("touches another association")) this.uid++;
    const refusedBy = this.is("reaches the API server") ? undefined : "the network policies";
    return [{ attempt: "reaches the API server", refusedBy }];
  }

  async contents(): Promise<string> {
    return `uid ${this.uid}`;
  }

  async move(subject: Subject) {
    this.calls.push(`move ${subject}`);
    return { host: "ailleurs.test", oldAnswers: false, namesOld: this.is("leads to its old name") };
  }

  async visits(_: Subject, access: Access): Promise<Visit[]> {
    const isOpen = access === "public";
    return [{ who: "a stranger reads", may: isOpen, did: isOpen || this.is("lets strangers read") }];
  }

  async strain() {
    const container: Strain = {
      ...{ container: "application", restarts: this.is("is started again") ? 1 : 0 },
      ...{ memoryMiB: this.is("takes more memory than it may") ? 95 : 40, memoryLimitMiB: 100 },
      ...{ millicores: 200, millicoresLimit: 500 },
    };
    return { failed: 0, containers: [container] };
  }
}
