import { generateKeyPairSync, X509Certificate } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { writeWhole } from "./files.ts";
import type { Layout, MachineFolders, NodeLayout } from "./layout.ts";
import { clusterDomain } from "./network.ts";

/** A certificate and its key as files. */
export interface Pair {
  certificate: string;
  key: string;
}

/** Contents of a certificate. `organization` is the Kubernetes group of a client certificate. */
interface Request {
  commonName: string;
  organization?: string;
  alternativeNames?: string[];
  days: number;
  authority?: Pair;
}

const authorityDays = 3650;
const leafDays = 365;

const pairOf = ({ certificates }: MachineFolders, name: string): Pair => ({
  certificate: join(certificates, `${name}.crt`),
  key: join(certificates, `${name}.key`),
});

/** The files of every certificate of a cluster, but for those of its nodes. */
export function certificateFiles(layout: Layout) {
  return {
    authority: pairOf(layout, "cluster-ca"),
    apiserver: pairOf(layout, "apiserver"),
    apiserverKubelet: pairOf(layout, "apiserver-kubelet-client"),
    ingress: pairOf(layout, "ingress"),
    localAuthority: { certificate: layout.caFile, key: join(layout.certificates, "ca.key") },
    serviceAccount: {
      certificate: join(layout.certificates, "sa.pub"),
      key: join(layout.certificates, "sa.key"),
    },
    client: (user: string) => pairOf(layout, user),
  };
}

/** A user of the API server, and its group. */
type User = Pick<Request, "commonName" | "organization">;

const kubeProxy: User = { commonName: "system:kube-proxy" };

/** The users of the API server that are programs of the control plane. */
const clients = ({ several }: Layout): Record<string, User> => ({
  admin: { commonName: "commune-admin", organization: "system:masters" },
  "kube-controller-manager": { commonName: "system:kube-controller-manager" },
  "kube-scheduler": { commonName: "system:kube-scheduler" },
  ...(several && { "kube-proxy": kubeProxy }),
});

/** Those that are programs of a node. */
const nodeClients = ({ name }: NodeLayout): Record<string, User> => ({
  "kube-proxy": kubeProxy,
  "kube-router": { commonName: "kube-router" },
  kubelet: { commonName: `system:node:${name}`, organization: "system:nodes" },
});

/**
 * Issues the certificates of the control plane and of its nodes. Authorities and the service account key are kept as
 * long as the state folder; the others are issued again each time, so that none ever expires in a cluster that is
 * restarted.
 */
export async function issueClusterCertificates(layout: Layout): Promise<void> {
  const { network } = layout;
  mkdirSync(layout.certificates, { recursive: true, mode: 0o700 });
  const files = certificateFiles(layout);
  await Promise.all([
    keep(files.authority, { commonName: `commune cluster ${layout.name}`, days: authorityDays }),
    keep(files.localAuthority, {
      commonName: `commune local authority (${layout.name})`,
      days: authorityDays,
    }),
  ]);
  if (!existsSync(files.serviceAccount.key)) issueServiceAccountKey(files.serviceAccount);
  const leaf = (pair: Pair, request: Omit<Request, "days" | "authority">) =>
    issue(pair, { ...request, days: leafDays, authority: files.authority });
  await Promise.all([
    leaf(files.apiserver, {
      commonName: "kube-apiserver",
      alternativeNames: [
        "DNS:localhost",
        "DNS:kubernetes",
        "DNS:kubernetes.default",
        "DNS:kubernetes.default.svc",
        `DNS:kubernetes.default.svc.${clusterDomain}`,
        "IP:127.0.0.1",
        `IP:${network.node}`,
        `IP:${network.api}`,
      ],
    }),
    leaf(files.apiserverKubelet, {
      commonName: "kube-apiserver-kubelet-client",
      organization: "system:masters",
    }),
    ...Object.entries(clients(layout)).map(([user, subject]) => leaf(files.client(user), subject)),
    ...layout.nodes.flatMap((node) => nodeLeaves(node).map(([pair, request]) => leaf(pair, request))),
  ]);
  // A node of several sees its own files alone, and not the authority's key.
  if (layout.several)
    for (const node of layout.nodes)
      copyFileSync(files.authority.certificate, pairOf(node, "cluster-ca").certificate);
}

