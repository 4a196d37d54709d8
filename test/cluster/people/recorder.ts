import { podBaseline } from "../../../components/foundation/manifest/security.ts";
import {
  programConfigMap,
  programContainer,
  programUid,
  programVolume,
} from "../../../components/foundation/program/manifests.ts";
import type { Kubectl } from "../../../scripts/kubectl.ts";

/** Prints what is posted, a line each. */
const program = `import { createServer } from "node:http";
createServer((request, answer) => {
  let body = "";
  request.on("data", (part) => { body += part; });
  request.on("end", () => { if (body) console.log(body); answer.end(); });
}).listen(8080, "::");
`;

const name = "recorder";

/** Stands at one path of a service's public name, in that service's place, and keeps what is posted there. */
export class Recorder {
  /** @param namespace that is there. */
  constructor(
    private readonly kubectl: Kubectl,
    private readonly namespace: string,
  ) {}

  async open(host: string, path: string): Promise<void> {
    const metadata = { name, namespace: this.namespace, labels: { app: name } };
    const container = programContainer({
      name,
      resources: { cpu: 0.005, requestMiB: 32, limitMiB: 128 },
      heapMiB: 64,
      ports: [{ name: "http", containerPort: 8080 }],
      readinessProbe: { httpGet: { path: "/", port: "http" }, periodSeconds: 1 },
    });
    const spec = { ...podBaseline(programUid), containers: [container], volumes: [programVolume(name)] };
    const selector = { app: name };
    const backend = { service: { name, port: { name: "http" } } };
    const items = [
      programConfigMap(metadata, program),
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: { selector: { matchLabels: selector }, template: { metadata: { labels: selector }, spec } },
      },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: { selector, ports: [{ name: "http", port: 8080 }] },
      },
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata,
        spec: {
          ingressClassName: "traefik",
          rules: [{ host, http: { paths: [{ path, pathType: "Exact", backend }] } }],
        },
      },
    ];
    await this.kubectl.text(["apply", "--server-side", "--filename=-"], {
      apiVersion: "v1",
      kind: "List",
      items,
    });
    const waited = ["rollout", "status", `--namespace=${this.namespace}`, `deployment/${name}`];
    await this.kubectl.text([...waited, "--timeout=120s", "--request-timeout=0"]);
  }

  /** Returns what was posted so far, the oldest first. */
  async posted(): Promise<URLSearchParams[]> {
    const text = await this.kubectl.text(["logs", `--namespace=${this.namespace}`, `deployment/${name}`]);
    return text.split("\n").flatMap((line) => (line === "" ? [] : [new URLSearchParams(line)]));
  }
}
