import { containerSecurity, podSecurity } from "../../../components/foundation/manifest/security.ts";
import { images } from "../../../components/services/mastodon/images.ts";

/** Adler-32 of a text, as cert-manager writes names and tokens into labels. */
function adler32(text: string): string {
  let [a, b] = [1, 0];
  for (const byte of Buffer.from(text)) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return String(b * 65_536 + a);
}

const image = images.mastodonStreaming.reference;
/** The user of that image; cert-manager's own says a number itself. */
const uid = 991;

/** Answers as acmesolver does: the key to its own host and token, 404 to others; and on a port that nobody opened. */
const program = `const [domain, token, key] = process.argv.slice(1).map((word) => word.split("=")[1]);
const { createServer } = require("node:http");
const answer = ({ url, headers }, response) => {
  const is = url === "/.well-known/acme-challenge/" + token && headers.host.split(":")[0] === domain;
  response.writeHead(is ? 200 : 404).end(is ? key : "");
};
for (const port of [8089, 8090]) createServer(answer).listen(port);`;

/**
 * Objects that cert-manager makes for one name: pod, Service and Ingress. Source: cert-manager 1.21,
 * pkg/issuer/acme/http/ (pod.go, service.go, ingress.go), with the defaults of its controller. Names are generated
 * there, and each belongs to the Challenge.
 */
export function solver(namespace: string, host: string, { token, key }: { token: string; key: string }) {
  const labels = {
    "acme.cert-manager.io/http-domain": adler32(host),
    "acme.cert-manager.io/http-token": adler32(token),
    "acme.cert-manager.io/http01-solver": "true",
  };
  const name = "cm-acme-http-solver-x7k2p";
  return {
    pod: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name,
        namespace,
        labels,
        annotations: {
          "sidecar.istio.io/inject": "false",
          "cluster-autoscaler.kubernetes.io/safe-to-evict": "true",
        },
      },
      spec: {
        automountServiceAccountToken: false,
        nodeSelector: { "kubernetes.io/os": "linux" },
        restartPolicy: "OnFailure",
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: uid, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "acmesolver",
            image,
            imagePullPolicy: "IfNotPresent",
            command: ["node", "-e", program, "--"],
            args: [`--domain=${host}`, `--token=${token}`, `--key=${key}`],
            resources: {
              requests: { cpu: "10m", memory: "64Mi" },
              limits: { cpu: "100m", memory: "64Mi" },
            },
            ports: [{ name: "http", containerPort: 8089 }],
            securityContext: {
              readOnlyRootFilesystem: true,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      },
    },
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace, labels, annotations: { "auth.istio.io/8089": "NONE" } },
      spec: { type: "NodePort", ports: [{ name: "http", port: 8089, targetPort: 8089 }], selector: labels },
    },
    ingress: {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: {
        name,
        namespace,
        labels,
        annotations: { "nginx.ingress.kubernetes.io/whitelist-source-range": "0.0.0.0/0,::/0" },
      },
      spec: {
        ingressClassName: "traefik",
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path: `/.well-known/acme-challenge/${token}`,
                  pathType: "Exact",
                  backend: { service: { name, port: { number: 8089 } } },
                },
              ],
            },
          },
        ],
      },
    },
  };
}

/** A pod from which something else is tried. */
export function lookout(namespace: string, name: string) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      securityContext: podSecurity(uid),
      containers: [
        {
          name: "lookout",
          image,
          command: ["sleep", "infinity"],
          resources: { requests: { cpu: "5m", memory: "32Mi" }, limits: { memory: "96Mi" } },
          securityContext: containerSecurity,
        },
      ],
    },
  };
}

/** Says whether a TCP connection to an address and a port opens. */
export const answering = `const [host, port] = process.argv.slice(1);
const socket = require("node:net").connect({ host, port: Number(port) });
const end = (said) => { process.stdout.write(said); process.exit(0); };
socket.setTimeout(4000, () => end("closed"));
socket.on("connect", () => end("open"));
socket.on("error", () => end("closed"));`;
