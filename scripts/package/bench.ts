import type { Access } from "../../components/tenants/applications/access.ts";

/** The associations that a check makes: the one that is looked at, one that nothing may touch, one that begins with the version before. */
const subjects = ["essai", "temoin", "ancien"] as const;
export type Subject = (typeof subjects)[number];

/** A request to an application under one access. */
export interface Visit {
  /** Visitor and action: `a stranger reads`. */
  who: string;
  may: boolean;
  did: boolean;
}

/** One attempt from within, and what refused it; undefined if it succeeded. */
export interface Attempt {
  attempt: string;
  refusedBy: string | undefined;
}

/** Resources that a container used while it was asked for pages. */
export interface Strain {
  container: string;
  restarts: number;
  memoryMiB: number;
  memoryLimitMiB: number;
  /** Thousandths of a core, over the seconds in which it was asked. */
  millicores: number;
  millicoresLimit: number;
}

/** Actions that the levels need at a place where an application runs: the local cluster (local-bench.ts). */
export interface Bench {
  /** Applies the associations as declared, with the chart that is checked or the one before, and waits until it answers. */
  install(subject: Subject, how?: { version?: "this" | "before"; access?: Access }): Promise<void>;
  /** The version before, in words; undefined if there is none. */
  readonly before: string | undefined;
  /** Writes something with a mark, by which it is found again, as the administrator of the application. */
  write(subject: Subject, mark: string): Promise<void>;
  /** Whether something with that mark can be read. */
  reads(subject: Subject, mark: string): Promise<boolean>;
  /** A copy, by the chart's own command and of its database; empty if it keeps nothing. */
  backup(subject: Subject): Promise<Copy>;
  /** Removes the application and its data, and installs it again, empty. */
  wipe(subject: Subject): Promise<void>;
  restore(subject: Subject, copy: Copy): Promise<void>;
  /** All that is tried from within the association's namespace. */
  attempts(subject: Subject): Promise<Attempt[]>;
  /** Contents of an association's namespace: every object with its uid and generation. */
  contents(subject: Subject): Promise<string>;
  /**
   * Declares another domain, and runs the chart's own command for it. Returns the new public name, and what is left
   * of the old one.
   */
  move(subject: Subject, mark: string): Promise<{ host: string; oldAnswers: boolean; namesOld: boolean }>;
  /** The accesses that the application can keep on its own, and those of which nobody can say whether they are kept. */
  readonly accesses: { tried: readonly Access[]; left: readonly Access[] };
  visits(subject: Subject, access: Access): Promise<Visit[]>;
  /**
   * Accesses that are tried with the commune's login, and who then did what; absent if the application takes nobody
   * from there.
   */
  readonly byLogin?:
    | { accesses: readonly Access[]; visits(subject: Subject, access: Access): Promise<Visit[]> }
    | undefined;
  /** Asks for a hundred pages, eight at a time. */
  strain(subject: Subject): Promise<{ failed: number; containers: Strain[] }>;
}

/** A copy of what an application keeps. */
export interface Copy {
  /** A tar of the chart's command; undefined if it has none. */
  files: Buffer | undefined;
  /** A dump of its database; undefined if it has none. */
  rows: string | undefined;
}
