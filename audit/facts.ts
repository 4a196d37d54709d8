import type { Change } from "../components/commune/changes/change.ts";
import type { Told } from "../components/commune/changes/sentences.ts";
import type { Finding } from "../policies/judge.ts";
import type { Past } from "./approval/past.ts";
import type { Plan } from "./approval/plan.ts";
import type { Messages } from "./messages.ts";
import type { ObjectChanges } from "./objects.ts";
import type { Origin } from "./report.ts";
import type { Side } from "./side.ts";

/** What only the engine knows of an update. */
export interface EngineChanges {
  /** Names of the Secrets of which a value becomes another one. */
  secrets: ReadonlySet<string>;
  /** Names of what holds data, and would no longer be protected, or kept where it leaves the program. */
  released: readonly string[];
  /** What else the stack publishes that becomes another value. */
  outputs: readonly string[];
}

/** Everything that a report is made of. */
export interface Facts {
  /** Day of the report, ISO 8601. */
  today: string;
  origin: Origin;
  /** Nothing where the commune is new, or where only what it published is known. */
  before: Pick<Side, "objects"> | undefined;
  after: Side;
  changes: readonly Change[];
  /** Which restore points are taken before, or why nothing is kept of what was. */
  points: readonly Told[];
  /** What each rule finds in what is to be. */
  findings: readonly Finding[];
  /** Whether the settings of its stack are known: a rule that asks for them is not judged otherwise. */
  siteIsKnown: boolean;
  objects: ObjectChanges;
  /** What the engine would do, as it can be approved; nothing where a report is made of files alone. */
  plan?: Plan | undefined;
  /** What it would change of what no object shows; nothing where a report is made of files alone. */
  engineChanges?: EngineChanges | undefined;
  /** Why, in the words of whoever wants it; nothing where nobody said. */
  because?: string | undefined;
  /** What git says of how it came; nothing where it says nothing. */
  messages?: Messages | undefined;
  /** What was approved before. */
  past?: Past | undefined;
}
