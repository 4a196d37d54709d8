import type { Lines, Path, Position } from "./position.ts";
import type { Problem } from "./problem.ts";
import type { Node } from "./yaml.ts";

/** Places of everything in one file. */
export class Positions {
  readonly #lines: Lines;
  readonly #locate: () => Node | undefined;
  #root: Node | undefined;

  /**
   * @param locate reads the file again, for the place of each value, when the first is asked for: most files are right,
   * and the places of 5,000 points take ten times the memory of their text.
   */
  constructor(
    /** As printed in problems. */
    readonly file: string,
    lines: Lines,
    locate: () => Node | undefined,
  ) {
    this.#lines = lines;
    this.#locate = locate;
  }

  /**
   * Returns the place of the value at `path`; for a value that is not written (a default), that of the key of the
   * nearest section.
   */
  value(path: Path): Position {
    const { node, entry, whole } = this.#find(path);
    return this.#lines.at(whole ? node.offset : (entry?.offset ?? node.offset));
  }

  /** Returns the place of the key of the field at `path`; for a key that is not written, that of the nearest section. */
  key(path: Path): Position {
    const { node, entry } = this.#find(path);
    return this.#lines.at(entry?.offset ?? node.offset);
  }

  /** A problem at a value (or at its key), for checks that a schema cannot make. */
  problem(path: Path, message: string, at: "value" | "key" = "value"): Problem {
    return { file: this.file, ...this[at](path), path, message };
  }

  #find(path: Path): { node: Node; entry?: { offset: number }; whole: boolean } {
    this.#root ??= this.#locate() ?? { offset: 0, kind: "mapping", entries: new Map() };
    let node = this.#root;
    let entry: { offset: number } | undefined;
    for (const step of path) {
      let next: { offset: number; value: Node } | undefined;
      if (node.kind === "mapping") next = node.entries.get(String(step));
      else if (node.kind === "sequence" && typeof step === "number") {
        const item = node.items[step];
        next = item && { offset: item.offset, value: item };
      }
      if (!next) return { node, ...(entry && { entry }), whole: false };
      [entry, node] = [next, next.value];
    }
    return { node, ...(entry && { entry }), whole: true };
  }
}
