import type { Change } from "../components/commune/changes/change.ts";
import type { Effect } from "../components/commune/changes/effect.ts";
import type { Language } from "../components/foundation/language/language.ts";
import type { Need } from "./approval/needs.ts";
import type { Plan } from "./approval/plan.ts";

/** A part of an answer, whatever it is shown on. */
export type Block =
  | { kind: "text"; text: string }
  | { kind: "list"; items: readonly string[] }
  | { kind: "table"; head: readonly string[]; rows: readonly (readonly string[])[] }
  /** Detail that readers unfold, in a language that may differ from the report's. */
  | { kind: "folded"; title: string; language: Language; items: readonly string[] };

/** One question and its answer. */
export interface Section {
  id: string;
  title: string;
  blocks: readonly Block[];
}

/** State that a change starts from. */
export type Origin =
  | { kind: "revision"; revision: string }
  | { kind: "published" }
  /** The commune was not there before. */
  | { kind: "nothing" }
  /** The state that the stack applied last. */
  | { kind: "state" };

/** `commune report`: a change as people read it. The same facts always give the same report. */
export interface Report {
  format: 1;
  /** Subject of the report: a proposed change, or what somebody changed on the cluster by hand. */
  kind: "change" | "drift";
  commune: string;
  name: string;
  date: string;
  language: Language;
  label: Effect;
  /** Reason, in the words of whoever wants the change; absent if none was given. */
  because?: string;
  /** Sentences on top, at most five. */
  summary: readonly string[];
  sections: readonly Section[];
  /** The changes themselves, for programs. */
  changes: readonly Change[];
  /** Plan that can be approved, and how many have to approve it; absent if a report is made of files alone. */
  approval?: { need: Need; plan: Plan };
}
