import { type Plan, typeOfUrn } from "../../audit/approval/plan.ts";
import type { EngineChanges } from "../../audit/facts.ts";
import { type KubernetesObject, nameOf } from "../../components/foundation/manifest/object.ts";
import { isKubernetes } from "../../policies/review.ts";
import { shown } from "./shown.ts";
import type { StackState } from "./state.ts";
import type { Steps } from "./steps.ts";

/** Outputs that nobody but the toolkit reads: what the next update is compared with. */
const ownOutputs = ["published"];

/** Changes of an update that no object shows. */
export function engineChanges({ resources, outputs }: Plan, steps: Steps, state: StackState): EngineChanges {
  const nameOfStep = (urn: string) => {
    const inputs = steps.of(urn)?.new?.inputs;
    return inputs === undefined ? [] : [nameOf(shown(inputs) as KubernetesObject)];
  };
  const others = resources.filter(({ operation }) => operation === "update" || operation === "replace");
  const released = [...state.resources].filter(([urn, was]) => {
    const now = steps.of(urn)?.new;
    const isHeld = (protect = false, retained = false) => protect && retained;
    return (
      isKubernetes(was.type) &&
      now !== undefined &&
      now !== null &&
      isHeld(was.isProtected, was.isRetained) &&
      !isHeld(now.protect, now.retainOnDelete)
    );
  });
  const names = new Set([...Object.keys(outputs), ...Object.keys(state.outputs)]);
  return {
    secrets: new Set(
      others.flatMap(({ urn }) => (typeOfUrn(urn) === "kubernetes:core/v1:Secret" ? nameOfStep(urn) : [])),
    ),
    released: released.flatMap(([urn]) => nameOfStep(urn)),
    outputs:
      state.published === undefined
        ? []
        : [...names]
            .filter((name) => !ownOutputs.includes(name) && outputs[name] !== state.outputs[name])
            .sort(),
  };
}
