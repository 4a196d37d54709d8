import { execa } from "execa";
import type { Cluster } from "../../../local/cluster/index.ts";
import { openOutside, outside } from "./outside.ts";
import { elsewhereNamespace, type Probe, Probes } from "./probes.ts";
import { type End, passes } from "./verdict.ts";
import type { Declared, Pods } from "./workloads.ts";

/** One line of the matrix: who tried, and what each column let pass. */
interface Line {
  from: string;
  /** Ports that let a connection pass, by the name of the target; none of its own line. */
  open: Record<string, number[]>;
  /** Ports that the declared policies let pass of the same ways. */
  declared: Record<string, number[]>;
}

export interface Matrix {
  /** Columns: workloads first. */
  targets: { name: string; ports: number[] }[];
  lines: Line[];
  tried: number;
}

/** Ports on which pods listen although no opening names them: between containers of a pod, or by mistake. */
const undeclaredPorts = [3000, 7777, 9000];

interface Target extends End {
  name: string;
  ports: number[];
  /** Destination of a service's address: a policy sees that, and not what was asked for. */
  leadsTo?: { ip: string; port: number };
}

/**
 * Tries, from the network of every declared workload, every other workload and what lies around: the
 * API server, the node, machines outside, a namespace that has no policies. The probes carry the workloads' labels,
 * since network policies see nothing else of a pod.
 */
export async function measure(cluster: Cluster, declared: Declared): Promise<Matrix> {
  const ports = [...new Set([...declared.ports, ...undeclaredPorts])].sort((a, b) => a - b);
  const [web] = declared.workloads.filter(({ labels }) => labels["app.kubernetes.io/component"] === "web");
  if (!web) throw new Error("no web workload is declared");
  const others: Pods[] = [
    { name: "ingress namespace", namespace: "traefik", labels: { app: "matrix" } },
    // The same labels in another namespace open nothing.
    { name: "elsewhere", namespace: elsewhereNamespace, labels: web.labels },
  ];
  const probes = new Probes(cluster.environment, declared, others, ports);
  const around = await openOutside(cluster);
  try {
    const ends = await probes.open();
    const targets: Target[] = [
      ...ends.map(({ pods, ip }) => ({ name: pods.name, ip, pods, ports })),
      ...(await surroundings(cluster)),
    ];
    const expected = (probe: Probe) =>
      byTarget(probe, targets, ({ port, target }) => {
        const { ip, port: seen } = target.leadsTo ?? { ip: target.ip, port };
        return passes(declared.policies, probe, { ...target, ip }, seen);
      });
    const lineOf = async (probe: Probe): Promise<Line> => {
      const declaredOpen = expected(probe);
      let open = await tryFrom(probes, probe, targets);
      // Openings reach the node a moment after the pods.
      for (let turn = 0; turn < 4 && JSON.stringify(open) !== JSON.stringify(declaredOpen); turn++) {
        await new Promise((resolve) => setTimeout(resolve, 5000));
        open = await tryFrom(probes, probe, targets);
      }
      return { from: probe.pods.name, open, declared: declaredOpen };
    };
    const lines = await Promise.all(ends.map(lineOf));
    const each = targets.reduce((sum, target) => sum + target.ports.length, 0);
    return {
      targets: targets.map(({ name, ports }) => ({ name, ports })),
      lines,
      tried: ends.length * (each - ports.length),
    };
  } finally {
    await around.close();
    await probes.close();
  }
}

async function tryFrom(
  probes: Probes,
  probe: Probe,
  targets: readonly Target[],
): Promise<Record<string, number[]>> {
  const ways = targets
    .filter(({ ip }) => ip !== probe.ip)
    .flatMap(({ ip, ports }) => ports.map((port) => [ip, port] as const));
  const passing = await probes.passing(probe, ways);
  return byTarget(probe, targets, ({ port, target }) => passing.has(`${target.ip}:${port}`));
}

function byTarget(
  probe: Probe,
  targets: readonly Target[],
  isOpen: (way: { target: Target; port: number }) => boolean,
): Record<string, number[]> {
  return Object.fromEntries(
    targets
      .filter(({ ip }) => ip !== probe.ip)
      .map((target) => [target.name, target.ports.filter((port) => isOpen({ target, port }))]),
  );
}

/** Returns the targets around the commune's pods. */
async function surroundings(cluster: Cluster): Promise<Target[]> {
  const { network } = cluster.layout;
  const dns = { "k8s-app": "kube-dns" };
  const { stdout } = await execa(
    "kubectl",
    [
      ...["get", "pods", "--namespace=kube-system", "--selector=k8s-app=kube-dns"],
      "--output=jsonpath={.items[0].status.podIP}",
    ],
    { env: cluster.environment },
  );
  return [
    { name: "DNS", ip: stdout, pods: { name: "DNS", namespace: "kube-system", labels: dns }, ports: [53] },
    { name: "API server", ip: network.api, ports: [443], leadsTo: { ip: network.node, port: 6443 } },
    { name: "node", ip: network.node, ports: [6443, 10250] },
    { name: "Internet", ip: outside.public, ports: [...outside.ports] },
    { name: "private network", ip: outside.private, ports: [...outside.ports] },
  ];
}
