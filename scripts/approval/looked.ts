import type { Drift } from "../../audit/drift.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { isKubernetes } from "../../policies/review.ts";
import type { EngineEvent } from "../engine.ts";
import { shown } from "./shown.ts";

/** Objects of a stack as the engine found them (`pulumi refresh --preview-only`). */
export class Looked {
  private readonly applied: KubernetesObject[] = [];
  private readonly found: KubernetesObject[] = [];
  private same = 0;

  note({ resOutputsEvent }: EngineEvent): void {
    if (resOutputsEvent === undefined) return;
    const { op, type, old, new: live } = resOutputsEvent.metadata;
    // What is only read has been declared by somebody else.
    if (!isKubernetes(type) || old?.external === true) return;
    const declared = old?.inputs ?? {};
    const was = within(declared, old?.outputs);
    const is = op === "delete" ? undefined : within(declared, live?.outputs);
    if (JSON.stringify(was) === JSON.stringify(is)) {
      this.same += 1;
      return;
    }
    this.applied.push(shown(was) as KubernetesObject);
    if (is !== undefined) this.found.push(shown(is) as KubernetesObject);
  }

  objects(): Pick<Drift, "applied" | "found" | "same"> {
    const { applied, found, same } = this;
    return { applied, found, same };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An object in the fields that are declared of it: the server adds others, which are nobody's change. */
function within(declared: unknown, object: unknown): unknown {
  if (isRecord(declared) && isRecord(object)) {
    const names = Object.keys(declared).filter((name) => name in object);
    return Object.fromEntries(names.map((name) => [name, within(declared[name], object[name])]));
  }
  if (Array.isArray(declared) && Array.isArray(object) && declared.length === object.length)
    return object.map((item, index) => within(declared[index], item));
  return object;
}
