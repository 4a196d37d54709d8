import type { Lines } from "./position.ts";
import type { Node, YamlProblem } from "./yaml.ts";

/** A way of spelling declarations. */
export interface Syntax {
  name: "YAML" | "JSON";
  /** In bytes. A larger file is refused unread. */
  largest: number;
  /** Reads one document: what could be understood, and what is wrong with its spelling. */
  read(text: string, lines: Lines): { root?: Node; problems: YamlProblem[] };
}
