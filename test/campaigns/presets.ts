import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { ingressPresets } from "../../components/foundation/site/ingress.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { Project } from "../cluster/project.ts";
import { nodeLocalSite } from "./presets/node-local.ts";
import {
  declarationOf,
  gateName,
  gateObjects,
  type Imitated,
  imitated,
  installed,
  visitor,
  visitors,
} from "./presets/objects.ts";

/** Asks a controller's pod for a public name, and prints what it is answered. */
const visit = `const [address, port, host, path] = process.argv.slice(1);
const options = { host: address, port, path, servername: host, headers: { host }, rejectUnauthorized: false, timeout: 8000 };
const request = require("node:https").get(options, (response) => {
  let body = "";
  response.on("data", (part) => { body += part; }).on("end", () => console.log(JSON.stringify({ status: response.statusCode, body })));
});
request.on("timeout", () => request.destroy(new Error("no answer"))).on("error", ({ message }) => console.log(JSON.stringify({ status: 0, body: message })));`;

export interface Visited {
  kind: Imitated;
  /** Seconds of the first update. */
  seconds: number;
  /** Answers of the schools' shelf and of the descriptor, through the controller of this kind. */
  schools: { status: number; body: string };
  descriptor: { status: number; body: string };
  /** Answer of the local cluster's own controller, which is not this site's. */
  stranger: { status: number; body: string };
}

export interface PresetCampaign {
  environment: NodeJS.ProcessEnv;
  kinds: readonly Imitated[];
  report?: (line: string) => void;
}

/**
 * Brings a small commune up on a site of each kind: Traefik, under the namespace, labels, class and ports of that kind's
 * controller, answers for it. Leaves nothing.
 */
export async function presetCampaign(campaign: PresetCampaign): Promise<Visited[]> {
  const { environment, kinds, report = () => undefined } = campaign;
  const site = new ImitatedSites(environment);
  const found: Visited[] = [];
  try {
    await site.prepare();
    for (const kind of kinds) {
      const visited = await site.visit(kind);
      report(
        `${kind}: up in ${visited.seconds} s, schools ${visited.schools.status}, descriptor ${visited.descriptor.status}, by another controller ${visited.stranger.status}`,
      );
      found.push(visited);
    }
  } finally {
    await site.remove();
  }
  return found;
}

class ImitatedSites {
  readonly #environment: NodeJS.ProcessEnv;
  #image = "";

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  async #kubectl(words: readonly string[], input?: object): Promise<string> {
    const { stdout } = await execa("kubectl", words, {
      env: this.#environment,
      ...(input ? { input: JSON.stringify(input) } : {}),
    });
    return stdout;
  }

  async #apply(...items: readonly object[]): Promise<void> {
    await this.#kubectl(["apply", "-f", "-"], { apiVersion: "v1", kind: "List", items });
  }

  async prepare(): Promise<void> {
    const place = "jsonpath={.spec.template.spec.containers[0].image}";
    this.#image = await this.#kubectl(["get", "deployment", "traefik", "-n", "traefik", "-o", place]);
    await this.#apply(...visitor);
    await this.#kubectl(["wait", "--for=condition=Ready", "--timeout=120s", "-n", visitors, "pod/visitor"]);
  }

  async visit(kind: Imitated): Promise<Visited> {
    const stack = `site-${kind}`;
    const domain = `${stack}.test`;
    const project = new Project(this.#environment);
    try {
      const gate = await this.#gate(kind);
      project.declare(stack, declarationOf(stack, domain));
      await project.createStack(stack);
      await project.succeed("config", "set", "commune:ingress", kind, "-s", stack);
      const begun = Date.now();
      await project.up(stack);
      const seconds = Math.round((Date.now() - begun) / 1000);
      const own = await this.#podIp("traefik", "app.kubernetes.io/name=traefik");
      const schools = `ecoles.${domain}`;
      return {
        kind,
        seconds,
        schools: await this.#answered(gate, schools, "/"),
        descriptor: await this.#answered(gate, domain, "/.well-known/commune.json"),
        stranger: await this.#ask({ ip: own, port: 8443 }, schools, "/"),
      };
    } finally {
      await project.end(stack);
      await this.#removeGate(kind);
    }
  }

  /** Traefik under this kind's names, and where its pod answers. */
  async #gate(kind: Imitated): Promise<{ ip: string; port: number }> {
    const { namespace } = installed[kind];
    const name = gateName(kind);
    await this.#apply(...gateObjects(kind, this.#image));
    await this.#kubectl(["wait", "--for=condition=Ready", "--timeout=120s", "-n", namespace, `pod/${name}`]);
    const { port } = ingressPresets[kind].source;
    return { ip: await this.#podIp(namespace, `gate=${name}`), port };
  }

  async #removeGate(kind: Imitated): Promise<void> {
    const { namespace } = installed[kind];
    const name = gateName(kind);
    const { className } = ingressPresets[kind];
    await this.#kubectl(["delete", "pod,serviceaccount", name, "-n", namespace, "--ignore-not-found"]);
    await this.#kubectl(["delete", "clusterrolebinding", name, "--ignore-not-found"]);
    if (className !== "traefik")
      await this.#kubectl(["delete", "ingressclass", className, "--ignore-not-found"]);
    if (namespace !== "kube-system")
      await this.#kubectl(["delete", "namespace", namespace, "--ignore-not-found", "--wait=false"]);
  }

  async #podIp(namespace: string, selector: string): Promise<string> {
    const where = ["get", "pods", "-n", namespace, "-l", selector];
    return this.#kubectl([...where, "-o", "jsonpath={.items[0].status.podIP}"]);
  }

  /** Returns the answer of a controller once it knows of an Ingress, or after a minute. */
  async #answered(gate: { ip: string; port: number }, host: string, path: string) {
    for (let left = 60; ; left -= 2) {
      const answer = await this.#ask(gate, host, path);
      if (answer.status === 200 || left <= 0) return answer;
      await sleep(2000);
    }
  }

  async #ask({ ip, port }: { ip: string; port: number }, host: string, path: string) {
    const words = [
      "exec",
      "-n",
      visitors,
      "visitor",
      "--",
      "node",
      "-e",
      visit,
      ip,
      String(port),
      host,
      path,
    ];
    return JSON.parse(await this.#kubectl(words)) as { status: number; body: string };
  }

  async remove(): Promise<void> {
    await this.#kubectl(["delete", "namespace", visitors, "--ignore-not-found", "--wait=false"]);
  }
}

/**
 * `npm run campaign presets`: a commune behind each kind of ingress controller, on the cluster that is up. Its kubelet is
 * given another name server meanwhile.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { cluster: { type: "string", default: "test" } } });
  const cluster = openCluster(values.cluster);
  const { environment } = cluster;
  const found = await presetCampaign({ environment, kinds: imitated, report: (line) => console.log(line) });
  const wrong = found.filter(
    ({ schools, descriptor }) => schools.status !== 200 || descriptor.status !== 200,
  );
  for (const { kind, schools, descriptor } of wrong) console.error(kind, schools, descriptor);
  const { seconds, server, told } = await nodeLocalSite(cluster);
  console.log(
    `node-local: up in ${seconds} s, pods ask ${server}: ${told.nodeLocal}; with dns kube-dns: ${told.kubeDns}`,
  );
  const resolved = told.nodeLocal === cluster.layout.network.ingress && told.kubeDns.startsWith("E");
  if (wrong.length > 0 || !resolved) process.exitCode = 1;
}

if (import.meta.filename === process.argv[1]) await main();
