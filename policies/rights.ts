import * as z from "zod";
import { podOf } from "./pods.ts";
import type { KubernetesObject, ObjectRule } from "./rule.ts";

const verbs = new Set(["get", "list", "watch", "create", "patch"]);

const narrow = z.array(
  z.object({
    apiGroups: z.array(z.literal("")),
    resources: z.array(z.literal("configmaps")),
    verbs: z.array(z.string().refine((verb) => verbs.has(verb))),
  }),
);

/** Whether a Role lets its holder read and write ConfigMaps, and nothing else. */
function isNarrow({ rules }: KubernetesObject): boolean {
  return narrow.safeParse(rules).success;
}

/** Unless it says no, a pod gets one. */
function mountsToken(object: KubernetesObject): boolean {
  const pod = podOf(object);
  return pod !== undefined && pod.automountServiceAccountToken !== false;
}

const noServiceAccountToken: ObjectRule = {
  id: "no-service-account-token",
  level: "mandatory",
  serves: "security",
  description: "No pod holds a key to the cluster's API, beyond ConfigMaps of its own namespace.",
  reads: "object",
  check: (object) => [
    ...(mountsToken(object)
      ? ["mounts a service account token. Set automountServiceAccountToken: false."]
      : []),
    ...(object.kind === "ClusterRole" || object.kind === "ClusterRoleBinding"
      ? ["gives rights beyond a namespace. Use a Role."]
      : []),
    ...(object.kind === "Role" && !isNarrow(object)
      ? [
          `gives rights to more than ConfigMaps. Name resources: ["configmaps"], without "*" and without "delete".`,
        ]
      : []),
  ],
};

export const rightsRules = [noServiceAccountToken];