function nodeLeaves(node: NodeLayout): [Pair, Omit<Request, "days" | "authority">][] {
  mkdirSync(node.certificates, { recursive: true, mode: 0o700 });
  const serving = {
    commonName: `system:node:${node.name}`,
    alternativeNames: [`DNS:${node.name}`, `IP:${node.address}`],
  };
  return [
    [pairOf(node, "kubelet-serving"), serving],
    ...Object.entries(nodeClients(node)).map(([user, subject]): [Pair, User] => [
      pairOf(node, user),
      subject,
    ]),
  ];
}

/** Names that the ingress certificate must carry for these domains: each domain and everything one level below. */
function ingressNames(domains: readonly string[]): string[] {
  return [...new Set([...domains].sort().flatMap((domain) => [domain, `*.${domain}`]))];
}

/** Issues the ingress certificate when its names are not the wanted ones or it ends within 30 days. */
export async function issueIngressCertificate(layout: Layout, domains: readonly string[]): Promise<Pair> {
  const files = certificateFiles(layout);
  const wanted = ["DNS:localhost", ...ingressNames(domains).map((name) => `DNS:${name}`)];
  if (!holds(files.ingress, wanted)) {
    const commonName = domains[0] ?? "localhost";
    await issue(files.ingress, {
      // The common name is limited to 64 characters and plays no part in checking names.
      commonName: commonName.slice(0, 64),
      alternativeNames: wanted,
      days: leafDays,
      authority: files.localAuthority,
    });
  }
  return files.ingress;
}

function holds(pair: Pair, names: string[]): boolean {
  if (!existsSync(pair.certificate) || !existsSync(pair.key)) return false;
  const certificate = new X509Certificate(readFileSync(pair.certificate));
  const remaining = Date.parse(certificate.validTo) - Date.now();
  return certificate.subjectAltName === names.join(", ") && remaining > 30 * 24 * 3600_000;
}

async function keep(pair: Pair, request: Request): Promise<void> {
  if (!existsSync(pair.certificate) || !existsSync(pair.key)) await issue(pair, request);
}

function issueServiceAccountKey(pair: Pair): void {
  const { publicKey, privateKey } = generateKeyPairSync("ec", {
    namedCurve: "P-256",
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  writeWhole(pair.certificate, publicKey);
  writeWhole(pair.key, privateKey, 0o600);
}

/** One run of `openssl req -x509` (OpenSSL 3): makes the key and signs with the authority, or itself without one. */
async function issue(pair: Pair, request: Request): Promise<void> {
  const signer = request.authority
    ? ["-CA", request.authority.certificate, "-CAkey", request.authority.key]
    : [];
  const flags = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -config -".split(" ");
  const days = ["-days", String(request.days)];
  const { stdout } = await execa(
    "openssl",
    [...flags, ...days, ...signer, "-keyout", "-", "-out", "-"],
    // The key arrives on standard output, so that it is never on disk with loose permissions.
    { input: opensslConfiguration(request) },
  );
  const [key, certificate] = [between(stdout, "PRIVATE KEY"), between(stdout, "CERTIFICATE")];
  if (!key || !certificate)
    throw new Error(`openssl printed no key and certificate for ${request.commonName}.`);
  writeWhole(pair.key, key, 0o600);
  writeWhole(pair.certificate, certificate);
}

function between(text: string, label: string): string | undefined {
  return new RegExp(`-----BEGIN ${label}-----[^-]+-----END ${label}-----\n?`).exec(`${text}\n`)?.[0];
}

function opensslConfiguration(request: Request): string {
  const lines = [
    "[req]",
    "distinguished_name = subject",
    "prompt = no",
    "x509_extensions = extensions",
    "[subject]",
  ];
  if (request.organization) lines.push(`O = ${request.organization}`);
  lines.push(`CN = ${request.commonName}`, "[extensions]", "subjectKeyIdentifier = hash");
  if (!request.authority) {
    lines.push("basicConstraints = critical, CA:TRUE", "keyUsage = critical, keyCertSign, cRLSign");
  } else {
    lines.push("basicConstraints = critical, CA:FALSE", "authorityKeyIdentifier = keyid");
    lines.push("keyUsage = critical, digitalSignature", "extendedKeyUsage = serverAuth, clientAuth");
  }
  if (request.alternativeNames) lines.push(`subjectAltName = ${request.alternativeNames.join(", ")}`);
  return `${lines.join("\n")}\n`;
}
