import type { Agent } from "undici";
import type { Translated } from "../../../components/foundation/language/language.ts";
import type { Doorway } from "../../look/doorway.ts";
import type { Outputs } from "../../stack.ts";
import type { Pair } from "./declared.ts";
import type { Look } from "./journal.ts";
import type { Mailbox } from "./mailbox.ts";
import type { TourProject } from "./project.ts";

/** Tools of the steps. */
export interface Tour {
  pair: Pair;
  project: Pick<
    TourProject,
    "folder" | "stacks" | "edit" | "editShared" | "commune" | "isChanged" | "record"
  >;
  mailbox: Pick<Mailbox, "host" | "letters">;
  /** Address and authority of every public name. */
  doorway: Required<Pick<Doorway, "address" | "caFile">>;
  dispatcher: Agent;
  outputsOf: (id: string) => Promise<Outputs>;
  /** Applies a stack as it is declared in the copy, and says how many resources it has. */
  up: (id: string) => Promise<number>;
  /** Public address of a host on this machine: `https://villeurbanne.test:8443`. */
  addressOf: (host: string) => string;
  tell: Teller;
}

/** Output of the tour while it runs. */
export interface Teller {
  /** A sentence of its own. */
  say(text: string): void;
  /**
   * A command, before it runs, as somebody would type it; and about how long it takes, if that is more than a moment.
   */
  command(words: string, takes?: string): void;
  /** Text that the command printed. */
  output(text: string): void;
}

/** One step: what it is called, what is done, and what to look at afterwards. */
export interface Step {
  id: string;
  title: Translated;
  go(tour: Tour): Promise<Look[]>;
}
