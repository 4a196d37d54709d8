import type { History } from "../../audit/approval/history.ts";
import { type Operation, type Plan, type Planned, planOf } from "../../audit/approval/plan.ts";
import type { EngineChanges } from "../../audit/facts.ts";
import { Exchange, type Seen, type Whole } from "../../audit/gate/exchange.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { toolkitFile } from "../../components/foundation/toolkit.ts";
import manifest from "../../package.json" with { type: "json" };
import { askEngine, type EnginePlace, runEngine } from "../engine.ts";
import { underway } from "../underway.ts";
import { engineChanges } from "./engine-changes.ts";
import { historyOf } from "./past.ts";
import { type StackState, stateOf } from "./state.ts";
import { isProvider, operationOf, Steps, saysLog } from "./steps.ts";

/** The gate's pack. */
export const gateFolder = toolkitFile("audit/gate");

/** Result of a preview, with the objects of before and after as the engine has them. */
export interface Previewed {
  plan: Plan;
  state: StackState;
  /** History of its updates. */
  history: History;
  /** undefined if the commune was never applied. */
  before: KubernetesObject[] | undefined;
  after: KubernetesObject[];
  /** Changes that no object shows. */
  engineChanges: EngineChanges;
  /** Names of the objects that Pulumi protects, and keeps when they leave the program. */
  kept: ReadonlySet<string>;
}

/** Values that the gate counted. */
export type CountedWhole = { seen: readonly Seen[] } & Whole;

/** URNs that the state has and the program does not: the engine deletes them. */
export function goneFrom(state: StackState, { seen, sources }: CountedWhole, steps: Steps): string[] {
  const present = new Set([...Object.keys(sources), ...seen.map(({ urn }) => urn), ...steps.renamed()]);
  return [...state.resources.keys()].filter((urn) => !present.has(urn));
}

/** Plan of what would be applied, from what the gate counted, what the engine does and what is there. */
function planned(counted: CountedWhole, steps: Steps, state: StackState, pulumi: string): Plan {
  const { seen, outputs, sources } = counted;
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
  const gone = goneFrom(state, counted, steps).map(
    (urn): Planned => ({
      urn,
      operation: "delete",
      parts: {},
      ...(state.resources.get(urn)?.isRetained ? { isRetained: true } : {}),
    }),
  );
  return planOf({
    resources: [...kept, ...gone],
    outputs,
    secretsCount: state.key !== undefined,
    versions: { toolkit: manifest.version, pulumi },
  });
}

/**
 * Everything that a report is made of, when the engine's preview has ended: a preview of its own, or that of an
 * update.
 */
export function previewedOf(
  counted: CountedWhole,
  steps: Steps,
  state: StackState,
  { history, pulumi }: { history: History; pulumi: string },
): Previewed {
  const plan = planned(counted, steps, state, pulumi);
  return {
    plan,
    ...{ state, history },
    before: state.resources.size === 0 ? undefined : steps.objects("old"),
    after: steps.objects("new"),
    kept: steps.kept(),
    engineChanges: engineChanges(plan, steps, state),
  };
}

/** The version of the Pulumi command line. */
export async function pulumiVersionOf(place: EnginePlace): Promise<string> {
  return (await askEngine(place, ["version"])).trim().replace(/^v/, "");
}

/** Gives the gate the key of a state; no key if the state cannot be had, so that the gate does not wait for it. */
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
  underway({
    en: `${id}: Pulumi is asked what an update would do, which takes about half a minute`,
    fr: `${id} : Pulumi dit ce que ferait une mise à jour, ce qui prend environ une demi-minute`,
  });
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
    // A preview that failed has reported a part of the stack only.
    if (run.exitCode !== 0 || run.results.preview !== "succeeded" || counted === undefined)
      throw new TranslatedError({
        en: `the preview of ${id} failed:\n${run.complaints.join("\n")}`,
        fr: `l’aperçu de ${id} a échoué :\n${run.complaints.join("\n")}`,
      });
    const [state, history, pulumi] = [fulfilled(beside[0]), fulfilled(beside[1]), fulfilled(beside[2])];
    return previewedOf(counted, steps, state, { history, pulumi });
  } finally {
    exchange.close();
  }
}
