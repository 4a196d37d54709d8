import * as z from "zod";
import type { KubernetesObject } from "../../../components/foundation/manifest/object.ts";
import { podSpecOf } from "../../../components/foundation/manifest/pod-template.ts";

/** One thing that something may do, read or be reached at. */
export interface Right {
  /** Namespace, without the commune. */
  space: string;
  kind: "account" | "role" | "secret" | "port";
  /** Name of what it gives, in one namespace: `restore-point signing-key`, `web 8080`. */
  what: string;
  /** Holders, as people read them; empty if there are none. */
  who: string;
}

const labels = z.record(z.string(), z.string());
const selector = z.object({
  matchLabels: labels.default({}),
  matchExpressions: z
    .array(z.strictObject({ key: z.string(), operator: z.literal("In"), values: z.array(z.string()) }))
    .default([]),
});
type Selector = z.output<typeof selector>;

const matches = ({ matchLabels, matchExpressions }: Selector, of: Readonly<Record<string, string>>) =>
  Object.entries(matchLabels).every(([key, value]) => of[key] === value) &&
  matchExpressions.every(({ key, values }) => values.includes(of[key] ?? ""));

const probe = z.object({
  httpGet: z.object({ port: z.unknown() }).optional(),
  tcpSocket: z.object({ port: z.unknown() }).optional(),
});
const container = z.object({
  name: z.string(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  env: z
    .array(
      z.object({
        valueFrom: z
          .object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional() })
          .optional(),
      }),
    )
    .default([]),
  // Whoever has a whole Secret as variables has more than is listed here: there is no such container.
  envFrom: z.array(z.strictObject({ configMapRef: z.unknown() })).optional(),
  volumeMounts: z.array(z.object({ name: z.string(), subPath: z.string().optional() })).default([]),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
});
const keys = z.array(z.object({ key: z.string() }));
const token = z.object({ expirationSeconds: z.number() });
const pod = z.object({
  serviceAccountName: z.string().optional(),
  // What of a token is listed is what a pod mounts by itself: none gets one unasked.
  automountServiceAccountToken: z.literal(false),
  containers: z.array(container),
  initContainers: z.array(container).default([]),
  volumes: z
    .array(
      z.object({
        name: z.string(),
        secret: z.object({ secretName: z.string(), items: keys.optional() }).optional(),
        projected: z
          .object({
            sources: z.array(
              z.strictObject({
                serviceAccountToken: token.optional(),
                configMap: z.unknown().optional(),
              }),
            ),
          })
          .optional(),
      }),
    )
    .default([]),
});
const template = z.object({ metadata: z.object({ labels }) });
const templates = z.union([
  z.object({ template }).transform(({ template: { metadata } }) => metadata.labels),
  z
    .object({ jobTemplate: z.object({ spec: z.object({ template }) }) })
    .transform(({ jobTemplate }) => jobTemplate.spec.template.metadata.labels),
]);

interface Workload {
  space: string;
  /** As it was declared: without the checksum of a Job. */
  name: string;
  component: string;
  labels: Record<string, string>;
  pod: z.output<typeof pod>;
}

function workloadsOf(objects: readonly KubernetesObject[]): Workload[] {
  return objects.flatMap((object) => {
    const found = podSpecOf(object);
    if (found === undefined) return [];
    const of = templates.parse(object.spec);
    return {
      ...{ space: object.metadata.namespace ?? "", labels: of, pod: pod.parse(found) },
      name: object.metadata.name.replace(/-[0-9a-f]{8}$/, ""),
      component: of["app.kubernetes.io/component"] ?? "",
    };
  });
}

const bound = z.object({ subjects: z.array(z.object({ name: z.string() })), roleRef: labels });
const rule = z.object({
  resources: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  verbs: z.array(z.string()),
});

