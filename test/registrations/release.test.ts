import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { loadYaml } from "../../components/foundation/declaration/load.ts";
import { checkout } from "../../local/paths.ts";
import { declaredFile, folder, readRelease } from "../golden/release/files.ts";
import {
  announcedRestarts,
  changedNames,
  holderSums,
  podSums,
  type Sums,
} from "../golden/release/release.ts";
import { declared, example, registeredNow } from "./declared.ts";
import { readGolden } from "./golden.ts";
import type { Registration } from "./order.ts";

const last = readRelease();
const changelog = readFileSync(join(checkout, "CHANGELOG.md"), "utf8");

const textOf = (file: string) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);

/** Returns what today's toolkit registers for what was declared at the last release. */
function today(golden: string): Promise<Registration[]> {
  const file = declaredFile(golden);
  const then = join(folder, `${golden}.yaml`);
  // golden.test.ts holds the program to its golden files: they are read, unless they are of another declaration by now.
  if (file === undefined || textOf(join(checkout, file)) === textOf(then))
    return Promise.resolve(readGolden(golden));
  const read = loadYaml(then, communeSchema);
  if (!read.ok)
    throw new Error(`the last release took what this one refuses: ${JSON.stringify(read.problems)}`);
  const { declaration } = read;
  const beside = golden.startsWith("examples-") ? example("full.yaml") : declared(golden);
  return registeredNow({ ...beside, declaration });
}

describe("since the last release", () => {
  const now: { pods: Record<string, Sums[string]>; holders: Record<string, Sums[string]> } = {
    pods: {},
    holders: {},
  };

  beforeAll(async () => {
    for (const golden of Object.keys(last.pods)) {
      const registrations = await today(golden);
      now.pods[golden] = podSums(registrations);
      now.holders[golden] = holderSums(registrations);
    }
  });

  test("what restarts is what CHANGELOG.md says, and nothing else", () => {
    const why =
      'CHANGELOG.md, "Restarts", names what restarts with a newer toolkit (docs/upgrade.md, "What a release says"). If only what a test declares is another one, npm run release:record -- --of <golden file> takes that for what was.';
    expect(announcedRestarts(changelog, last.release), why).toEqual(changedNames(last.pods, now.pods));
  });

  test("nothing with data is replaced", () => {
    expect(changedNames(last.holders, now.holders)).toEqual([]);
  });
});

describe("pods of a release", () => {
  const deployment = (annotation: string) =>
    ({
      ...{ type: "kubernetes:apps/v1:Deployment", name: "bron-portal", parent: undefined },
      ...{ protect: false, retainOnDelete: false, dependsOn: [] },
      inputs: {
        kind: "Deployment",
        metadata: { name: "portal", namespace: "bron-portal" },
        spec: { replicas: 1, template: { metadata: { annotations: { annotation } } } },
      },
    }) satisfies Registration;
  const job = (name: string, image: string) =>
    ({
      ...deployment(""),
      inputs: { kind: "Job", metadata: { name, namespace: "bron-mastodon" }, spec: { template: { image } } },
    }) satisfies Registration;

  test("are others when their template is, and only then", () => {
    const sums = (one: Registration) => ({ bron: podSums([one]) });
    expect(changedNames(sums(deployment("a")), sums(deployment("a")))).toEqual([]);
    expect(changedNames(sums(deployment("a")), sums(deployment("b")))).toEqual(["deployment/portal"]);
    expect(changedNames(sums(deployment("a")), { bron: {} })).toEqual(["deployment/portal"]);
    expect(changedNames({ bron: {} }, sums(deployment("a")))).toEqual([]);
  });

  test("of a Job are known by its name without the checksum", () => {
    const [before, now] = [job("migrate-0a1b2c3d", "one"), job("migrate-4e5f6071", "two")];
    expect(changedNames({ bron: podSums([before]) }, { bron: podSums([now]) })).toEqual(["job/migrate"]);
  });

  test("that CHANGELOG.md names are those below Restarts, above the last release", () => {
    const text = [
      "# Changelog\n\n## [Unreleased]\n\n### Changed\n\n- `deployment/other`\n",
      "\n### Restarts\n\n- `deployment/b`, `job/a`: why, `--flag`\n\n### Fixed\n\n- `deployment/fixed`\n",
      "\n## [0.1.0] - 2026-12-24\n\n### Restarts\n\n- `deployment/old`\n",
    ].join("");
    expect(announcedRestarts(text, "0.1.0")).toEqual(["deployment/b", "job/a"]);
    expect(announcedRestarts(text, "none")).toEqual(["deployment/b", "deployment/old", "job/a"]);
  });

  test("with data are known by what cannot change", () => {
    const claim = (storageClassName: string, storage: string, name = "bron-data") =>
      ({
        ...deployment(""),
        ...{ type: "kubernetes:core/v1:PersistentVolumeClaim", name },
        inputs: {
          kind: "PersistentVolumeClaim",
          metadata: { name: "data", namespace: "bron-database" },
          spec: { storageClassName, resources: { requests: { storage } } },
        },
      }) satisfies Registration;
    const sums = (one: Registration) => ({ bron: holderSums([one]) });
    const before = sums(claim("fast", "1Gi"));
    expect(changedNames(before, sums(claim("fast", "2Gi")))).toEqual([]);
    expect(changedNames(before, sums(claim("slow", "1Gi")))).toEqual(["persistentvolumeclaim/data"]);
    expect(changedNames(before, sums(claim("fast", "1Gi", "bron-files")))).toEqual([
      "persistentvolumeclaim/data",
    ]);
  });
});
