import type { History } from "../../audit/approval/history.ts";
import { type Operation, type Plan, type Planned, planOf } from "../../audit/approval/plan.ts";
import { Exchange, type Seen, type Whole } from "../../audit/gate/exchange.ts";
import { logHeadName } from "../../components/federation/approvals.ts";
import manifest from "../../package.json" with { type: "json" };
import { isKubernetes } from "../../policies/review.ts";
import { type KubernetesObject, nameOf } from "../../policies/rule.ts";
import { underway } from "../underway.ts";
import { askEngine, type EngineEvent, type EnginePlace, runEngine, type Step } from "./engine.ts";
import { historyOf } from "./past.ts";
import { shown } from "./shown.ts";
import { type StackState, stateOf } from "./state.ts";

/** The gate's pack, below the folder of the program. */
export const gateFolder = "audit/gate";

/** What an update would do, with the objects of before and after as the engine has them. */
export interface Previewed {
  plan: Plan;
  state: StackState;
  /** Of its past updates. */
  history: History;
  /** Nothing where the commune was never applied. */
  before: KubernetesObject[] | undefined;
  after: KubernetesObject[];
  /** Names of the objects that Pulumi protects, and keeps when they leave the program. */
  kept: ReadonlySet<string>;
}

/** What the engine said of each resource in its preview. */
export class Steps {
  private readonly steps = new Map<string, Step>();

  note({ resourcePreEvent }: EngineEvent): void {
    if (resourcePreEvent === undefined || resourcePreEvent.planning !== true) return;
    const { metadata } = resourcePreEvent;
    // A replacement is told in several steps.
    const before = this.steps.get(metadata.urn);
    if (before === undefined || operationOf(before) !== "replace") this.steps.set(metadata.urn, metadata);
  }

  /** Names under which the state has resources that go on under another one. */
  renamed(): string[] {
    return [...this.steps.values()].flatMap(({ urn, old }) =>
      old?.urn === undefined || old.urn === urn ? [] : [old.urn],
    );
  }

  of(urn: string): Step | undefined {
    return this.steps.get(urn);
  }

  /** Whether all resources that the gate saw have been told of: the two come on different ways. */
  has(seen: readonly Seen[]): boolean {
    return seen.every(({ urn }) => isProvider(urn) || this.steps.has(urn));
  }

  /** Names of the objects that are protected, and kept when they leave the program. */
  kept(): ReadonlySet<string> {
    const held = [...this.steps.values()].filter(
      ({ new: now }) => now?.protect === true && now.retainOnDelete === true,
    );
    return new Set(
      held.flatMap(({ type, new: now }) =>
        isKubernetes(type) && now?.inputs ? [nameOf(shown(now.inputs) as KubernetesObject)] : [],
      ),
    );
  }

  /** Objects as they were, and as they would be; nothing of what is only read. */
  objects(which: "old" | "new"): KubernetesObject[] {
    return [...this.steps.values()].flatMap((step) => {
      const inputs = step[which]?.inputs;
      const isOwn = isKubernetes(step.type) && operationOf(step) !== "read";
      return isOwn && inputs !== undefined ? [shown(inputs) as KubernetesObject] : [];
    });
  }
}

function operationOf({ op }: Pick<Step, "op">): Operation {
  if (op.includes("replace")) return "replace";
  if (op === "create" || op === "import") return "create";
  if (op === "update" || op === "delete" || op === "read") return op;
  return op.startsWith("discard") || op.startsWith("read-discard") ? "delete" : "same";
}

const isProvider = (urn: string) => urn.includes("::pulumi:providers:");

/** The one object that says how long the log of approvals is: it changes with every approval. */
const saysLog = (urn: string) => urn.endsWith(`-federation-${logHeadName}`);