/** Accounts of the cluster's API, who has a key to it, and what the key opens. */
function accounts(objects: readonly KubernetesObject[], workloads: readonly Workload[]): Right[] {
  return objects.flatMap(({ kind, metadata: { name, namespace: space = "" }, ...object }): Right[] => {
    if (kind === "ServiceAccount") {
      const users = workloads.flatMap(({ space: own, component, pod: { serviceAccountName, volumes } }) =>
        own !== space || serviceAccountName !== name
          ? []
          : volumes
              .flatMap(({ projected }) => projected?.sources ?? [])
              .flatMap(({ serviceAccountToken: key }) =>
                key ? [`${component} (a token for ${key.expirationSeconds} s)`] : [],
              ),
      );
      return [{ space, kind: "account", what: name, who: users.join("; ") }];
    }
    if (kind !== "Role" && kind !== "ClusterRole") return [];
    const subjects = objects.flatMap(({ kind: other, metadata, ...binding }) => {
      if (!/^(Cluster)?RoleBinding$/.test(other) || metadata.namespace !== space) return [];
      const { subjects: all, roleRef } = bound.parse(binding);
      return roleRef.name === name ? all.map((subject) => `account ${subject.name}`) : [];
    });
    return z
      .array(rule)
      .parse(object.rules)
      .map(({ resources, resourceNames, verbs }) => {
        const named = resourceNames ? ` ${resourceNames.join(", ")}` : "";
        return {
          ...{ space, kind: "role", who: subjects.join("; ") },
          what: `${verbs.join(", ")} ${resources.join(", ")}${named}`,
        };
      });
  });
}

/** The containers that have a key of a Secret, told by how. */
function readersOf(
  { pod: { containers, initContainers, volumes } }: Workload,
  secret: string,
  key: string,
): string[] {
  const mounted = volumes.filter(
    ({ secret: source }) =>
      source?.secretName === secret && (source.items?.some((item) => item.key === key) ?? true),
  );
  return [...initContainers, ...containers].flatMap(({ name, env, volumeMounts }) => {
    const isVariable = env.some(
      ({ valueFrom }) => valueFrom?.secretKeyRef?.name === secret && valueFrom.secretKeyRef.key === key,
    );
    const isFile = volumeMounts.some(
      (mount) => mounted.some((volume) => volume.name === mount.name) && (mount.subPath ?? key) === key,
    );
    return [...(isVariable ? [`${name} (variable)`] : []), ...(isFile ? [name] : [])];
  });
}

function secrets(objects: readonly KubernetesObject[], workloads: readonly Workload[]): Right[] {
  return objects.flatMap(({ kind, metadata: { name, namespace: space = "" }, stringData }): Right[] => {
    if (kind !== "Secret") return [];
    return Object.keys(z.record(z.string(), z.unknown()).parse(stringData)).map((key) => {
      const readers = workloads
        .filter((workload) => workload.space === space)
        .flatMap((workload) => {
          const found = readersOf(workload, name, key);
          return found.length === 0 ? [] : [`${workload.name}: ${found.join(", ")}`];
        });
      // A Job, and the CronJob by which it runs once more, have one name.
      return { space, kind: "secret", what: `${name} ${key}`, who: [...new Set(readers)].join("; ") };
    });
  });
}

const policy = z.object({
  podSelector: selector,
  ingress: z
    .array(
      z.strictObject({
        from: z.array(
          z.strictObject({
            ipBlock: z.object({ cidr: z.string() }).optional(),
            namespaceSelector: selector.optional(),
            podSelector: selector.optional(),
          }),
        ),
        ports: z.array(z.object({ port: z.number() })),
      }),
    )
    .default([]),
});
type Peer = z.output<typeof policy>["ingress"][number]["from"][number];

const served = z.object({
  selector: labels,
  ports: z.array(z.object({ name: z.string(), port: z.number(), targetPort: z.unknown() })),
});
const backend = z.object({ name: z.string(), port: z.object({ name: z.string() }) });
const published = z.object({
  rules: z.array(
    z.object({
      http: z.object({ paths: z.array(z.object({ backend: z.object({ service: backend }) })) }),
    }),
  ),
});

const nobodyRuns = " (none runs here)";

/** Names whom a policy lets in. */
function partyOf(
  { ipBlock, namespaceSelector, podSelector }: Peer,
  workloads: readonly Workload[],
  outside: string,
): string {
  if (ipBlock !== undefined)
    return /^(0\.0\.0\.0|::)\/0$/.test(ipBlock.cidr) ? "**any address**" : ipBlock.cidr;
  const space = namespaceSelector?.matchLabels["kubernetes.io/metadata.name"];
  if (space === outside) return "the ingress controller";
  const found = workloads.filter(
    (workload) => workload.space === space && podSelector && matches(podSelector, workload.labels),
  );
  const components = [...new Set(found.map(({ component }) => component))].sort();
  if (components.length > 0) return `${space} ${components.join(", ")}`;
  return `${space} ${podSelector?.matchLabels["app.kubernetes.io/component"]}${nobodyRuns}`;
}

