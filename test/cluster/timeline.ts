import type { Project } from "./project.ts";

/** Times at which one resource was begun and complete, in seconds since `pulumi up` was started. */
interface Span {
  kind: string;
  name: string;
  from: number;
  to: number;
  /** Names of the resources that it depends on. */
  after: string[];
}

/** Course of an `up`. */
export interface Timeline {
  seconds: number;
  spans: Span[];
}

/** Kinds whose creation includes waiting until they do their work. */
const awaited = ["Deployment", "StatefulSet", "Job", "Service", "Ingress", "PersistentVolumeClaim"];

interface State {
  deployment: { resources: { urn: string; dependencies?: string[] }[] };
}

/** Runs `pulumi up` and notes when it says that it begins and ends a resource. Throws with its output when it fails. */
export async function timelineOf(project: Project, stack: string): Promise<Timeline> {
  const start = performance.now();
  const now = () => (performance.now() - start) / 1000;
  const begun = new Map<string, number>();
  const spans: Omit<Span, "after">[] = [];
  // The update alone is measured; whoever applies a commune takes the preview with it.
  const running = project.start("up", "-s", stack, "--yes", "--skip-preview");
  for await (const line of running.iterable({ from: "all" })) {
    const [, type, name, step] = /^ \+ +(\S+) (\S+) (creating|created)\b/.exec(line) ?? [];
    if (!type || !name) continue;
    const key = `${type} ${name}`;
    if (step === "creating" && !begun.has(key)) begun.set(key, now());
    const kind = type.split(":").at(-1) ?? type;
    if (step === "created") spans.push({ kind, name, from: begun.get(key) ?? now(), to: now() });
  }
  const { exitCode, all } = await running;
  if (exitCode !== 0) throw new Error(`pulumi up of ${stack} exited with ${exitCode}:\n${all}`);
  const seconds = now();
  const state = JSON.parse(await project.succeed("stack", "export", "-s", stack)) as State;
  const after = new Map(
    state.deployment.resources.map(({ urn, dependencies }) => [
      nameIn(urn),
      (dependencies ?? []).map(nameIn),
    ]),
  );
  return {
    seconds,
    spans: spans.map((span) => ({ ...span, after: after.get(`${span.kind} ${span.name}`) ?? [] })),
  };
}

function nameIn(urn: string): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${type.split(":").at(-1)} ${name}`;
}

/** Lists how the time was spent: the engine's own, waiting, and the chain of resources that decided when the end came. */
export function timelineText({ seconds, spans }: Timeline): string {
  const objects = spans.filter(({ kind }) => kind !== "Stack");
  const first = Math.min(...objects.map(({ from }) => from));
  const last = Math.max(...objects.map(({ to }) => to));
  const waiting = covered(objects.filter(({ kind }) => awaited.includes(kind)));
  const figures: [number, string][] = [
    [first, "engine, plugins and program, until the first resource is begun"],
    [waiting, "while some workload, volume, Service or Ingress is waited for"],
    [Math.max(0, last - first - waiting), "objects that need no waiting, alone"],
    [seconds - last, "outputs and state, after the last resource"],
  ];
  const lines = figures.map(([time, what]) => `    ${time.toFixed(1).padStart(6)} s  ${what}`);
  const chain = chainOf(objects).map(
    ({ kind, name, from, to }) =>
      `    ${from.toFixed(1).padStart(6)} to ${to.toFixed(1).padStart(6)} s  ${kind} ${name}`,
  );
  return [
    `  where the ${seconds.toFixed(1)} s of the first up went`,
    ...lines,
    "  what the end waited for, one after the other",
    ...chain,
  ].join("\n");
}

/** Lines for each kind, the longest first: how many, for how long one at least was under way, and how long each took. */
export function kindsText({ spans }: Timeline): string[] {
  const kinds = [...new Set(spans.map(({ kind }) => kind))].map((kind) => {
    const own = spans.filter((span) => span.kind === kind);
    const sum = own.reduce((total, { from, to }) => total + to - from, 0);
    return { kind, count: own.length, during: covered(own), each: sum / own.length };
  });
  return kinds
    .sort((one, other) => other.during - one.during)
    .map(
      ({ kind, count, during, each }) =>
        `${count} ${kind}: ${each.toFixed(1)} s each, one at least during ${during.toFixed(1)} s`,
    );
}

/** Seconds during which at least one of the spans was under way. */
function covered(spans: readonly Span[]): number {
  let total = 0;
  let until = 0;
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    total += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return total;
}

/** Back from the last that ended, over the dependency that ended last. */
function chainOf(spans: readonly Span[]): Span[] {
  const byName = new Map(spans.map((span) => [`${span.kind} ${span.name}`, span]));
  const latest = (some: readonly Span[]) => some.reduce((a, b) => (b.to > a.to ? b : a));
  const chain: Span[] = spans.length > 0 ? [latest(spans)] : [];
  for (;;) {
    const before = chain[0]?.after.flatMap((name) => byName.get(name) ?? []) ?? [];
    if (before.length === 0) return chain;
    chain.unshift(latest(before));
  }
}
