import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import {
  labelsOf,
  namespaceOf,
  selectorOf,
  type Workload,
} from "../../components/foundation/manifest/labels.ts";
import { resourceRequirements } from "../../components/foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../components/foundation/manifest/security.ts";
import { namespaceManifests } from "../../components/foundation/namespace/manifests.ts";
import { allowDns } from "../../components/foundation/network-policy/dns.ts";
import { allowToApiServer } from "../../components/foundation/network-policy/manifests.ts";
import { programUid } from "../../components/foundation/program/manifests.ts";
import type { Site } from "../../components/foundation/site/site.ts";
import type { Kubectl } from "../kubectl.ts";
import { spoken } from "../language.ts";
import type { Trial } from "./facts.ts";

const port = 8080;
const address = "kubernetes.default.svc";

/** Seconds in which a policy must have arrived at the node. */
const patience = 30;

const answering = `require("node:http").createServer((_, answer) => answer.end()).listen(${port})`;
const idle = "setInterval(() => {}, 1 << 30)";

const connecting = `
const [host, port] = process.argv.slice(1);
const socket = require("node:net").connect({ host, port });
const end = (said) => { console.log(said); process.exit(); };
socket.setTimeout(3000, () => end("closed"));
socket.on("connect", () => end("open"));
socket.on("error", () => end("closed"));
`;
const asking = `
setTimeout(() => { console.log("silent"); process.exit(); }, 4000).unref();
require("node:dns").lookup(process.argv[1], (error) => { console.log(error ? "silent" : "answers"); process.exit(); });
setInterval(() => {}, 1000);
`;
const looking = `
const { existsSync, readFileSync } = require("node:fs");
const lines = readFileSync("/etc/resolv.conf", "utf8").split("\\n");
const resolvers = lines.flatMap((line) => /^nameserver\\s+(\\S+)/.exec(line)?.[1] ?? []);
console.log(JSON.stringify({ resolvers, kernelIpv6: existsSync("/proc/net/if_inet6") }));
`;

/** Two pods in a namespace of their own, under the security baseline that a commune's pods are under. */
export class TwoPods {
  readonly namespace: string;
  private readonly workload: (component: string) => Workload;
  private readonly namespaceObject: ReturnType<typeof namespaceManifests>[0];

  /** @param image Node, as the nodes find it. */
  constructor(
    private readonly kubectl: Kubectl,
    private readonly image: string,
  ) {
    // A name that nobody has: what is removed afterwards was made here.
    const of = { commune: "site-check", service: randomBytes(4).toString("hex") };
    this.namespace = namespaceOf(of);
    this.workload = (component) => ({ ...of, component, software: "node", data: "none" });
    [this.namespaceObject] = namespaceManifests({
      ...of,
      data: "none",
      quota: { memoryMiB: 0, storageGiB: 0, pods: 0 },
    });
  }

  /** Makes the namespace and both pods, and waits until they run. Throws why one does not. */
  async open(): Promise<Pick<Trial, "pullSeconds" | "uninvited" | "podSecurity" | "podAddresses">> {
    const { kubectl, namespace } = this;
    await this.apply([this.namespaceObject]);
    const privileged = this.pod("privileged", idle);
    const [container] = privileged.spec.containers;
    const forbidden = {
      ...privileged,
      spec: { ...privileged.spec, containers: [{ ...container, securityContext: { privileged: true } }] },
    };
    const dry = ["create", "--dry-run=server", "--filename=-"];
    const podSecurity = !(await kubectl.succeeds(dry, forbidden));
    await this.apply([this.pod("server", answering), this.pod("client", idle)]);
    const wait = ["wait", "pod", "server", "client", "--for=condition=Ready", `--namespace=${namespace}`];
    if (!(await kubectl.succeeds([...wait, "--timeout=180s", "--request-timeout=0"])))
      throw new Error(await this.whyNot());
    const pods = z.object({ status: z.object({ podIPs: z.array(z.object({ ip: z.string() })) }) });
    const { status } = pods.parse(await kubectl.json(["get", "pod", "server", `--namespace=${namespace}`]));
    return {
      podSecurity,
      pullSeconds: await this.pullSeconds(),
      uninvited: await this.uninvited(),
      podAddresses: status.podIPs.map(({ ip }) => ip),
    };
  }

  /** Returns what a pod sees around it. */
  async look(): Promise<Pick<Trial, "resolvers" | "kernelIpv6">> {
    const seen = z.object({ resolvers: z.array(z.string()), kernelIpv6: z.boolean() });
    return seen.parse(JSON.parse(await this.inClient(looking)));
  }

