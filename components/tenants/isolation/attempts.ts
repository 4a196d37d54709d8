import { type BadObject, badObjects, pod } from "../admission/attempts.ts";

/**
 * One attempt from within an association, and the protection that refuses it. `benchmark` is the corresponding check
 * of the Kubernetes multi-tenancy benchmark, if there is one. Source:
 * https://github.com/kubernetes-sigs/multi-tenancy/tree/master/benchmarks/kubectl-mtb
 */
export interface Row {
  attempt: string;
  by: string;
  benchmark?: string | undefined;
}

const podSecurity = "Pod Security `restricted`";
const quota = "the quota of its plan";
const policies = "the network policies";
const rights = "RBAC";
const databaseUser = "the rights of its database user";

const [plain] = pod().spec.containers;
const contained = (securityContext: object) => pod({ containers: [{ ...plain, securityContext }] });
const limited = (cpu: string, memory: string) =>
  pod({ containers: [{ ...plain, resources: { ...plain?.resources, limits: { cpu, memory } } }] });
const admitted = plain?.securityContext;

const insecure = (attempt: string, object: BadObject["object"], benchmark?: string) => ({
  ...{ attempt, object, benchmark, by: podSecurity, says: 'violates PodSecurity "restricted' },
});
const beyondPlan = (attempt: string, object: BadObject["object"], what: string) => ({
  ...{ attempt, object, by: quota, says: `exceeded quota: .*${what}`, benchmark: "MTB-PL1-CC-FNS-1" },
});

/**
 * Objects that somebody with all rights creates in the association's namespace; the API server's refusal contains
 * `says`.
 */
export const objects: readonly (Row & { says: string; object: BadObject["object"] })[] = [
  ...badObjects.map(({ attempt, rule, benchmark, object }) => ({
    ...{ attempt, object, benchmark, by: `the admission policy \`tenants-${rule}\``, says: rule },
  })),
  insecure(
    "a privileged pod",
    contained({ ...admitted, allowPrivilegeEscalation: true, privileged: true }),
    "MTB-PL1-BC-CPI-5",
  ),
  insecure(
    "a pod whose programs may gain rights",
    contained({ ...admitted, allowPrivilegeEscalation: true }),
    "MTB-PL1-BC-CPI-6",
  ),
  insecure(
    "a pod with a capability",
    contained({ ...admitted, capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } }),
    "MTB-PL1-BC-CPI-3",
  ),
  insecure("a pod of root", contained({ ...admitted, runAsUser: 0 }), "MTB-PL1-BC-CPI-4"),
  insecure("a pod on the node's network", pod({ hostNetwork: true }), "MTB-PL1-BC-HI-3"),
  insecure(
    "a port of its node",
    pod({ containers: [{ ...plain, ports: [{ containerPort: 8080, hostPort: 8080 }] }] }),
    "MTB-PL1-BC-HI-3",
  ),
  insecure("a pod among the node's processes", pod({ hostPID: true }), "MTB-PL1-BC-HI-4"),
  insecure("a pod in the node's shared memory", pod({ hostIPC: true }), "MTB-PL1-BC-HI-5"),
  insecure(
    "a folder of the node",
    pod({ volumes: [{ name: "x", hostPath: { path: "/" } }] }),
    "MTB-PL1-BC-HI-1",
  ),
  beyondPlan("more processors than its plan", limited("300", "32Mi"), "limits.cpu"),
  beyondPlan("more memory than its plan", limited("50m", "900Gi"), "limits.memory"),
  beyondPlan(
    "more storage than its plan",
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "attempt" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "900Ti" } } },
    },
    "requests.storage",
  ),
  {
    ...beyondPlan(
      "an object of a kind that it has none of",
      {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: "attempt" },
        spec: {
          selector: { matchLabels: { app: "x" } },
          template: { metadata: { labels: { app: "x" } }, spec: pod().spec },
        },
      },
      "count/statefulsets.apps",
    ),
    benchmark: "MTB-PL1-CC-FNS-2",
  },
];

/** Destinations of connections from its pod. */
export type Target =
  | "their pod"
  | "their service"
  | "their public name"
  | "their database"
  | "service elsewhere"
  | "node port"
  | "metadata"
  | "API server"
  | "kubelet";

/** Connections from its pod. If a destination is `open`, a pod without policies is shown to reach it. */
export const connections: readonly (Row & { to: Target; open: boolean })[] = [
  { attempt: "another association's pod", to: "their pod", open: false, by: policies },
  { attempt: "another association's service", to: "their service", open: false, by: policies },
  { attempt: "another association's public name", to: "their public name", open: true, by: policies },
  { attempt: "a database server that is not its own", to: "their database", open: false, by: policies },
  {
    attempt: "a service of another namespace, as a vault's is",
    ...{ to: "service elsewhere", open: true, by: policies },
  },
  { attempt: "a port of the nodes", to: "node port", open: true, by: policies },
  { attempt: "the address of a cloud's metadata", to: "metadata", open: true, by: policies },
  { attempt: "the API server", to: "API server", open: true, by: policies },
  { attempt: "the kubelet", to: "kubelet", open: true, by: policies },
];

