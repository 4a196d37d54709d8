import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * Files that take minutes, in an order in which those that bring up whole communes have smaller ones between them:
 * three such communes at once ask for more processor than a node of two has, and wait for each other.
 */
const long = [
  "copies",
  "relocate",
  "cluster",
  "images",
  "association-life",
  "database-move",
  "mastodon-server",
  "retirement",
  "peertube-server",
  "nextcloud-upgrade",
  "commune",
  "uploads",
  "federation-stacks",
  "tenants",
  "peertube",
  "first-update",
  "mastodon",
  "killed",
  "rotation",
  "rollout",
  "login",
  "accounts",
  "lists",
  "tickets",
  "from-the-form",
  "levels",
  "nextcloud-install",
  "taken-back",
  "hotspots",
  "context",
  "database-outside",
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
