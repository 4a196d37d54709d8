import type { Operation } from "../../audit/approval/plan.ts";
import { logHeadName } from "../../components/federation/approvals.ts";
import { type KubernetesObject, nameOf } from "../../components/foundation/manifest/object.ts";
import { isKubernetes } from "../../policies/review.ts";
import type { EngineEvent, Step } from "../engine.ts";
import { shown } from "./shown.ts";

/** Steps of the engine's preview, by resource. */
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

  /**
   * Whether all these resources have been reported: what the gate sees and what the engine says come in different
   * ways.
   */
  has(urns: readonly string[]): boolean {
    return urns.every((urn) => isProvider(urn) || this.steps.has(urn));
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

  /**
   * Objects as they were, or as they would be, without those that are only read. Sorted by name: the engine reports
   * them in another order each time, and two machines have to make the same report.
   */
  objects(which: "old" | "new"): KubernetesObject[] {
    return [...this.steps.values()]
      .flatMap((step) => {
        // What says how long the log of approvals is stays as it is to people.
        const inputs = (saysLog(step.urn) ? (step.old ?? step.new) : step[which])?.inputs;
        const isOwn = isKubernetes(step.type) && operationOf(step) !== "read";
        return isOwn && inputs !== undefined ? [shown(inputs) as KubernetesObject] : [];
      })
      .sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  }
}

/** Operation of the engine, from its own name of it. */
export function operationOf({ op }: Pick<Step, "op">): Operation {
  if (op.includes("replace")) return "replace";
  if (op === "create" || op === "import") return "create";
  if (op === "update" || op === "delete" || op === "read") return op;
  return op.startsWith("discard") || op.startsWith("read-discard") ? "delete" : "same";
}

/** Whether a resource is the provider of others. */
export const isProvider = (urn: string) => urn.includes("::pulumi:providers:");

/** The one object that says how long the log of approvals is: it changes with every approval. */
export const saysLog = (urn: string) => urn.endsWith(`-federation-${logHeadName}`);