const nameServers = "the name servers, without such zones";

/** Questions of its pod to the name servers. */
export const lookups: readonly (Row & { of: "address of a service" | "address of a pod" })[] = [
  { attempt: "whose an address is, one after the other", of: "address of a service", by: nameServers },
  { attempt: "a name for the address of a pod", of: "address of a pod", by: nameServers },
];

/** A call to the API server: `own` and `other` in the path are namespaces, `quota` is the name of its own quota. */
export interface Call extends Row {
  verb: "get" | "create" | "replace" | "delete";
  path: string;
}

const call = (attempt: string, verb: Call["verb"], path: string, benchmark?: string): Call => ({
  ...{ attempt, verb, path, by: rights, benchmark },
});
const cluster = "MTB-PL1-CC-CPI-1";
const shared = "MTB-PL1-BC-CPI-2";
const others = "MTB-PL1-CC-TI-2";
const rbac = "/apis/rbac.authorization.k8s.io/v1";

/** Calls with the token of its namespace's only service account. */
export const calls: readonly Call[] = [
  call("read the Secrets of its namespace", "get", "/api/v1/namespaces/own/secrets"),
  call("start a pod", "create", "/api/v1/namespaces/own/pods"),
  call(
    "change its quota",
    "replace",
    "/api/v1/namespaces/own/resourcequotas/quota?dryRun=All",
    "MTB-PL1-CC-TI-1",
  ),
  call("take off its limits", "delete", "/api/v1/namespaces/own/limitranges?dryRun=All", shared),
  call(
    "take off its network policies",
    "delete",
    "/apis/networking.k8s.io/v1/namespaces/own/networkpolicies?dryRun=All",
    shared,
  ),
  call("change its namespace's labels", "replace", "/api/v1/namespaces/own?dryRun=All", shared),
  call("give itself rights", "create", `${rbac}/namespaces/own/rolebindings?dryRun=All`, shared),
  call("read another's pods", "get", "/api/v1/namespaces/other/pods", others),
  call("read another's Secrets", "get", "/api/v1/namespaces/other/secrets", others),
  call("read another's services", "get", "/api/v1/namespaces/other/services", others),
  call(
    "take another's claims",
    "delete",
    "/api/v1/namespaces/other/persistentvolumeclaims?dryRun=All",
    others,
  ),
  call("list the namespaces", "get", "/api/v1/namespaces", cluster),
  call("list the nodes", "get", "/api/v1/nodes", cluster),
  call("list the volumes of all", "get", "/api/v1/persistentvolumes", cluster),
  call("give itself rights everywhere", "create", `${rbac}/clusterrolebindings?dryRun=All`, cluster),
  call("read the API server's figures", "get", "/metrics", cluster),
];

/** Scripts in a shell of each container of its pod; `SECRET` is the path of the first password during installation. */
export const scripts: readonly (Row & { script: string })[] = [
  {
    attempt: "a key to the cluster",
    script: "test -e /var/run/secrets/kubernetes.io",
    by: "no token is mounted",
  },
  { attempt: "to be root", script: "test $(id -u) = 0", by: podSecurity, benchmark: "MTB-PL1-BC-CPI-4" },
  {
    attempt: "a capability",
    script: "grep -q '^CapEff:' /proc/self/status && ! grep -q '^CapEff:[[:space:]]*0*$' /proc/self/status",
    ...{ by: podSecurity, benchmark: "MTB-PL1-BC-CPI-3" },
  },
  {
    attempt: "to gain rights by a program of root's",
    script: "grep -q '^NoNewPrivs:[[:space:]]*0' /proc/self/status",
    ...{ by: podSecurity, benchmark: "MTB-PL1-BC-CPI-6" },
  },
  {
    attempt: "calls of the kernel that no program needs",
    script: "grep -q '^Seccomp:[[:space:]]*0' /proc/self/status",
    by: podSecurity,
  },
  {
    attempt: "to write to its image",
    script: "echo x > /etc/attempt || echo x > /attempt",
    by: "the read-only root file system",
  },
  {
    attempt: "the first password of who administers it",
    script: "cat SECRET",
    by: "it is mounted while installing alone",
  },
];

/** Attempts on the database server as its own user. */
export const statements: readonly (Row & { tries: "sees" | "enters" | "reads users" })[] = [
  { attempt: "see another's database", tries: "sees", by: databaseUser },
  { attempt: "enter another's database", tries: "enters", by: databaseUser },
  { attempt: "read the passwords of users", tries: "reads users", by: databaseUser },
];

/** The whole table, by origin of the attempts. */
export const attempts: readonly { from: string; rows: readonly Row[] }[] = [
  { from: "in its namespace, with all rights", rows: objects },
  { from: "from its pod, connects to", rows: connections },
  { from: "from its pod, asks the name servers for", rows: lookups },
  { from: "with the key of its namespace's account, wants to", rows: calls },
  { from: "from a shell in each container, looks for", rows: scripts },
  { from: "as its own database user, wants to", rows: statements },
];
