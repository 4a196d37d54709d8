import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files of the cluster project that take minutes, the longest first. The others follow as vitest has them. */
const long = [
  "database-upgrade",
  "killed",
  "commune",
  "mastodon",
  "nextcloud-upgrade",
  "peertube",
  "matrix",
  "cluster",
].map((name) => `/test/cluster/${name}.test.ts`);

/**
 * Starts the long files first, so that none of them runs alone at the end. On a fresh checkout vitest knows of a
 * file nothing but its size, and the longest are some of the smallest.
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
