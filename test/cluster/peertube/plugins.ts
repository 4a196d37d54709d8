import { execa } from "execa";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { peertubeNetworkPolicies } from "../../../components/services/peertube/network-policies.ts";
import type { PinnedPlugin } from "../../../components/services/peertube/plan.ts";
import { pluginsConfigMap, pluginsJob } from "../../../components/services/peertube/plugins.ts";
import { networks } from "../../../local/cluster/network.ts";
import { outsideOf } from "../../components/services/facts.ts";
import { specOf } from "../../components/services/peertube-spec.ts";
import { mirror } from "../nextcloud/outside.ts";

/** The toolkit's own Job of plugins beside a PeerTube, with a mirror of their archives inside the cluster. */
export class Plugins {
  private readonly namespace: string;
  private readonly outside: string;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly commune: string,
    private readonly version: string,
  ) {
    this.namespace = `${commune}-peertube`;
    this.outside = `${commune}-outside`;
  }

  async publish(archives: Record<string, Buffer>): Promise<void> {
    const { outside } = this;
    const files = Object.fromEntries(
      Object.entries(archives).map(([name, archive]) => [name, archive.toString("base64")]),
    );
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await this.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: outside, labels } });
    await this.apply(
      ...mirror(files).map((object) => ({ ...object, metadata: { ...object.metadata, namespace: outside } })),
    );
    await this.kubectl("wait", "-n", outside, "--for=condition=Ready", "--timeout=120s", "pod/mirror");
  }

  /** Runs the Job for these plugins; returns how it ended and what its last pod said. */
  async converge(plugins: Record<string, PinnedPlugin>): Promise<{ ended: string; said: string }> {
    const { commune, namespace, outside } = this;
    const spec = specOf(
      { version: this.version, plugins },
      {
        commune,
        host: `video.${commune}.test`,
        pluginMirror: `http://mirror.${outside}.svc:8080`,
        peers: {
          privatePeers: [],
          privateEndpoints: [networks.ipv4.pods, networks.ipv6.pods],
          clusterRanges: [],
          authority: undefined,
          ingress: ingressPresets.traefik.source,
        },
      },
    );
    const job = pluginsJob(spec);
    if (!job?.spec) throw new Error("the spec declares no plugins");
    const rules = peertubeNetworkPolicies(spec, outsideOf(spec));
    await this.apply(
      ...rules.filter(({ metadata }) => metadata.name.includes("plugins")),
      pluginsConfigMap(spec),
      // A second try would only repeat what the first one says.
      { ...job, spec: { ...job.spec, backoffLimit: 0 } },
    );
    const name = `job/${job.metadata.name}`;
    const condition = "jsonpath={.status.conditions[?(@.status=='True')].type}";
    await this.kubectl(
      "wait",
      "-n",
      namespace,
      name,
      "--for=jsonpath={.status.conditions}",
      "--timeout=180s",
    );
    const ended = await this.kubectl("get", "-n", namespace, name, "-o", condition);
    const said = await this.kubectl("logs", "-n", namespace, name);
    await this.kubectl("delete", "-n", namespace, name);
    return { ended, said };
  }

  async remove(): Promise<void> {
    await this.kubectl("delete", "namespace", this.outside, "--ignore-not-found", "--wait=false");
  }

  private async apply(...items: unknown[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await execa("kubectl", ["apply", "-f", "-"], { env: this.environment, input });
  }

  private async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await execa("kubectl", args, { env: this.environment });
    return stdout;
  }
}
