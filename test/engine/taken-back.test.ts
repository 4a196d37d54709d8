import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure } from "../../scripts/stack.ts";
import { asRead } from "../cluster/page.ts";
import { Project } from "../cluster/project.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { bareCluster } from "./bare.ts";

/** Tests of edits that a command takes back, as it is printed: `up --refresh` does not, since they stop another seed too. */
const cluster = bareCluster();
const stack = "feyzin";
const nodes = Nodes.beside(cluster, [stack]);
afterAll(() => nodes.stop());
const namespace = `${stack}-federation`;
let project: Project;

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa("kubectl", args, { env: cluster.environment });
  return stdout;
}

interface Edited {
  /** The object that is edited, and its namespace. */
  object: string[];
  patch: object;
  field: string;
}

const edited: Record<string, Edited> = {
  Secret: {
    object: ["secret", "federation", "-n", namespace],
    patch: { stringData: { "signing-key": "by hand" } },
    field: "{.data.signing-key}",
  },
  Namespace: {
    object: ["namespace", namespace],
    patch: { metadata: { labels: { "pod-security.kubernetes.io/warn": "privileged" } } },
    field: "{.metadata.labels.pod-security\\.kubernetes\\.io/warn}",
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

// That a declared change of such a field goes through then is in hand-edits.test.ts.
test.each(Object.entries(edited))(
  "a %s that was edited by hand is taken back by the command that is printed",
  async (_, { object, patch, field }) => {
    const live = () => kubectl("get", ...object, `--output=jsonpath=${field}`);
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
    expect(await live()).toBe(declared);
  },
);

test("a mark that was edited by hand is put back by hand, and nothing that was edited stops the plain run any more", async () => {
  const { seed } = JSON.parse(await project.succeed("stack", "output", "published", "--json", "-s", stack));
  const annotate = (value: string) =>
    kubectl("annotate", "--overwrite", "namespace", namespace, `commune.cloud/seed=${value}`);
  await annotate("0000000000000000");
  const refused = await project.pulumi(["up", "--refresh", "--yes", "-s", stack]);
  expect(failure("up", stack, refused.output)).toContain("has another seed than this stack");
  await annotate(seed);
  await project.up(stack, "--refresh");
});
