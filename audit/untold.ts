import type { KubernetesObject } from "../policies/rule.ts";
import { nameOf } from "../policies/rule.ts";
import { isRemade } from "./approval/weight.ts";
import type { ObjectChanges } from "./objects.ts";
import type { Facts, Label } from "./report.ts";

/**
 * Objects of a service that an update changes although no change of what is declared is told of that service: another build
 * of an image, another version of the toolkit, a password, what a change of something else takes along.
 */
export interface Untold {
  /** Name of the service; empty for what belongs to none. */
  service: string;
  /** How many of its objects come, go or become others. */
  objects: number;
  /** What becomes of it when somebody regrets it. */
  effect: Label;
}

type Asked = Pick<Facts, "changes" | "objects" | "before" | "after">;

const serviceOf = ({ metadata }: KubernetesObject) => metadata.labels?.["commune.cloud/service"] ?? "";

/** Names of services, parts and people that a change is told of. */
export function toldOf(changes: Facts["changes"]): ReadonlySet<string> {
  return new Set(changes.flatMap(({ name, affected, field }) => [name, ...affected, String(field[0])]));
}

/** What changes of the cluster and no sentence of {@link Facts.changes} tells, by service; nothing of a new commune. */
export function untoldIn({ changes, objects, before, after }: Asked): Untold[] {
  if (before === undefined) return [];
  const known = new Map([...before.objects, ...after.objects].map((each) => [nameOf(each), each]));
  const told = toldOf(changes);
  const found = new Map<string, Untold>();
  for (const [name, isForGood] of touched(objects)) {
    const object = known.get(name);
    const service = object === undefined ? "" : serviceOf(object);
    if (told.has(service)) continue;
    const untold = found.get(service) ?? { service, objects: 0, effect: "reversible" };
    const isLost = isForGood && (object === undefined || !isRemade(object));
    found.set(service, {
      service,
      objects: untold.objects + 1,
      effect: isLost ? "irreversible" : untold.effect,
    });
  }
  return [...found.values()];
}

/** Each object that does not stay, and whether declaring what was gives it back only where it can be made again. */
function touched({ created, removed, changed }: ObjectChanges): [string, boolean][] {
  return [
    ...created.map((name): [string, boolean] => [name, false]),
    ...removed.map((name): [string, boolean] => [name, true]),
    ...changed.map(({ object, values }): [string, boolean] => [
      object,
      values.some(({ path }) => !path.startsWith("metadata.")),
    ]),
  ];
}
