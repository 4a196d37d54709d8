import * as z from "zod";
import { checksum } from "../../foundation/manifest/checksum.ts";
import type { NoticedPod } from "../../foundation/part/noticed.ts";
import { parts } from "../parts.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { runningPlans } from "../running-plans.ts";
import { type Change, change } from "./change.ts";
import { heldBefore } from "./leaving.ts";

type Pods = Readonly<Record<string, string>>;

const template = z.unknown();
const endsFirst = z.union([
  z.object({
    kind: z.literal("Deployment"),
    metadata: z.object({ name: z.string() }),
    spec: z.object({ strategy: z.object({ type: z.literal("Recreate") }), template }),
  }),
  z.object({
    kind: z.literal("StatefulSet"),
    metadata: z.object({ name: z.string() }),
    spec: z.object({ replicas: z.number().optional(), selector: z.unknown(), template }),
  }),
]);

/**
 * Returns a checksum for each pod that ends before its next version starts, by the name of its controller: another
 * checksum is a restart. A pod is omitted if part of it is known only when the engine runs, such as the serial in the
 * hotspot server's: its checksum would never change.
 *
 * @param objects registered by the program.
 * @param plan from which they were registered.
 */
export function podsOf(objects: readonly unknown[], plan: CommunePlan): Record<string, string> {
  const known = noticedIn(plan).map(({ pod }) => pod);
  return Object.fromEntries(
    objects.flatMap((object) => {
      const { success, data } = endsFirst.safeParse(object);
      if (!success || !isPlain(data.spec.template)) return [];
      const { name } = data.metadata;
      // Restarts of other StatefulSets, database servers, are found from what a stack publishes about them.
      if (data.kind === "StatefulSet" && !known.includes(name)) return [];
      // Of several that are rolled one after the other, all end first only when the set becomes another one.
      const isSeveral = data.kind === "StatefulSet" && (data.spec.replicas ?? 1) > 1;
      return [[name, checksum(isSeveral ? data.spec.selector : data.spec.template)]];
    }),
  );
}

/** Whether a value contains no Output of Pulumi. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const isOutput = "__pulumiOutput" in value && value.__pulumiOutput === true;
  return !isOutput && Object.values(value).every(isPlain);
}

/** Returns the pods of a plan whose restart people notice. Restarts of queues and of the reconciler go unnoticed. */
function noticedIn(plan: CommunePlan): readonly NoticedPod[] {
  const plans = runningPlans(plan);
  return parts.flatMap((part) => part.noticed?.(plans) ?? []);
}

/**
 * Finds what people notice of the pods that restart in an update, for whatever reason: a setting, a size, another
 * version of the toolkit. Pure.
 *
 * @param pods registered by this run: {@link podsOf}.
 */
export function restartChanges(before: Published, plan: CommunePlan, pods: Pods): Change[] {
  const held = heldBefore(before);
  const registered = noticedIn(plan).filter(({ pod }) => pod in pods);
  const of = { what: "restart", effect: "reversible", interruption: "short" } as const;
  const { pods: known } = before;
  if (known === undefined) {
    const there = registered.filter(({ section }) => held.includes(section));
    const names = there.map(({ pod }) => pod);
    const affected = [...new Set(there.map(({ section }) => section))];
    return names.length === 0
      ? []
      : [
          change({
            ...of,
            name: "pods",
            affected,
            field: [],
            told: { sentence: "podsUnknown", with: { names } },
          }),
        ];
  }
  return registered
    .filter(({ pod, section, version }) => {
      // Older toolkits did not publish every pod.
      const wasThere = pod in known || (held.includes(section) && before.retired[section] === undefined);
      const isUpgraded = version !== undefined && before.services[section]?.version !== version;
      return wasThere && known[pod] !== pods[pod] && !isUpgraded;
    })
    .map(({ pod: name, section, told }) =>
      change({
        ...{ ...of, name, affected: [section], field: [section] },
        told: { sentence: "podRestarts", with: { told } },
      }),
    );
}
