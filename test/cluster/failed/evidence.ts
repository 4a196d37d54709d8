import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { execa } from "execa";
import { checkout } from "../../../local/paths.ts";

/** Traces of a test file on a cluster: known so that they can be kept when something fails. */
interface Known {
  environment: NodeJS.ProcessEnv;
  /** Beginnings of the names of its namespaces. */
  namespaces: Set<string>;
  /** Last outputs of `pulumi`, each with its command. */
  said: string[];
}

const known: Known[] = [];
let file: string | undefined;
let kept: Promise<string> | undefined;

/** Says which test file runs in this process; outside of tests nothing is kept. */
export function begin(path: string | undefined): void {
  file = path;
}

/** Makes namespaces of a cluster known to {@link keepEvidence}, by what their names begin with. */
export function watch(environment: NodeJS.ProcessEnv, ...namespaces: readonly string[]): Known {
  const watched = { environment, namespaces: new Set(namespaces), said: [] };
  known.push(watched);
  return watched;
}

/** Remembers what a run of `pulumi` said, unless it was asked to show secrets; the last five are kept. */
export function remember({ said }: Known, command: string, output: string): void {
  if (command.includes("--show-secrets")) return;
  said.push(`$ ${command}\n${output}\n`);
  if (said.length > 5) said.shift();
}

interface Pod {
  metadata: { name: string; namespace: string };
  status: { phase: string; conditions?: { type: string; status: string }[] };
}

const isReady = ({ status: { phase, conditions = [] } }: Pod) =>
  phase === "Succeeded" || conditions.some(({ type, status }) => type === "Ready" && status === "True");

async function write(folder: string, { environment, namespaces, said }: Known): Promise<void> {
  writeFileSync(join(folder, "pulumi.txt"), said.join("\n"));
  const kubectl = async (...words: string[]) => {
    const options = { env: environment, all: true, reject: false, timeout: 30_000 } as const;
    return String((await execa("kubectl", words, options)).all);
  };
  const own = (line: string) => [...namespaces].some((name) => line.startsWith(name));
  for (const [kind, more] of [
    ["pods", "--output=wide"],
    ["events", "--sort-by=.metadata.creationTimestamp"],
  ] as const) {
    const [head = "", ...lines] = (await kubectl("get", kind, "--all-namespaces", more)).split("\n");
    writeFileSync(join(folder, `${kind}.txt`), [head, ...lines.filter(own)].join("\n"));
  }
  const { items } = JSON.parse(await kubectl("get", "pods", "--all-namespaces", "--output=json")) as {
    items: Pod[];
  };
  const asleep = items.filter((pod) => own(pod.metadata.namespace) && !isReady(pod));
  for (const { metadata } of asleep.slice(0, 20)) {
    const of = [`-n${metadata.namespace}`, metadata.name];
    const logs = ["logs", ...of, "--all-containers", "--prefix", "--tail=100"];
    const texts = [
      await kubectl("describe", "pod", ...of),
      await kubectl(...logs),
      await kubectl(...logs, "--previous"),
    ];
    writeFileSync(join(folder, `${metadata.namespace}_${metadata.name}.txt`), texts.join("\n\n"));
  }
}

/**
 * Keeps what tells why a test file failed, as long as it is there: pods that are not ready with their last logs, events,
 * and what `pulumi` said last, in `.local/failed/<file>/`. The first failure of a file counts. Returns the lines that a
 * message ends with: where it is, and how the file runs again. Empty outside of tests.
 */
export async function keepEvidence(): Promise<string> {
  if (file === undefined) return "";
  kept ??= keep(file);
  return kept;
}

async function keep(path: string): Promise<string> {
  const folder = join(checkout, ".local", "failed", basename(path, ".test.ts"));
  rmSync(folder, { recursive: true, force: true });
  for (const [index, each] of known.entries()) {
    const own = known.length === 1 ? folder : join(folder, String(index + 1));
    mkdirSync(own, { recursive: true });
    await write(own, each).catch((error: unknown) => {
      writeFileSync(join(own, "incomplete.txt"), String(error));
    });
  }
  const again = `\nAgain: npx vitest run ${relative(checkout, path)}`;
  return known.length === 0 ? again : `\nWhy: ${relative(checkout, folder)}/${again}`;
}
