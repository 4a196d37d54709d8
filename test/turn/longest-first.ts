import { relative } from "node:path";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { readRecord } from "./record.ts";

/**
 * Starts the files that took longest when they ran last, so that none of them runs alone at the end. On a fresh checkout
 * vitest itself knows nothing of a file but its size.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const { files: recorded } = readRecord(root, "");
    const seconds = ({ moduleId }: TestSpecification) => recorded[relative(root, moduleId)]?.seconds ?? 0;
    return (await super.sort(files)).sort((one, other) => seconds(other) - seconds(one));
  }
}
