import type { Change } from "../components/commune/changes/change.ts";
import type { Told } from "../components/commune/changes/sentences.ts";
import type { Finding } from "../policies/judge.ts";
import type { Past } from "./approval/past.ts";
import type { Plan } from "./approval/plan.ts";
import type { Messages } from "./messages.ts";
import type { ObjectChanges } from "./objects.ts";
import type { Origin } from "./report.ts";
import type { Side } from "./side.ts";

/** Facts about an update that only the engine knows. */
export interface EngineChanges {
  /** Names of the Secrets of which a value becomes another one. */
  secrets: ReadonlySet<string>;
  /** Names of data holders that would no longer be protected, or no longer kept when they leave the program. */
  released: readonly string[];
  /** Other outputs of the stack whose value changes. */
  outputs: readonly string[];
}

/** Everything that a report is made of. */
export interface Facts {
  /** Day of the report, ISO 8601. */
  today: string;
  origin: Origin;
  /** undefined if the commune is new, or if only what it published is known. */
  before: Pick<Side, "objects"> | undefined;
  after: Side;
  changes: readonly Change[];
  /** Restore points that are taken before, or the reason why nothing is kept of what was. */
  points: readonly Told[];
  /** Findings of each rule in what is planned. */
  findings: readonly Finding[];
  /** Whether the settings of its stack are known: otherwise rules that need them are not judged. */
  siteIsKnown: boolean;
  objects: ObjectChanges;
  /** Plan of the engine, as it can be approved; undefined if a report is made of files alone. */
  plan?: Plan | undefined;
  /** Changes that no object shows; undefined if a report is made of files alone. */
  engineChanges?: EngineChanges | undefined;
  /** Reason, in the words of whoever wants the change; undefined if none was given. */
  because?: string | undefined;
  /** Messages of git about the change; undefined if git has none. */
  messages?: Messages | undefined;
  /** Earlier approvals. */
  past?: Past | undefined;
}
