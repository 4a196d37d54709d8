import type { ResourceTransformation } from "@pulumi/pulumi";
import { transformPods } from "../manifest/pod-template.ts";

/**
 * A taint that a pod tolerates on a node. Source:
 * https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/
 */
export interface Toleration {
  key: string;
  operator: "Equal" | "Exists";
  value?: string;
  effect: string;
}

/** On which nodes the pods of a commune run, and how much they matter there. */
export interface Scheduling {
  /** Labels that a node must have. */
  nodeSelector: Readonly<Record<string, string>>;
  tolerations: readonly Toleration[];
  /** Name of their PriorityClass; the cluster's default when absent. */
  priorityClass: string | undefined;
}

/** A word of labels and taints. Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
const word = "[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
const key = `(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?${word}`;
const label = new RegExp(`^(${key})=((?:${word})?)$`);
const taint = new RegExp(`^(${key})(?:=(${word}))?:(NoSchedule|PreferNoSchedule|NoExecute)$`);

/** The labels that a text names, `pool=communes,disk=ssd`; nothing when it names none or one twice. */
export function nodeSelectorIn(text: string): Record<string, string> | undefined {
  const labels = text.split(",").map((part) => {
    const [, name, value] = label.exec(part) ?? [];
    return name === undefined || value === undefined ? undefined : ([name, value] as const);
  });
  const named = labels.filter((each) => each !== undefined);
  const selector = Object.fromEntries(named);
  return named.length === labels.length && Object.keys(selector).length === labels.length
    ? selector
    : undefined;
}

/** Tolerations of the taints that a text names, as kubectl writes them: `dedicated=communes:NoSchedule,spot:NoExecute`. */
export function tolerationsIn(text: string): Toleration[] | undefined {
  const tolerations = text.split(",").map((part): Toleration | undefined => {
    const [, name, value, effect] = taint.exec(part) ?? [];
    if (name === undefined || effect === undefined) return undefined;
    return value === undefined
      ? { key: name, operator: "Exists", effect }
      : { key: name, operator: "Equal", value, effect };
  });
  const named = tolerations.filter((each) => each !== undefined);
  return named.length === tolerations.length ? named : undefined;
}

/** Returns the scheduling settings as people write them, for comparing one update with the next. */
export function schedulingFacts({
  nodeSelector,
  tolerations,
  priorityClass,
}: Scheduling): Record<string, string> {
  const labels = Object.entries(nodeSelector).map(([name, value]) => `${name}=${value}`);
  const taints = tolerations.map(
    ({ key, value, effect }) => `${key}${value === undefined ? "" : `=${value}`}:${effect}`,
  );
  return {
    ...(labels.length === 0 ? {} : { nodeSelector: labels.join(",") }),
    ...(taints.length === 0 ? {} : { tolerations: taints.join(",") }),
    ...(priorityClass === undefined ? {} : { priorityClass }),
  };
}

/** Schedules every pod below a component. No pod of the toolkit asks for a node of its own accord. */
export function schedulePods({
  nodeSelector,
  tolerations,
  priorityClass,
}: Scheduling): ResourceTransformation {
  return transformPods((pod) => ({
    ...pod,
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations: [...tolerations] }),
    ...(priorityClass !== undefined && { priorityClassName: priorityClass }),
  }));
}
