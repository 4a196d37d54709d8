import { readFileSync } from "node:fs";
import { execa } from "execa";
import { images } from "../../../components/foundation/image/catalogue.ts";
import type { Cluster } from "../../../local/cluster/index.ts";
import { relayProgram } from "../images/relay.ts";

const namespace = "relay";
const labels = { app: "relay" };

/** A relay of ActivityPub on the cluster, at a public name: nobody's service, and gone after the test. */
export class Relay {
  readonly inbox: string;

  constructor(
    private readonly cluster: Cluster,
    private readonly host: string,
  ) {
    this.inbox = `https://${host}/inbox`;
  }

  async start(): Promise<void> {
    const list = { apiVersion: "v1", kind: "List", items: this.objects() };
    await this.kubectl(["apply", "--filename=-"], JSON.stringify(list));
    await this.kubectl(["-n", namespace, "rollout", "status", "deployment/relay", "--timeout=120s"]);
  }

  /** Returns what came in and what went out, a line each. */
  async said(): Promise<string[]> {
    return (await this.kubectl(["-n", namespace, "logs", "deployment/relay"])).split("\n");
  }

  async remove(): Promise<void> {
    await this.kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
  }

  private async kubectl(words: string[], input = ""): Promise<string> {
    const { stdout } = await execa("kubectl", words, { env: this.cluster.environment, input });
    return stdout;
  }

  private objects(): object[] {
    const metadata = { name: "relay", namespace };
    return [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata,
        data: { "relay.mjs": relayProgram, "ca.crt": readFileSync(this.cluster.caFile, "utf8") },
      },
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              containers: [
                {
                  name: "relay",
                  image: images.node.reference,
                  command: ["node", "/relay/relay.mjs"],
                  env: [
                    { name: "HOST", value: this.host },
                    { name: "NODE_EXTRA_CA_CERTS", value: "/relay/ca.crt" },
                  ],
                  readinessProbe: { httpGet: { path: "/actor", port: 3000 }, periodSeconds: 1 },
                  volumeMounts: [{ name: "relay", mountPath: "/relay", readOnly: true }],
                },
              ],
              volumes: [{ name: "relay", configMap: { name: "relay" } }],
            },
          },
        },
      },
      { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ port: 3000 }] } },
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "Ingress",
        metadata,
        spec: {
          ingressClassName: "traefik",
          rules: [
            {
              host: this.host,
              http: {
                paths: [
                  {
                    path: "/",
                    pathType: "Prefix",
                    backend: { service: { name: "relay", port: { number: 3000 } } },
                  },
                ],
              },
            },
          ],
        },
      },
    ];
  }
}