/** What would be applied, from what the gate counted, what the engine does and what is there. */
export function planned(
  { seen, outputs, sources }: { seen: readonly Seen[] } & Whole,
  steps: Steps,
  state: StackState,
  pulumi: string,
): Plan {
  const operation = (urn: string): Operation => {
    // Where the kubeconfig lies is told as a change of the provider.
    if (isProvider(urn)) return state.resources.has(urn) ? "same" : "create";
    const step = steps.of(urn);
    const found = step === undefined ? "same" : operationOf(step);
    return saysLog(urn) && found === "update" ? "same" : found;
  };
  const changes = (urn: string) => ["create", "update", "replace"].includes(operation(urn));
  const isCustom = (urn: string) => steps.of(urn)?.new?.custom === true;
  const kept = seen.map(({ urn, parts, late }): Planned => {
    // What another resource gives back may be another value when that is really changed.
    const from = Object.entries(sources[urn] ?? {});
    const later = new Set(
      from.flatMap(([part, urns]) => (urns.some((one) => isCustom(one) && changes(one)) ? [part] : [])),
    );
    if (saysLog(urn)) later.add("data");
    const paths = [
      ...late.filter(([part = ""]) => !later.has(part)),
      ...[...later].map((part) => [part]),
    ].sort();
    return {
      urn,
      operation: operation(urn),
      parts: Object.fromEntries(Object.entries(parts).filter(([part]) => !later.has(part))),
      ...(paths.length === 0 ? {} : { late: paths }),
      ...(steps.of(urn)?.new?.retainOnDelete ? { isRetained: true } : {}),
    };
  });
  const present = new Set([...Object.keys(sources), ...seen.map(({ urn }) => urn), ...steps.renamed()]);
  const gone = [...state.resources]
    .filter(([urn]) => !present.has(urn))
    .map(
      ([urn, { isRetained }]): Planned => ({
        urn,
        operation: "delete",
        parts: {},
        ...(isRetained ? { isRetained } : {}),
      }),
    );
  return planOf({
    resources: [...kept, ...gone],
    outputs,
    secretsCount: state.key !== undefined,
    versions: { toolkit: manifest.version, pulumi },
  });
}

/** The version of the Pulumi command line. */
export async function pulumiVersionOf(place: EnginePlace): Promise<string> {
  return (await askEngine(place, ["version"])).trim().replace(/^v/, "");
}

/** Gives the gate the key of a state; where there is none to be had, nothing that it waits for. */
async function keyed(state: Promise<StackState>, exchange: Exchange): Promise<StackState> {
  try {
    const read = await state;
    exchange.giveKey(read.key);
    return read;
  } catch (error) {
    exchange.giveKey(undefined);
    throw error;
  }
}

function fulfilled<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

/** Asks the engine what an update of a commune would do. Changes nothing. Throws what stops the preview. */
export async function preview(place: EnginePlace, id: string): Promise<Previewed> {
  underway(`${id}: Pulumi is asked what an update would do, which takes about half a minute`);
  const exchange = Exchange.open({ isAsked: false });
  const steps = new Steps();
  const words = ["preview", "-s", id, "--policy-pack", gateFolder];
  try {
    // All at once; whatever fails, the engine has ended before the folder goes.
    const [ran, ...beside] = await Promise.allSettled([
      runEngine(place, [...words, "--policy-pack-config", exchange.settings], (event) => steps.note(event)),
      keyed(stateOf(place, id), exchange),
      historyOf(place, id),
      pulumiVersionOf(place),
    ]);
    const run = fulfilled(ran);
    const counted = exchange.read();
    // A preview that failed has told of a part of the stack only.
    if (run.exitCode !== 0 || run.results.preview !== "succeeded" || counted === undefined)
      throw new Error(`the preview of ${id} failed:\n${run.complaints.join("\n")}`);
    const [state, history, version] = [fulfilled(beside[0]), fulfilled(beside[1]), fulfilled(beside[2])];
    return {
      plan: planned(counted, steps, state, version),
      ...{ state, history },
      before: state.resources.size === 0 ? undefined : steps.objects("old"),
      after: steps.objects("new"),
      kept: steps.kept(),
    };
  } finally {
    exchange.close();
  }
}
