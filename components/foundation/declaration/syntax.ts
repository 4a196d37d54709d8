import type { Lines } from "./position.ts";
import type { Node, YamlProblem } from "./yaml.ts";

/** A way of spelling declarations. */
export interface Syntax {
  name: "YAML" | "JSON";
  /** In bytes. A larger file is refused unread. */
  largest: number;
  /** Advice for a file that is larger. */
  smaller: string;
  /**
   * Reads one document: what could be understood, and what is wrong with its spelling. Sections have no prototype, so
   * that no key finds anything but what is declared.
   */
  read(text: string, lines: Lines): { content?: { value: unknown }; problems: YamlProblem[] };
  /** Returns the document with the place of each value; undefined if nothing could be understood. */
  locate(text: string, lines: Lines): Node | undefined;
}