  /** Whether policies close what they are to, and whether the policies of a site open what they are to. */
  async close(
    { podAddresses: [server = ""] }: Pick<Trial, "podAddresses">,
    site: Pick<Site, "dns" | "networkPlugin" | "apiPort">,
  ): Promise<Pick<Trial, "reaches" | "closesIngress" | "closesEgress" | "namesAnswer" | "apiAnswers">> {
    const toServer = () => this.inClient(connecting, server, String(port));
    const toApi = () => this.inClient(connecting, "$KUBERNETES_SERVICE_HOST", "$KUBERNETES_SERVICE_PORT");
    const named = () => this.inClient(asking, address);
    const reaches = await this.becomes(toServer, "open");
    if (!reaches)
      return { reaches, closesIngress: false, closesEgress: false, namesAnswer: false, apiAnswers: false };
    const [ofServer, ofClient] = [this.workload("server"), this.workload("client")];
    await this.apply([this.closing(ofServer, "Ingress")]);
    const closesIngress = await this.becomes(toServer, "closed");
    await this.apply([this.closing(ofClient, "Egress")]);
    const closesEgress = await this.becomes(toApi, "closed");
    await this.apply([
      allowDns(ofClient, site.dns),
      allowToApiServer([ofClient], { port: site.apiPort, networkPlugin: site.networkPlugin }),
    ]);
    const namesAnswer = await this.becomes(named, "answers");
    const apiAnswers = await this.becomes(toApi, "open");
    return { reaches, closesIngress, closesEgress, namesAnswer, apiAnswers };
  }

  private pod(component: string, program: string) {
    const workload = this.workload(component);
    return {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: component, namespace: this.namespace, labels: labelsOf(workload) },
      spec: {
        ...podBaseline(programUid),
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: "node",
            image: this.image,
            command: ["node", "-e", program],
            resources: resourceRequirements({ cpu: 0.01, requestMiB: 32, limitMiB: 128 }),
            securityContext: containerSecurity,
          },
        ],
      },
    };
  }

  private closing(workload: Workload, direction: "Ingress" | "Egress") {
    return {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: {
        name: `close-${workload.component}`,
        namespace: this.namespace,
        labels: labelsOf(workload),
      },
      spec: { podSelector: { matchLabels: selectorOf(workload) }, policyTypes: [direction] },
    };
  }

  private async inClient(program: string, ...words: readonly string[]): Promise<string> {
    // A variable of the pod's own: the API server's address is another one outside.
    const written = words.map((word) => (word.startsWith("$") ? `"${word}"` : `'${word}'`)).join(" ");
    const command = ["sh", "-c", `exec node -e "$0" ${written}`, program];
    const said = await this.kubectl.text([
      "exec",
      "client",
      `--namespace=${this.namespace}`,
      "--",
      ...command,
    ]);
    return said.trim();
  }

  private async becomes(look: () => Promise<string>, wanted: string): Promise<boolean> {
    const end = Date.now() + patience * 1000;
    for (;;) {
      if ((await look()) === wanted) return true;
      if (Date.now() > end) return false;
      await sleep(1000);
    }
  }

  private async events(): Promise<{ reason: string; message: string }[]> {
    const event = z.object({ reason: z.string().default(""), message: z.string().default("") });
    const listed = await this.kubectl.json(["get", "events", `--namespace=${this.namespace}`]);
    return z.object({ items: z.array(event) }).parse(listed).items;
  }

  private async pullSeconds(): Promise<number | undefined> {
    const pulled = (await this.events()).flatMap(({ reason, message }) =>
      reason === "Pulled" ? (/ in ((?:\d+m)?[\d.]+m?s)/.exec(message)?.[1] ?? []) : [],
    );
    const [first] = pulled.map(secondsOf).sort((a, b) => b - a);
    return first;
  }

  private async whyNot(): Promise<string> {
    const telling = (await this.events()).filter(({ reason }) => /Fail|BackOff|Unhealthy/.test(reason));
    return (
      telling.at(0)?.message ??
      spoken({
        en: "the pods were not ready within three minutes",
        fr: "les pods n’étaient pas prêts en trois minutes",
      })
    );
  }

  /** Objects in the namespace that nobody here has made. */
  private async uninvited(): Promise<string[]> {
    const kinds = "resourcequotas,limitranges,networkpolicies";
    const found = await this.kubectl.text(["get", kinds, `--namespace=${this.namespace}`, "--output=name"]);
    return found.split("\n").filter(Boolean);
  }

  private async apply(items: readonly object[]): Promise<void> {
    await this.kubectl.text(["apply", "--filename=-"], { apiVersion: "v1", kind: "List", items });
  }
}

/** `1m2.5s`, `830ms`. */
function secondsOf(text: string): number {
  const [, minutes = "0", number = "0", unit] = /^(?:(\d+)m(?!s))?([\d.]+)(m?s)$/.exec(text) ?? [];
  return Math.round(10 * (60 * Number(minutes) + Number(number) / (unit === "ms" ? 1000 : 1))) / 10;
}
