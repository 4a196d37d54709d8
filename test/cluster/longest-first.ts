import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Small files of the cluster project that take minutes: they bring much up several times, or try thousands of ways. */
const long = [
  "retirement",
  "nextcloud-upgrade",
  "database-outside",
  "database-upgrade",
  "rollout",
  "killed",
  "matrix",
  "context",
  "keeper",
  "restore-point",
  "export",
  "drill",
  "relocate",
  "undo",
].map((name) => `/test/cluster/${name}.test.ts`);

/**
 * Starts these first, so that none of them runs alone at the end. On a fresh checkout vitest knows of a file nothing
 * but its size, and has the largest first.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = long.findIndex((name) => moduleId.endsWith(name));
      return index === -1 ? long.length : index;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}
