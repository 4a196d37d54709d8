import { containerSecurity, podSecurity } from "../../../components/foundation/manifest/security.ts";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { images } from "../../../components/services/mastodon/images.ts";

/** Kinds of sites that can be imitated on the local cluster; Cilium's policies need Cilium. */
export const imitated = [
  "k3s",
  "ingress-nginx",
  "rke2-ingress-nginx",
  "rke2-traefik",
  "haproxy",
  "openshift",
] as const;
export type Imitated = (typeof imitated)[number];

/** The namespace of a controller, and the labels of its pods, as each kind installs it. */
export const installed: Record<Imitated, { namespace: string; labels: Record<string, string> }> = {
  k3s: { namespace: "kube-system", labels: { "app.kubernetes.io/name": "traefik" } },
  "ingress-nginx": ofNginx("ingress-nginx", "ingress-nginx"),
  "rke2-ingress-nginx": ofNginx("kube-system", "rke2-ingress-nginx"),
  "rke2-traefik": { namespace: "kube-system", labels: { "app.kubernetes.io/name": "rke2-traefik" } },
  haproxy: { namespace: "haproxy-controller", labels: { run: "haproxy-ingress" } },
  openshift: {
    namespace: "openshift-ingress",
    labels: { "ingresscontroller.operator.openshift.io/deployment-ingresscontroller": "default" },
  },
};

function ofNginx(namespace: string, name: string) {
  const labels = { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "controller" };
  return { namespace, labels };
}

/** Labels of namespaces by which controllers are known. */
const namespaceLabels: Record<string, Record<string, string>> = {
  "openshift-ingress": { "policy-group.network.openshift.io/ingress": "" },
};

/** Namespace of a visitor. */
export const visitors = "visitors";

/** A pod from which a controller's pod can be asked, and its namespace. */
export const visitor = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: visitors } },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "visitor", namespace: visitors },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: podSecurity(991),
      containers: [
        {
          name: "visitor",
          image: images.mastodonStreaming.reference,
          command: ["sleep", "infinity"],
          securityContext: containerSecurity,
        },
      ],
    },
  },
];

export const gateName = (kind: Imitated): string => `gate-${kind}`;

/** Objects of which one kind's controller is made here. */
export function gateObjects(kind: Imitated, image: string): object[] {
  const { namespace, labels } = installed[kind];
  const { className, source } = ingressPresets[kind];
  const name = gateName(kind);
  const { port } = source;
  return [
    {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: namespaceLabels[namespace] ?? {} },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name, namespace }],
    },
    // The class of the local cluster's own controller is there already.
    ...(className === "traefik"
      ? []
      : [
          {
            apiVersion: "networking.k8s.io/v1",
            kind: "IngressClass",
            metadata: { name: className },
            spec: { controller: "traefik.io/ingress-controller" },
          },
        ]),
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace, labels: { ...labels, gate: name } },
      spec: {
        serviceAccountName: name,
        terminationGracePeriodSeconds: 0,
        // Ports below 1024 for an ordinary user, as the controllers' own images arrange it in their ways.
        securityContext: {
          ...podSecurity(65_532),
          sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
        },
        containers: [
          {
            name: "controller",
            image,
            args: [
              `--entrypoints.websecure.address=:${port}`,
              "--entrypoints.websecure.http.tls=true",
              "--entrypoints.websecure.asdefault=true",
              "--entrypoints.ping.address=:9000",
              "--ping=true",
              "--ping.entrypoint=ping",
              "--providers.kubernetesingress=true",
              `--providers.kubernetesingress.ingressclass=${className}`,
            ],
            readinessProbe: { httpGet: { path: "/ping", port: 9000 }, periodSeconds: 1 },
            securityContext: containerSecurity,
          },
        ],
      },
    },
  ];
}

/** The smallest commune with a page of its own and one of a service. */
export const declarationOf = (id: string, domain: string): string => `id: ${id}
name: Bron
insee: "69029"
domain: ${domain}
population: 42000
contact: numerique@bron.test
schools:
  storage: 1 GiB
  libraries: { commune: { name: Ville de Bron, folder: library } }
`;
