import type { Change } from "../components/commune/changes/change.ts";
import { effects } from "../components/commune/changes/effect.ts";
import type { Told } from "../components/commune/changes/sentences.ts";
import type { Tongue } from "../components/commune/changes/words.ts";
import type { Finding } from "../policies/judge.ts";
import type { Need } from "./approval/needs.ts";
import type { Past } from "./approval/past.ts";
import type { Plan } from "./approval/plan.ts";
import { needOfChange, worst } from "./approval/weight.ts";
import type { Messages } from "./messages.ts";
import type { ObjectChanges } from "./objects.ts";
import { sections } from "./sections.ts";
import type { Side } from "./side.ts";
import { summaryOf } from "./summary.ts";
import { untoldIn } from "./untold.ts";

/** A part of an answer, whatever it is shown on. */
export type Block =
  | { kind: "text"; text: string }
  | { kind: "list"; items: readonly string[] }
  | { kind: "table"; head: readonly string[]; rows: readonly (readonly string[])[] }
  /** What is there for whoever asks, in a language that may be another than the report's. */
  | { kind: "folded"; title: string; language: Tongue; items: readonly string[] };

/** One question and its answer. */
export interface Section {
  id: string;
  title: string;
  blocks: readonly Block[];
}

/** What a change would be made from. */
export type Origin =
  | { kind: "revision"; revision: string }
  | { kind: "published" }
  /** The commune was not there before. */
  | { kind: "nothing" }
  /** What the stack applied last. */
  | { kind: "state" };

/** What only the engine knows of an update. */
export interface Beneath {
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
  beneath?: Beneath | undefined;
  /** Why, in the words of whoever wants it; nothing where nobody said. */
  because?: string | undefined;
  /** What git says of how it came; nothing where it says nothing. */
  messages?: Messages | undefined;
  /** What was approved before. */
  past?: Past | undefined;
}

/** How bad a report is as a whole: the worst of its facts. */
export type Label = Change["effect"];

/** `commune audit`: a change as people read it. The same facts always give the same report. */
export interface Report {
  format: 1;
  /** What is told: a change that is proposed, or what somebody changed on the cluster by hand. */
  kind: "change" | "drift";
  commune: string;
  name: string;
  date: string;
  language: Tongue;
  label: Label;
  /** Why, in the words of whoever wants it; nothing where nobody said. */
  because?: string;
  /** At most five sentences. */
  summary: readonly string[];
  sections: readonly Section[];
  /** The changes themselves, for programs. */
  changes: readonly Change[];
  /** What can be approved, and how many have to: nothing where a report is made of files alone. */
  approval?: { need: Need; plan: Plan };
}

/** The gravest effect of some changes; nothing changed is reversible. */
export function labelOf(changes: readonly Change[]): Label {
  return effects.findLast((effect) => changes.some((change) => change.effect === effect)) ?? "reversible";
}

/** The same with what becomes of objects, and what the engine would do, where that is known. */
export function labelOfFacts(facts: Pick<Facts, "changes" | "plan" | "objects" | "before" | "after">): Label {
  const found = [
    labelOf(facts.changes),
    facts.plan === undefined ? "reversible" : worst(facts.plan),
    ...untoldIn(facts).map(({ effect }) => effect),
  ];
  return effects.findLast((effect) => found.includes(effect)) ?? "reversible";
}

/** Makes a report of facts, in one language. */
export function reportOf(facts: Facts, language: Tongue): Report {
  const { plan, after, because } = facts;
  const { declaration } = after;
  return {
    format: 1,
    kind: "change",
    commune: declaration.id,
    name: declaration.name,
    date: facts.today,
    language,
    label: labelOfFacts(facts),
    ...(because !== undefined && { because }),
    summary: summaryOf(facts, language),
    sections: sections(facts, language),
    changes: facts.changes,
    ...(plan && { approval: { need: needOfChange(facts), plan } }),
  };
}
