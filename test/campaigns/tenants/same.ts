/** An object of the cluster, as `kubectl get --output=json` says it. */
export interface Seen {
  kind: string;
  metadata: {
    namespace?: string;
    name: string;
    uid: string;
    generation?: number;
    ownerReferences?: readonly { kind: string }[];
  };
  status?: { containerStatuses?: readonly { name: string; restartCount: number }[] };
}

/** Uid, generation and restarts of each object, which must stay when another association comes, by its kind and name. */
export type Snapshot = ReadonlyMap<string, string>;

/** Uid and generation of each object, and how often each container of a pod was started. Pods of Jobs come and go. */
export function snapshotOf(objects: readonly Seen[]): Snapshot {
  const lasting = objects.filter(
    ({ kind, metadata }) =>
      !(kind === "Pod" && metadata.ownerReferences?.some(({ kind: owner }) => owner === "Job")),
  );
  return new Map(
    lasting.map(({ kind, metadata: { namespace, name, uid, generation }, status }) => {
      const restarts = (status?.containerStatuses ?? []).map(
        ({ name: container, restartCount }) => `${container} ${restartCount}`,
      );
      const what = [`uid ${uid}`, `generation ${generation ?? "none"}`, ...restarts.sort()];
      return [`${kind} ${namespace ?? ""}/${name}`, what.join(", ")];
    }),
  );
}

/** Returns what was there and is another now, or gone, a line each. What is new is no difference. */
export function differences(before: Snapshot, after: Snapshot): string[] {
  return [...before].flatMap(([name, what]) => {
    const now = after.get(name);
    if (now === what) return [];
    return [now === undefined ? `${name} is gone` : `${name} was ${what}; is ${now}`];
  });
}

/** A line of `pulumi preview`: what would be done to which resource. */
const step = /^ ?[^\w\s]{1,2} +(\S+) (\S+) ([a-z][a-z-]*)/gm;

/**
 * Returns what a preview names beside new objects of new associations, a line each.
 *
 * @param coming ids of the new associations.
 * @param total resources that would be created by the preview's own summary.
 */
export function beyondNew(preview: string, coming: readonly string[], total: number): string[] {
  const steps = [...preview.matchAll(step)].map(([, type = "", name = "", what = ""]) => ({
    type,
    name,
    what,
  }));
  const others = steps.flatMap(({ type, name, what }) => {
    const isNew = what === "create" && coming.some((id) => `${name}-`.includes(`-${id}-`));
    return isNew || (type === "pulumi:pulumi:Stack" && what === "running") ? [] : [`${what} ${type} ${name}`];
  });
  const creates = steps.filter(({ what }) => what === "create").length;
  return creates === total ? others : [...others, `${total} to create, of which ${creates} are named`];
}
