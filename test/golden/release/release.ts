import * as z from "zod";
import { checksum } from "../../../components/foundation/manifest/checksum.ts";
import { isObject, type Json } from "../../../components/foundation/manifest/pod-template.ts";
import type { Registration } from "../../registrations/order.ts";

/** Checksums by golden file, and in it by object: `lyon-mastodon deployment/mastodon-web`. */
export type Sums = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `last.yaml`: what the last release registered for the reviewed declarations. */
export const releaseSchema = z.strictObject({
  /** Version; "none" before the first release. */
  release: z.string(),
  commit: z.string(),
  /** Checksum of each pod template: another one restarts the pods. */
  pods: z.record(z.string(), z.record(z.string(), z.string())),
  /** Checksum of what an object with data is known by: with another one, it is replaced and the data is lost. */
  holders: z.record(z.string(), z.record(z.string(), z.string())),
});

export type Release = z.output<typeof releaseSchema>;

/** Kinds that start pods when an update changes them. A CronJob starts none: its next run is of the newer template. */
const startsPods = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job"]);

/** Fields of objects with data that cannot change. */
const fixed: Readonly<Record<string, readonly string[]>> = {
  Namespace: [],
  PersistentVolumeClaim: ["accessModes", "storageClassName", "volumeMode"],
  StatefulSet: ["selector", "serviceName", "podManagementPolicy", "volumeClaimTemplates"],
};

interface Declared {
  kind: string;
  namespace: string;
  name: string;
  spec: Json;
}

function declaredIn(inputs: unknown): Declared | undefined {
  if (!isObject(inputs) || !isObject(inputs.metadata)) return undefined;
  const { kind, metadata, spec } = inputs;
  const { name, namespace } = metadata;
  if (typeof kind !== "string" || typeof name !== "string") return undefined;
  return {
    kind,
    name,
    namespace: typeof namespace === "string" ? namespace : "",
    spec: isObject(spec) ? spec : {},
  };
}

/** A Job has another name whenever it runs something else (components/foundation/manifest/job.ts). */
const lastingName = ({ kind, name }: Declared) => (kind === "Job" ? name.replace(/-[0-9a-f]{8}$/, "") : name);

const keyOf = (object: Declared) =>
  `${object.namespace} ${object.kind.toLowerCase()}/${lastingName(object)}`.trim();

/** Returns the checksum of each pod template that was registered. */
export function podSums(registrations: readonly Registration[]): Record<string, string> {
  return Object.fromEntries(
    registrations.flatMap(({ inputs }) => {
      const object = declaredIn(inputs);
      return object && startsPods.has(object.kind) && object.spec.template !== undefined
        ? [[keyOf(object), checksum(object.spec.template)]]
        : [];
    }),
  );
}

/** Returns the checksum of what each object with data is known by: its name in Pulumi, and fields that cannot change. */
export function holderSums(registrations: readonly Registration[]): Record<string, string> {
  return Object.fromEntries(
    registrations.flatMap(({ type, name, inputs }) => {
      if (type.startsWith("random:"))
        return [[`${type.split(":").at(-1)} ${name}`, checksum([type, name, inputs])]];
      const object = declaredIn(inputs);
      const fields = object && fixed[object.kind];
      if (object === undefined || fields === undefined) return [];
      const values = fields.map((field) => object.spec[field] ?? null);
      return [[keyOf(object), checksum([type, name, values])]];
    }),
  );
}

/** Returns what is another one, or gone, as CHANGELOG.md names it: `deployment/mastodon-web`, each once. */
export function changedNames(before: Sums, now: Sums): string[] {
  const names = Object.entries(before).flatMap(([golden, sums]) =>
    Object.entries(sums).flatMap(([key, sum]) =>
      now[golden]?.[key] === sum ? [] : [key.slice(key.indexOf(" ") + 1)],
    ),
  );
  return [...new Set(names)].sort();
}

/**
 * Returns the objects that CHANGELOG.md says to restart since a release: what stands in backquotes below each heading
 * "Restarts" above that release.
 */
export function announcedRestarts(changelog: string, release: string): string[] {
  const [newer = ""] = changelog.split(`\n## [${release}]`);
  const sections = newer.split("\n### Restarts\n").slice(1);
  const names = sections.flatMap((section) =>
    [...(section.split(/\n##/)[0] ?? "").matchAll(/`([a-z]+\/[^`]+)`/g)].map(([, name = ""]) => name),
  );
  return [...new Set(names)].sort();
}
