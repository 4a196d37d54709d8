import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { $ } from "zx";
import { openCluster } from "../local/cluster/index.ts";
import { Project } from "../test/cluster/project.ts";
import { type Timeline, timelineOf, timelineText } from "../test/cluster/timeline.ts";
import { median, seconds } from "../test/cluster/timing.ts";
import { type BenchObject, objectsOf } from "./objects.ts";

/**
 * `npm run bench up`: a commune from nothing to Ready, by `pulumi up` and by `kubectl`. `apply` and `wait` of the
 * same objects, then what a look for changes costs when there are none, by `pulumi preview` and `kubectl diff`; in
 * turns on a local cluster that holds no commune. The same for 500 ConfigMaps. Prints medians, ratios, and where the
 * time of the first `up` went.
 */
const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });
const runs = Number(values.runs);
const { environment } = openCluster(process.env.COMMUNE_CLUSTER ?? "commune");
const env = { ...process.env, ...environment };
/** Runs commands with a text as their input. */
const given = (input: string) => $({ env, input });

/** Stack that is brought up, and what kubectl has to wait for. */
interface Subject {
  title: string;
  stack: string;
  prepare(project: Project): void;
  /** Whether an object has to be applied when the rest is there. */
  later(object: BenchObject): boolean;
  wait(applied: readonly BenchObject[]): Promise<void>;
}

const commune: Subject = {
  title: "Villeurbanne, all three services",
  stack: "villeurbanne",
  prepare: () => undefined,
  // All at once never ends: the Job that makes Mastodon's owner gives up before there are tables.
  later: ({ kind, metadata }) => kind === "Job" && /^mastodon-(migrate-after|bootstrap)-/.test(metadata.name),
  wait: async (applied) => {
    // Pulumi does not wait for these either.
    const awaited = applied.filter(
      ({ metadata }) => metadata.annotations?.["pulumi.com/skipAwait"] !== "true",
    );
    for (const [kind, state] of [
      ["StatefulSet", "jsonpath={.status.readyReplicas}=1"],
      ["Job", "condition=Complete"],
      ["Deployment", "condition=Available"],
    ] as const) {
      const some = awaited.filter((object) => object.kind === kind);
      if (some.length > 0) await given(listOf(some))`kubectl wait --filename=- --for=${state} --timeout=300s`;
    }
  },
};

const configMaps: Subject = {
  title: "500 ConfigMaps",
  stack: "maps",
  prepare: ({ folder }) =>
    writeFileSync(
      join(folder, "index.ts"),
      `import k8s from "@pulumi/kubernetes";
const options = { dependsOn: [new k8s.core.v1.Namespace("bench-maps", { metadata: { name: "bench-maps" } })] };
for (let index = 0; index < 500; index++) {
  const metadata = { name: \`map-\${index}\`, namespace: "bench-maps" };
  new k8s.core.v1.ConfigMap(metadata.name, { metadata, data: { text: "x".repeat(200) } }, options);
}
`,
    ),
  later: () => false,
  wait: async () => undefined,
};

/** `kubectl diff` ends with 1 when it found a difference, and with more when it could not compare. */
async function diff(input: string): Promise<void> {
  const compared = given(input)`kubectl diff --server-side --force-conflicts --filename=-`;
  const { exitCode, stderr } = await compared.nothrow();
  if (exitCode === null || exitCode > 1) throw new Error(`kubectl diff ended with ${exitCode}: ${stderr}`);
}

function listOf(items: readonly BenchObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items });
}

async function compare({ title, stack, prepare, later, wait }: Subject): Promise<void> {
  const project = new Project(environment);
  const figures = {
    up: [] as number[],
    apply: [] as number[],
    preview: [] as number[],
    diff: [] as number[],
  };
  let first: Timeline | undefined;
  let count = 0;
  try {
    prepare(project);
    await project.createStack(stack);
    for (let run = 0; run < runs; run++) {
      const timeline = await timelineOf(project, stack);
      first ??= timeline;
      figures.up.push(timeline.seconds);
      const items = await objectsOf(project, stack);
      count = items.length;
      const list = listOf(items);
      const stages = [items.filter((item) => !later(item)), items.filter(later)].filter(
        ({ length }) => length > 0,
      );
      const namespaces = items.flatMap(({ kind, metadata }) => (kind === "Namespace" ? [metadata.name] : []));
      figures.preview.push(await seconds(() => project.succeed("preview", "-s", stack)));
      figures.diff.push(await seconds(() => diff(list)));
      await project.succeed("destroy", "-s", stack, "--yes");
      figures.apply.push(
        await seconds(async () => {
          for (const stage of stages) {
            await given(listOf(stage))`kubectl apply --server-side --filename=-`;
            await wait(stage);
          }
        }),
      );
      await $({ env })`kubectl delete namespace ${namespaces}`;
    }
  } finally {
    await project.pulumi(["destroy", "-s", stack, "--yes"]);
    project.remove();
  }
  const line = (what: string, some: readonly number[]) =>
    console.log(
      `  ${what.padEnd(36)} ${median(some).toFixed(1).padStart(6)} s   (${some.map((s) => s.toFixed(1)).join(", ")})`,
    );
  const ratio = (what: string, a: readonly number[], b: readonly number[]) =>
    console.log(`  ${what.padEnd(36)} ${(median(a) / median(b)).toFixed(2).padStart(6)}`);
  console.log(`${title}: ${count} objects, ${runs} runs each, medians`);
  line("pulumi up, from nothing to Ready", figures.up);
  line("kubectl apply and wait", figures.apply);
  ratio("pulumi up / kubectl", figures.up, figures.apply);
  line("pulumi preview, nothing changed", figures.preview);
  line("kubectl diff, nothing changed", figures.diff);
  ratio("kubectl diff / pulumi preview", figures.diff, figures.preview);
  if (first) console.log(timelineText(first));
}

await compare(commune);
await compare(configMaps);
