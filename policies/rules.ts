import { catalogued } from "../components/image/catalogue.ts";
import { containersOf, podsOf } from "./pods.ts";
import type { KubernetesObject, Rule } from "./rule.ts";

const imageInCatalogue: Rule = {
  id: "image-in-catalogue",
  level: "mandatory",
  serves: "sovereignty",
  description: "Every image is in the catalogue, with its free licence and a link to its source.",
  check: (objects) =>
    podsOf(objects).flatMap(({ object, pod }) =>
      containersOf(pod)
        .filter(({ image }) => catalogued(image) === undefined)
        .map(({ name, image }) => ({
          object,
          message: `runs ${image} in container ${name}, which is not in components/image/catalogue.ts. Add it there with its licence and source, or use one that is.`,
        })),
    ),
};

const podsAreRestricted: Rule = {
  id: "pods-are-restricted",
  level: "mandatory",
  serves: "security",
  description: "Pods run as an ordinary user, without privileges, on a read-only root file system.",
  check: (objects) =>
    podsOf(objects).flatMap(({ object, pod }) => {
      const problems = [
        ...(pod.securityContext?.runAsNonRoot ? [] : ["may run as root"]),
        ...(pod.securityContext?.seccompProfile?.type === "RuntimeDefault" ? [] : ["has no seccomp profile"]),
        ...(pod.hostNetwork || pod.hostPID ? ["shares the node's network or processes"] : []),
        ...containersOf(pod).flatMap(({ name, securityContext: context }) => [
          ...(context?.allowPrivilegeEscalation === false ? [] : [`lets ${name} gain privileges`]),
          ...(context?.capabilities?.drop?.includes("ALL") ? [] : [`leaves capabilities to ${name}`]),
          ...(context?.readOnlyRootFilesystem ? [] : [`lets ${name} write to its root file system`]),
        ]),
      ];
      return problems.map((problem) => ({
        object,
        message: `${problem}. Use podSecurity and containerSecurity of components/manifest/security.ts.`,
      }));
    }),
};

const noServiceAccountToken: Rule = {
  id: "no-service-account-token",
  level: "mandatory",
  serves: "security",
  description: "No pod holds a key to the cluster's API, beyond ConfigMaps of its own namespace.",
  check: (objects) => [
    ...podsOf(objects)
      .filter(({ pod }) => pod.automountServiceAccountToken !== false)
      .map(({ object }) => ({
        object,
        message: "mounts a service account token. Set automountServiceAccountToken: false.",
      })),
    ...objects
      .filter(({ kind }) => kind === "ClusterRole" || kind === "ClusterRoleBinding")
      .map((object) => ({ object, message: "gives rights beyond a namespace. Use a Role." })),
    ...objects
      .filter((object) => object.kind === "Role" && !isNarrow(object))
      .map((object) => ({
        object,
        message: `gives rights to more than ConfigMaps. Name resources: ["configmaps"], without "*" and without "delete".`,
      })),
  ],
};

/** Whether a Role lets its holder read and write ConfigMaps, and nothing else. */
function isNarrow({ rules }: KubernetesObject): boolean {
  const verbs = new Set(["get", "list", "watch", "create", "patch"]);
  const list = rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
  return list.every(
    (rule) =>
      rule.apiGroups.every((group) => group === "") &&
      rule.resources.every((resource) => resource === "configmaps") &&
      rule.verbs.every((verb) => verbs.has(verb)),
  );
}

const memoryIsLimited: Rule = {
  id: "memory-is-limited",
  level: "mandatory",
  serves: "ecology",
  description: "Every container says what it asks for and how much memory it may use.",
  check: (objects) =>
    podsOf(objects).flatMap(({ object, pod }) =>
      containersOf(pod)
        .filter(
          ({ resources }) =>
            !(resources?.limits?.memory && resources.requests?.memory && resources.requests.cpu),
        )
        .map(({ name }) => ({
          object,
          message: `has no memory limit or no requests in container ${name}. Use resourcesOf of components/manifest/resources.ts.`,
        })),
    ),
};

const namespacesAreClosed: Rule = {
  id: "namespaces-are-closed",
  level: "mandatory",
  serves: "security",
  description: "Every namespace enforces Pod Security restricted and denies all traffic that no rule opens.",
  check: (objects) =>
    objects
      .filter(({ kind }) => kind === "Namespace")
      .flatMap((namespace) => [
        ...(namespace.metadata.labels?.["pod-security.kubernetes.io/enforce"] === "restricted"
          ? []
          : [
              {
                object: namespace,
                message: "does not enforce Pod Security restricted. Use the Namespace component.",
              },
            ]),
        ...(objects.some((object) => deniesByDefault(object, namespace.metadata.name))
          ? []
          : [
              {
                object: namespace,
                message: "has no default-deny NetworkPolicy. Use the Namespace component.",
              },
            ]),
      ]),
};

function deniesByDefault({ kind, metadata, spec }: KubernetesObject, namespace: string): boolean {
  return (
    kind === "NetworkPolicy" &&
    metadata.namespace === namespace &&
    JSON.stringify(spec) === JSON.stringify({ podSelector: {}, policyTypes: ["Ingress", "Egress"] })
  );
}

const publicNamesUseTls: Rule = {
  id: "public-names-use-tls",
  level: "mandatory",
  serves: "security",
  description: "Every public name is served over TLS, through the ingress controller.",
  check: (objects) => [
    ...objects
      .filter(({ kind }) => kind === "Ingress")
      .flatMap((object) => {
        const { rules = [], tls = [] } = object.spec as {
          rules?: { host?: string }[];
          tls?: { hosts?: string[] }[];
        };
        const covered = new Set(tls.flatMap(({ hosts = [] }) => hosts));
        return rules
          .filter(({ host }) => host === undefined || !covered.has(host))
          .map(({ host }) => ({
            object,
            message: `serves ${host ?? "any host"} without TLS. Name the host under tls.`,
          }));
      }),
    ...objects
      .filter(
        ({ kind, spec }) =>
          kind === "Service" && ["NodePort", "LoadBalancer"].includes((spec as { type?: string }).type ?? ""),
      )
      .map((object) => ({ object, message: "is reachable without the ingress controller. Use Exposure." })),
  ],
};

/** The rules that every preview is held to. */
export const rules: readonly Rule[] = [
  imageInCatalogue,
  podsAreRestricted,
  noServiceAccountToken,
  memoryIsLimited,
  namespacesAreClosed,
  publicNamesUseTls,
];
