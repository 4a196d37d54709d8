import * as z from "zod";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";

const resource = z.object({
  urn: z.string(),
  type: z.string(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  dependencies: z.array(z.string()).nullish(),
  /** Waits to be deleted after a replacement that did not end. */
  delete: z.boolean().optional(),
  /** Whether it is only read: it belongs to somebody else. */
  external: z.boolean().optional(),
});

const state = z.object({
  deployment: z.object({
    resources: z.array(resource).nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
  }),
});

/** An object of Kubernetes as the last update applied it, without what is only Pulumi's. */
export interface AppliedObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

/** An object with those that were there before it, by their names in the state. */
export interface Applied {
  urn: string;
  object: AppliedObject;
  /** Whether nobody waited for it: it may take hours. */
  isLeftAlone: boolean;
  dependencies: readonly string[];
}

/**
 * The objects of Kubernetes in a stack's exported state, in the order in which they were made. Throws if an update was
 * cut: what runs is then neither the one thing nor the other.
 *
 * @param text of `pulumi stack export --show-secrets`.
 */
export function appliedObjects(id: string, text: string): Applied[] {
  const { deployment } = state.parse(JSON.parse(text));
  if ((deployment.pending_operations ?? []).length > 0) {
    throw new TranslatedError({
      en: `the last update of the stack ${id} was cut: what runs is neither what was nor what was to come. First: npx pulumi up -s ${id}. Nothing was written.`,
      fr: `la dernière mise à jour de la pile ${id} a été interrompue : ce qui tourne n’est ni ce qui était ni ce qui devait venir. D’abord : npx pulumi up -s ${id}. Rien n’a été écrit.`,
    });
  }
  const own = (deployment.resources ?? []).filter(
    ({ type, delete: leaves, external }) => type.startsWith("kubernetes:") && !leaves && !external,
  );
  if (own.length === 0) {
    throw new TranslatedError({
      en: `the stack ${id} has nothing in a cluster: npx pulumi up -s ${id}. Nothing was written.`,
      fr: `la pile ${id} n’a rien dans un cluster : npx pulumi up -s ${id}. Rien n’a été écrit.`,
    });
  }
  return own.map(({ urn, inputs, dependencies }) => {
    const object = shown(inputs) as AppliedObject;
    return {
      urn,
      object: without(object) as AppliedObject,
      isLeftAlone: object.kind === "Job" && object.metadata.annotations?.["pulumi.com/skipAwait"] === "true",
      dependencies: dependencies ?? [],
    };
  });
}

/** Mark of a secret in Pulumi's SDK. Source: sdk/go/common/resource/sig.go of Pulumi 3.259. */
const secret = z.object({
  "4dabf18193072939515e22adb298388d": z.literal("1b47061264138c4ac30d75fd1eb44270"),
  plaintext: z.string(),
});

/** A value of the state, with the secrets in it as they are. */
function shown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  const read = secret.safeParse(value);
  if (read.success) return shown(JSON.parse(read.data.plaintext));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shown(each)]));
}

/** Whether an annotation is for Pulumi's provider, or says what to do with Pulumi. */
const pulumisOwn = (key: string) => key.startsWith("pulumi.com/") || key === "commune.cloud/when-it-fails";
const managedBy = "app.kubernetes.io/managed-by";

/** Copy without what is Pulumi's, at any depth: pods of templates have labels too. */
function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]): [string, unknown][] => {
      if (typeof each !== "object" || each === null) return [[key, each]];
      if (key === "annotations") return kept(key, each, (name) => !pulumisOwn(name));
      if (key === "labels") return kept(key, each, (name) => name !== managedBy);
      return [[key, without(each)]];
    }),
  );
}

/** Labels or annotations that are kept; none if none is left. */
function kept(key: string, value: object, isKept: (name: string) => boolean): [string, unknown][] {
  const left = Object.entries(value).filter(([name]) => isKept(name));
  return left.length === 0 ? [] : [[key, Object.fromEntries(left)]];
}
