import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import * as z from "zod";

/** Operation of an update on a resource. */
const operations = ["same", "read", "create", "update", "replace", "delete"] as const;
export type Operation = (typeof operations)[number];

const planned = z.strictObject({
  urn: z.string().describe("Pulumi's name of the resource."),
  operation: z.enum(operations),
  parts: z
    .record(z.string(), z.string())
    .describe("A keyed hash of each part: what it is declared with, and its options. Secrets count."),
  late: z
    .array(z.array(z.string()))
    .optional()
    .describe(
      "Paths of values that are known only when the update makes what they come from: they do not count.",
    ),
  isRetained: z.boolean().optional().describe("Whether it stays in the cluster when Pulumi deletes it."),
});

/** Planned operation on one resource. */
export type Planned = z.output<typeof planned>;

/** The update as it is approved: everything that it would do, without any value. */
export const planSchema = z.strictObject({
  digest: z.string().describe("Of all that follows but the versions: what is approved."),
  resources: z.array(planned),
  outputs: z.record(z.string(), z.string()).describe("A keyed hash of each output of the stack."),
  secretsCount: z
    .boolean()
    .describe(
      "Whether values of Secrets count: not before a commune has a seed, from which the key is derived.",
    ),
  versions: z.strictObject({ toolkit: z.string(), pulumi: z.string() }),
});
export type Plan = z.output<typeof planSchema>;

/** A plan of resources in any order. */
export function planOf({ resources, outputs, secretsCount, versions }: Omit<Plan, "digest">): Plan {
  const sorted = [...resources].sort((one, other) => (one.urn < other.urn ? -1 : 1));
  const counted = canonicalize({ resources: sorted, outputs, secretsCount }) ?? "";
  const digest = `sha256:${createHash("sha256").update(counted).digest("hex")}`;
  return { digest, resources: sorted, outputs, secretsCount, versions };
}

/** `kubernetes:core/v1:Secret`, of a resource's own type without those of its parents. */
export function typeOfUrn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** `kubernetes:core/v1:Secret villeurbanne-mastodon-secrets`: what a person finds in a preview. */
export function nameOfUrn(urn: string): string {
  return `${typeOfUrn(urn)} ${urn.split("::").slice(3).join("::")}`;
}

const joined = (words: readonly string[]) => words.join(", ");

/** Returns the differences between the approved plan and the present one: one sentence for each resource. */
export function differences(approved: Plan, now: Plan): string[] {
  const versions = (["toolkit", "pulumi"] as const).flatMap((program) =>
    approved.versions[program] === now.versions[program]
      ? []
      : [
          `the report was made with ${program} ${approved.versions[program]}, and this is ${program} ${now.versions[program]}`,
        ],
  );
  const was = new Map(approved.resources.map((each) => [each.urn, each]));
  const is = new Map(now.resources.map((each) => [each.urn, each]));
  const urns = [...new Set([...was.keys(), ...is.keys()])].sort();
  const resources = urns.flatMap((urn) => {
    const difference = differenceOf(was.get(urn), is.get(urn));
    return difference === undefined ? [] : [`${nameOfUrn(urn)}: ${difference}`];
  });
  const names = [...new Set([...Object.keys(approved.outputs), ...Object.keys(now.outputs)])].sort();
  const outputs = names
    .filter((name) => approved.outputs[name] !== now.outputs[name])
    .map((name) => `output ${name}: is another one`);
  const secrets =
    approved.secretsCount === now.secretsCount
      ? []
      : ["the commune has a seed now, and had none when the report was made"];
  return [...versions, ...secrets, ...resources, ...outputs];
}

function differenceOf(was: Planned | undefined, is: Planned | undefined): string | undefined {
  if (was === undefined) return `was not in the report, and is ${told[is?.operation ?? "same"]} now`;
  if (is === undefined) return `was ${told[was.operation]} in the report, and is not there now`;
  if (was.operation !== is.operation && [was.operation, is.operation].includes("delete"))
    return `was ${told[was.operation]} in the report, and is ${told[is.operation]} now`;
  const parts = [...new Set([...Object.keys(was.parts), ...Object.keys(is.parts)])]
    .sort()
    .filter((part) => was.parts[part] !== is.parts[part]);
  const problems = [
    ...(was.operation === is.operation
      ? []
      : [`was ${told[was.operation]} in the report, and is ${told[is.operation]} now`]),
    ...(parts.length === 0 ? [] : [`has other values now in ${joined(parts)}`]),
    ...((was.isRetained ?? false) === (is.isRetained ?? false)
      ? []
      : [
          is.isRetained
            ? "would stay in the cluster when it is deleted"
            : "would not stay in the cluster when it is deleted",
        ]),
    ...(JSON.stringify(was.late ?? []) === JSON.stringify(is.late ?? [])
      ? []
      : ["what is known of it beforehand is not the same"]),
  ];
  return problems.length === 0 ? undefined : joined(problems);
}

const told: Readonly<Record<Operation, string>> = {
  same: "left as it is",
  read: "read",
  create: "created",
  update: "changed",
  replace: "deleted and made again",
  delete: "deleted",
};
