import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { failure } from "../../scripts/stack.ts";
import { asRead } from "./page.ts";
import { Project } from "./project.ts";

/** What `up --refresh` does not take back by itself, because it also stops a stack with another seed: by the command that is printed. */
const cluster = openCluster(inject("cluster"));
const stack = "feyzin";
const namespace = `${stack}-federation`;
let project: Project;

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa("kubectl", args, { env: cluster.environment });
  return stdout;
}

interface Edited {
  /** What is edited, and where. */
  object: string[];
  patch: object;
  field: string;
  /** A declared change of the same field. */
  change: { file: string; from: string; to: string };
}

const edited: Record<string, Edited> = {
  Secret: {
    object: ["secret", "federation", "-n", namespace],
    patch: { stringData: { "signing-key": "by hand" } },
    field: "{.data.signing-key}",
    change: {
      // Its version cannot just be raised: peers have the public half of this one.
      file: "components/federation/secrets.ts",
      from: 'purpose: "signing-key"',
      to: 'purpose: "another-signing-key"',
    },
  },
  Namespace: {
    object: ["namespace", namespace],
    patch: { metadata: { labels: { "pod-security.kubernetes.io/warn": "privileged" } } },
    field: "{.metadata.labels.pod-security\\.kubernetes\\.io/warn}",
    change: {
      file: "components/foundation/namespace/manifests.ts",
      from: '"pod-security.kubernetes.io/warn": "restricted"',
      to: '"pod-security.kubernetes.io/warn": "baseline"',
    },
  },
};

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(
    stack,
    `id: ${stack}\nname: Feyzin\ninsee: "69276"\ndomain: ${stack}.test\npopulation: 9800\ncontact: a@${stack}.test\n`,
  );
  await project.createStack(stack);
  await project.up(stack);
});

afterAll(async () => {
  await project.end(stack);
});

describe.each(Object.entries(edited))(
  "a %s that was edited by hand",
  (kind, { object, patch, field, change }) => {
    const live = () => kubectl("get", ...object, `--output=jsonpath=${field}`);

    test("is taken back by the command that is printed, and the next declared change goes through", async () => {
      const declared = await live();
      await kubectl("patch", ...object, "--type=merge", "-p", JSON.stringify(patch));
      const byHand = await live();
      expect(byHand).not.toBe(declared);

      const refused = await project.pulumi(["up", "--refresh", "--yes", "-s", stack]);
      expect(refused.exitCode, refused.output).not.toBe(0);
      expect(await live()).toBe(byHand);

      const command = failure("up", stack, refused.output).split(": ").at(-1) ?? "";
      expect(command).toMatch(/^PULUMI_K8S_ENABLE_PATCH_FORCE=true npx pulumi up --refresh -s /);
      const { exitCode, output } = await asRead(project, `${command} --yes`);
      expect(exitCode, output).toBe(0);
      expect(await live(), kind).toBe(declared);

      project.edit(change.file, (text) => text.replace(change.from, change.to));
      await project.up(stack);
      expect(await live()).not.toBe(declared);
      project.edit(change.file, (text) => text.replace(change.to, change.from));
      await project.up(stack);
      expect(await live()).toBe(declared);
    });
  },
);

test("a mark that was edited by hand is put back by hand, and stops nothing any more", async () => {
  const { seed } = JSON.parse(await project.succeed("stack", "output", "published", "--json", "-s", stack));
  const annotate = (value: string) =>
    kubectl("annotate", "--overwrite", "namespace", namespace, `commune.cloud/seed=${value}`);
  await annotate("0000000000000000");
  const refused = await project.pulumi(["up", "--refresh", "--yes", "-s", stack]);
  expect(failure("up", stack, refused.output)).toContain("has another seed than this stack");
  await annotate(seed);
  await project.up(stack, "--refresh");
});
