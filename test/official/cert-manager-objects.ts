import { selfSigned } from "../self-signed.ts";

const name = "cert-manager";
const metadata = (of: string) => ({ name: of, namespace: name, labels: { app: of } });
const secured = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  readOnlyRootFilesystem: true,
};

/** Names that a pod finds elsewhere than the cluster's name server says. */
export interface HostAlias {
  ip: string;
  hostnames: readonly string[];
}

export const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };

/** Pebble, which asks for proofs on port 80. It does not wait before it asks; one of twenty answers is refused at first, as is its habit. */
export function acmeServer(image: string) {
  const host = `pebble.${name}.svc`;
  const { certificate, key } = selfSigned([host], 2);
  const pebble = {
    listenAddress: "0.0.0.0:14000",
    managementListenAddress: "0.0.0.0:15000",
    certificate: "/config/tls.crt",
    privateKey: "/config/tls.key",
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: "",
    externalAccountBindingRequired: false,
    retryAfter: { authz: 3, order: 5 },
    keyAlgorithm: "ecdsa",
    profiles: { default: { description: "90 days", validityPeriod: 7_776_000 } },
  };
  return {
    certificate,
    objects: (hostAliases: readonly HostAlias[]) => [
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: metadata("pebble"),
        stringData: {
          "tls.crt": certificate,
          "tls.key": key,
          "pebble.json": JSON.stringify({ pebble }),
        },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: metadata("pebble"),
        spec: { selector: { app: "pebble" }, ports: [{ port: 14_000 }] },
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: metadata("pebble"),
        spec: {
          hostAliases,
          containers: [
            {
              name: "pebble",
              image,
              command: ["/pebble", "-config", "/config/pebble.json"],
              env: [{ name: "PEBBLE_VA_NOSLEEP", value: "1" }],
              securityContext: secured,
              volumeMounts: [{ name: "config", mountPath: "/config", readOnly: true }],
            },
          ],
          volumes: [{ name: "config", secret: { secretName: "pebble" } }],
        },
      },
    ],
  };
}

/** Issuer that signs, as docs/install.md has a site set it up. */
export const issuer = (authority: string) => ({
  apiVersion: "cert-manager.io/v1",
  kind: "ClusterIssuer",
  metadata: { name: "trial" },
  spec: {
    acme: {
      server: `https://pebble.${name}.svc:14000/dir`,
      caBundle: Buffer.from(authority).toString("base64"),
      email: "numerique@villeurbanne.test",
      privateKeySecretRef: { name: "trial-account" },
      solvers: [{ http01: { ingress: { ingressClassName: "traefik" } } }],
    },
  },
});

/** cert-manager's controllers, which may do everything here: what its own roles allow is not what is tried. */
export const controllers = (image: string, hostAliases: readonly HostAlias[]) => [
  { apiVersion: "v1", kind: "ServiceAccount", metadata: metadata("controller") },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: "cert-manager-trial" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
    subjects: [{ kind: "ServiceAccount", name: "controller", namespace: name }],
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metadata("controller"),
    spec: {
      serviceAccountName: "controller",
      hostAliases,
      containers: [
        { name: "controller", image, command: ["/controller", image, name], securityContext: secured },
      ],
    },
  },
];