function ports(
  objects: readonly KubernetesObject[],
  workloads: readonly Workload[],
  outside: string,
): Right[] {
  const policies = objects.flatMap(({ kind, metadata, spec }) =>
    kind === "NetworkPolicy" ? [{ space: metadata.namespace, ...policy.parse(spec) }] : [],
  );
  const services = objects.flatMap(({ kind, metadata, spec }) =>
    kind === "Service" ? [{ space: metadata.namespace, name: metadata.name, ...served.parse(spec) }] : [],
  );
  const ingresses = objects.flatMap(({ kind, metadata, spec }) =>
    kind === "Ingress"
      ? published
          .parse(spec)
          .rules.flatMap(({ http }) => http.paths)
          .map(({ backend: { service } }) => ({ space: metadata.namespace, service }))
      : [],
  );
  return workloads.flatMap(({ space, component, labels: of, pod: { containers } }) => {
    const declared = containers.flatMap((each) => each.ports);
    // A port listens and is open whether a container names it or not.
    const unnamed = policies
      .filter((one) => one.space === space && matches(one.podSelector, of))
      .flatMap(({ ingress }) => ingress.flatMap((one) => one.ports.map(({ port }) => port)))
      .filter((port) => !declared.some(({ containerPort }) => containerPort === port))
      .map((containerPort) => ({ name: undefined, containerPort }));
    const [first, ...others] = containers;
    const all = first ? [{ ...first, ports: [...first.ports, ...unnamed] }, ...others] : [];
    return all.flatMap((each) =>
      each.ports.map(({ name, containerPort }): Right => {
        const isThis = (port: unknown) => port === containerPort || port === name;
        const isPublished = ingresses.some(({ space: at, service }) =>
          services.some(
            (own) =>
              at === space &&
              own.space === space &&
              own.name === service.name &&
              matches(selector.parse({ matchLabels: own.selector }), of) &&
              own.ports.some((port) => port.name === service.port.name && isThis(port.targetPort)),
          ),
        );
        const let_in = policies
          .filter((one) => one.space === space && matches(one.podSelector, of))
          .flatMap(({ ingress }) => ingress)
          .filter((one) => one.ports.some(({ port }) => isThis(port)))
          .flatMap(({ from }) => from.map((peer) => partyOf(peer, workloads, outside)))
          .map((party) =>
            party === "the ingress controller" && isPublished
              ? "**the Internet**, through the ingress controller"
              : party,
          );
        const isProbed = [each.startupProbe, each.readinessProbe, each.livenessProbe].some(
          (one) => one && isThis(one.httpGet?.port ?? one.tcpSocket?.port),
        );
        const who = [...new Set(let_in), ...(isProbed ? ["probes"] : [])].join("; ");
        return { space, kind: "port", what: `${component} ${containerPort}`, who };
      }),
    );
  });
}

/**
 * Every right in the cluster of what a commune registers, by namespace.
 *
 * @param commune its id: names of namespaces begin with it.
 * @param outside the namespace of the ingress controller.
 */
export function rightsOf(objects: readonly KubernetesObject[], commune: string, outside: string): Right[] {
  const workloads = workloadsOf(objects);
  const short = (text: string) => text.replaceAll(`${commune}-`, "");
  return [
    ...accounts(objects, workloads),
    ...secrets(objects, workloads),
    ...ports(objects, workloads, outside),
  ].map((right) => ({ ...right, space: short(right.space), who: short(right.who) }));
}

/** Rights of several communes as if they were one's: what several have in the same place, with all who have it. */
export function together(rights: readonly Right[]): Right[] {
  const all = new Map<string, Right & { holders: Set<string> }>();
  for (const right of rights) {
    const key = JSON.stringify([right.kind, right.space, right.what]);
    const known = all.get(key) ?? { ...right, holders: new Set<string>() };
    for (const holder of right.who.split("; ")) if (holder !== "") known.holders.add(holder);
    all.set(key, known);
  }
  return [...all.values()].map(({ holders, ...right }) => ({
    ...right,
    who: [...holders].filter((each) => !runsInAnother(each, holders)).join("; "),
  }));
}

const runsInAnother = (holder: string, holders: ReadonlySet<string>) =>
  holder.endsWith(nobodyRuns) && holders.has(holder.slice(0, -nobodyRuns.length));
