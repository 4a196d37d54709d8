import { execa } from "execa";
import { containerSecurity, podSecurity } from "../../../components/foundation/manifest/security.ts";
import { images } from "../../../components/services/mastodon/images.ts";
import type { Declared, Pods } from "./workloads.ts";

/** A pod that stands in a workload's place: it listens on every port that is tried, and tries others. */
export interface Probe {
  pods: Pods;
  ip: string;
}

/** An address and a TCP port. */
export type Way = readonly [ip: string, port: number];

/** User of the image, which has Node and nothing that listens of its own. */
const uid = 991;
const image = images.mastodonStreaming.reference;

const listen = (ports: readonly number[]) =>
  `for (const port of ${JSON.stringify(ports)}) require("node:net").createServer((s) => s.end()).listen(port, "0.0.0.0");`;

// All at once: the kernel tells only of a few refusals a second, so that most closed ways end by the time that is over.
const tryAll = `
const { connect } = require("node:net");
const ways = JSON.parse(process.argv[1]);
const open = [];
const attempt = (way) => new Promise((done) => {
  const socket = connect({ host: way[0], port: way[1] });
  const end = (passed) => { if (passed) open.push(way.join(":")); socket.destroy(); done(); };
  socket.setTimeout(5000, () => end(false));
  socket.on("connect", () => end(true));
  socket.on("error", () => end(false));
});
Promise.all(ways.map(attempt)).then(() => console.log(JSON.stringify(open)));
`;

/** One probe for every workload, in the namespaces and under the policies of a commune, and nothing else of it. */
export class Probes {
  private readonly names: ReadonlyMap<string, Pods>;

  /** @param elsewhere where else probes stand; a namespace that exists is left as it is. */
  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly declared: Declared,
    elsewhere: readonly Pods[],
    private readonly ports: readonly number[],
  ) {
    const all = [...declared.workloads, ...elsewhere];
    this.names = new Map(all.map((pods) => [`matrix-${pods.name.replaceAll(/[^a-z]+/g, "-")}`, pods]));
  }

  /** Makes namespaces, policies and probes; returns when every probe listens. */
  async open(): Promise<Probe[]> {
    const { namespaces, policies } = this.declared;
    await this.apply(namespaces);
    for (const name of this.otherNamespaces())
      await execa("kubectl", ["create", "namespace", name], { env: this.environment, reject: false });
    await this.apply(policies);
    await this.apply([...this.names].map(([name, pods]) => probePod(name, pods, this.ports)));
    const probes: Probe[] = [];
    for (const [name, pods] of this.names) {
      const inNamespace = `--namespace=${pods.namespace}`;
      const started = "--for=jsonpath={.status.containerStatuses[0].started}=true";
      await this.kubectl("wait", "pod", name, inNamespace, started, "--timeout=240s");
      const ip = await this.kubectl("get", "pod", name, inNamespace, "--output=jsonpath={.status.podIP}");
      probes.push({ pods, ip });
    }
    return probes;
  }

  /** Tries every way from a probe's own network; returns those that let a connection pass, as `address:port`. */
  async passing({ pods }: Probe, ways: readonly Way[]): Promise<Set<string>> {
    const [name = ""] = [...this.names].find(([, each]) => each === pods) ?? [];
    const command = ["node", "-e", tryAll, JSON.stringify(ways)];
    const output = await this.kubectl("exec", `--namespace=${pods.namespace}`, name, "--", ...command);
    return new Set(JSON.parse(output) as string[]);
  }

  async close(): Promise<void> {
    for (const [name, { namespace }] of this.names)
      await this.kubectl(
        "delete",
        "pod",
        name,
        `--namespace=${namespace}`,
        "--ignore-not-found",
        "--wait=false",
      );
    const own = [...new Set(this.declared.workloads.map(({ namespace }) => namespace)), elsewhereNamespace];
    await this.kubectl("delete", "namespace", ...own, "--ignore-not-found", "--timeout=180s");
  }

  private otherNamespaces(): string[] {
    return [...new Set([...this.names.values()].map(({ namespace }) => namespace))];
  }

  private async apply(items: readonly object[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await execa("kubectl", ["apply", "--filename=-"], { env: this.environment, input });
  }

  private async kubectl(...args: string[]): Promise<string> {
    return (await execa("kubectl", args, { env: this.environment })).stdout;
  }
}

/** A namespace without any policy. */
export const elsewhereNamespace = "matrix-elsewhere";

/** Never Ready, so that no Service sends anything to it; no controller takes it for its own either. */
function probePod(name: string, { namespace, labels }: Pods, ports: readonly number[]) {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels },
    spec: {
      restartPolicy: "Always",
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 0,
      securityContext: podSecurity(uid),
      containers: [
        {
          name: "probe",
          image,
          command: ["node", "-e", listen(ports)],
          startupProbe: { tcpSocket: { port: ports[0] }, periodSeconds: 1, failureThreshold: 120 },
          readinessProbe: { exec: { command: ["false"] } },
          resources: { requests: { cpu: "5m", memory: "48Mi" }, limits: { memory: "128Mi" } },
          securityContext: containerSecurity,
        },
      ],
    },
  };
}
