import * as z from "zod";

/** Kinds of objects with data. */
const kindsKept = ["namespaces", "persistentvolumeclaims", "statefulsets"] as const;

/** Objects of a commune on a cluster: uids by `<namespace> <kind>/<name>`. */
export interface Seen {
  /** Pods by what controls them, those of Jobs left out. */
  pods: ReadonlyMap<string, ReadonlySet<string>>;
  /** Jobs that an update ran, by their lasting name: those of CronJobs run when they are due. */
  jobs: ReadonlyMap<string, ReadonlySet<string>>;
  kept: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Returns the words with which kubectl lists what is to be compared of a commune. */
export const seenWords = (commune: string): string[] => [
  ...["get", ["pods", "jobs", ...kindsKept].join(","), "--all-namespaces"],
  ...[`--selector=commune.cloud/commune=${commune}`, "--output=json"],
];

const listed = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      metadata: z.object({
        name: z.string(),
        namespace: z.string().default(""),
        uid: z.string(),
        deletionTimestamp: z.string().optional(),
        ownerReferences: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
      }),
    }),
  ),
});

type Object = z.output<typeof listed>["items"][number];

const withoutHash = (name: string) => name.replace(/-[0-9a-z]+$/, "");

/** Returns the controller of a pod that stays, as CHANGELOG.md names it; undefined for pods of Jobs. */
function controllerOf({ metadata: { ownerReferences } }: Object): string | undefined {
  const [owner] = ownerReferences;
  if (owner?.kind === "ReplicaSet") return `deployment/${withoutHash(owner.name)}`;
  return owner === undefined || owner.kind === "Job"
    ? undefined
    : `${owner.kind.toLowerCase()}/${owner.name}`;
}

/** Returns what is to be compared of `kubectl get … --output=json`. Throws if it is of another form. */
export function seenIn(list: unknown): Seen {
  const seen = { pods: new Map(), jobs: new Map(), kept: new Map() } satisfies Record<
    string,
    Map<string, Set<string>>
  >;
  const note = (into: Map<string, Set<string>>, { namespace, uid }: Object["metadata"], name: string) => {
    const key = `${namespace} ${name}`.trim();
    into.set(key, (into.get(key) ?? new Set()).add(uid));
  };
  for (const object of listed.parse(list).items) {
    const { kind, metadata } = object;
    if (kind === "Pod") {
      const controller = controllerOf(object);
      // A pod that ends is one of before.
      if (controller !== undefined && metadata.deletionTimestamp === undefined)
        note(seen.pods, metadata, controller);
    } else if (kind !== "Job") {
      note(seen.kept, metadata, `${kind.toLowerCase()}/${metadata.name}`);
    } else if (metadata.ownerReferences.length === 0) {
      note(seen.jobs, metadata, `job/${metadata.name.replace(/-[0-9a-f]{8}$/, "")}`);
    }
  }
  return seen;
}

export const nameIn = (key: string): string => key.slice(key.indexOf(" ") + 1);

/** Names of what is not there any more, or is another object; each once. */
export function others(before: Seen["pods"], now: Seen["pods"]): string[] {
  const gone = [...before].filter(([key, uids]) => [...uids].some((uid) => now.get(key)?.has(uid) !== true));
  return [...new Set(gone.map(([key]) => nameIn(key)))].sort();
}

/** Names of Jobs that ran again: there is one more of them. */
export function ranAgain(before: Seen["jobs"], now: Seen["jobs"]): string[] {
  const again = [...now].filter(
    ([key, uids]) => before.has(key) && [...uids].some((uid) => !before.get(key)?.has(uid)),
  );
  return [...new Set(again.map(([key]) => nameIn(key)))].sort();
}

/**
 * Returns what restarted or ran again, and what was not announced, a sentence each. What is announced may stay: not every
 * commune has what makes it restart, and test/registrations/release.test.ts holds the list to what does anywhere.
 */
export function compared(
  before: Seen,
  now: Seen,
  announced: readonly string[],
): { restarted: string[]; wrong: string[] } {
  const restarted = [...others(before.pods, now.pods), ...ranAgain(before.jobs, now.jobs)];
  return {
    restarted,
    wrong: [
      ...restarted
        .filter((name) => !announced.includes(name))
        .map((name) => `${name} restarted, and CHANGELOG.md does not say so`),
      ...others(before.kept, now.kept).map((name) => `${name} is gone, or another object`),
    ],
  };
}
