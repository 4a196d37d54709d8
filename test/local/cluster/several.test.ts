import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addons, addonWorkloads } from "../../../local/cluster/addons/index.ts";
import { certificateFiles, issueClusterCertificates } from "../../../local/cluster/certificates.ts";
import {
  createCgroups,
  freeze,
  groupProcesses,
  isFrozen,
  limitCgroup,
  thaw,
} from "../../../local/cluster/cgroups.ts";
import { controlPlaneConfiguration, nodeConfiguration } from "../../../local/cluster/configuration.ts";
import { nodeNamed, runningNode } from "../../../local/cluster/faults.ts";
import { writeJson, writeWhole } from "../../../local/cluster/files.ts";
import { type Layout, layoutOf } from "../../../local/cluster/layout.ts";
import { nodeCommand } from "../../../local/cluster/machine.ts";
import { nodeServices, serviceCommands } from "../../../local/cluster/services.ts";
import { reservedOnNode, severalNodes } from "../../../local/cluster/several.ts";
import { nodeLine } from "../../../scripts/local-node.ts";

const gibibyte = 1024 ** 3;
const machine = { processors: 4, memory: 16 * gibibyte };

let state: string;
let layout: Layout;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), "sv-"));
  // As an earlier up wrote it, so that this machine's memory does not matter.
  writeJson(join(state, "trois", "nodes.json"), { count: 3, memory: gibibyte });
  layout = layoutOf("trois", state);
});

afterEach(() => rmSync(state, { recursive: true, force: true }));

/** The values that a flag is given in a command line. */
const given = (command: readonly string[], flag: string): string[] =>
  command.flatMap((word, index) => (word === flag ? [command[index + 1] ?? ""] : []));

describe("how many nodes a cluster has", () => {
  const decide = (asked: Parameters<typeof severalNodes>[3], exists = false) =>
    severalNodes("trois", join(state, "nodes.json"), exists, asked, machine);

  it("is one unless somebody asks, without limits", () => {
    expect(decide({})).toBeUndefined();
    expect(decide({ count: 1 })).toBeUndefined();
    expect(() => decide({ processors: 1 })).toThrow(/one node has the whole machine/);
  });

  it("comes with a share of the memory, or what is asked", () => {
    expect(decide({ count: 3 })).toEqual({ count: 3, memory: 4.5 * gibibyte });
    const asked = { count: 2, memory: 2 * gibibyte, processors: 0.5 };
    expect(decide(asked)).toEqual(asked);
    expect(reservedOnNode(asked, machine)).toEqual({ memory: String(14.5 * gibibyte), cpu: "3500m" });
  });

  it("fits the machine", () => {
    expect(() => decide({ count: 3, memory: 6 * gibibyte })).toThrow(
      "3 nodes of 6 GiB do not fit: this machine has 16 GiB of memory",
    );
    expect(() =>
      severalNodes("trois", "", false, { count: 9 }, { processors: 4, memory: 4 * gibibyte }),
    ).toThrow("9 nodes of 1 GiB do not fit: this machine has 4 GiB of memory");
    expect(() => decide({ count: 2, processors: 5 })).toThrow(
      /has 4 processors, and each node was to have 5/,
    );
  });

  it("stays, and another one is refused", () => {
    expect(() => decide({ count: 3 }, true)).toThrow(
      'cluster "trois" has 1 node, not 3 nodes: choose another name with --cluster',
    );
    writeJson(join(state, "nodes.json"), { count: 3, memory: gibibyte });
    expect(decide({}, true)).toEqual({ count: 3, memory: gibibyte });
    expect(decide({ count: 3, memory: gibibyte }, true)).toEqual({ count: 3, memory: gibibyte });
    expect(() => decide({ count: 2 }, true)).toThrow(
      'cluster "trois" has 3 nodes of 1 GiB, not 2 nodes of 1 GiB:',
    );
  });
});

describe("each of several nodes", () => {
  it("has an address, a range of pods, folders and a control group of its own", () => {
    expect(layout.nodes.map(({ name, address, pods }) => [name, address, pods])).toEqual([
      ["node-1", "10.88.0.11", "10.244.1.0/24"],
      ["node-2", "10.88.0.12", "10.244.2.0/24"],
      ["node-3", "10.88.0.13", "10.244.3.0/24"],
    ]);
    const [first] = layout.nodes;
    expect(first.root).toBe(join(state, "trois", "nodes", "node-1"));
    expect(first.cgroup).toBe(`${layout.cgroup}/node-1`);
    for (const folder of ["root", "varLib", "volumes", "certificates", "services", "cgroup"] as const)
      expect(new Set([layout[folder], ...layout.nodes.map((node) => node[folder])]).size).toBe(4);
  });

  it("has addresses of IPv6 within the range of the cluster's pods", () => {
    writeJson(join(state, "six", "nodes.json"), { count: 2, memory: gibibyte });
    const six = layoutOf("six", state, { family: "ipv6" });
    expect(six.network.pods).toBe("fd00:244::/48");
    expect(six.nodes.map(({ address, pods }) => [address, pods])).toEqual([
      ["fd00:88::11", "fd00:244:0:1::/64"],
      ["fd00:88::12", "fd00:244:0:2::/64"],
    ]);
  });

  it("is joined to the control plane's bridge, with a way to the pods of the others", () => {
    const [, second] = layout.nodes;
    if (!second) throw new Error("there is no second node");
    const command = nodeCommand(layout, second, ["/sys/fs/cgroup/pids/x"]);
    expect(given(command, "--link")).toEqual(["nodes0=10.88.0.12/24"]);
    expect(given(command, "--next-hop")).toEqual(["10.244.1.0/24=10.88.0.11", "10.244.3.0/24=10.88.0.13"]);
    expect(given(command, "--hostname")).toEqual(["node-2"]);
    expect(given(command, "--cgroup")).toEqual(["/sys/fs/cgroup/pids/x"]);
    expect(given(command, "--bind")).toEqual([
      "/run/commune/nodes/node-2=/run/commune",
      "/run/commune/nodes/node-2/var-lib=/var/lib",
      "/run/commune/nodes/node-2/var-log=/var/log",
      ...[...nodeServices, "containerd-shim-runc-v2"].map(
        (program) => `/run/programs/${program}=/run/programs/${program}`,
      ),
    ]);
    expect(command.slice(-3)).toEqual(["--", "s6-svscan", "/run/commune/services"]);
  });

  it("runs its kubelet in its own control group, which keeps from pods what is not its node's", () => {
    const [, second] = layout.nodes;
    if (!second) throw new Error("there is no second node");
    const files = nodeConfiguration(layout, second);
    const kubelet = JSON.parse(files["kubelet.json"] ?? "");
    expect(kubelet).toMatchObject({ address: "10.88.0.12", cgroupRoot: `/${layout.cgroup}/node-2` });
    expect(Number(kubelet.systemReserved.memory)).toBeGreaterThan(0);
    expect(files["cni/10-pods.conflist"]).toContain("10.244.2.0/24");
    expect(files["kubelet.kubeconfig"]).toContain("https://10.88.0.1:6443");
    expect(serviceCommands(layout, second).kubelet).toEqual(
      expect.arrayContaining(["--hostname-override=node-2", "--node-ip=10.88.0.12"]),
    );
    expect(Object.keys(controlPlaneConfiguration(layout))).toContain("kube-proxy.json");
  });

  it("has certificates for itself, and no key of the authority", async () => {
    await issueClusterCertificates(layout);
    const authority = certificateFiles(layout).authority.certificate;
    for (const { certificates } of layout.nodes) {
      expect(readFileSync(join(certificates, "cluster-ca.crt"))).toEqual(readFileSync(authority));
      for (const user of ["kubelet", "kubelet-serving", "kube-proxy", "kube-router"])
        expect(existsSync(join(certificates, `${user}.key`)), user).toBe(true);
      expect(existsSync(join(certificates, "cluster-ca.key"))).toBe(false);
    }
  });
});

describe("control groups", () => {
  const name = "commune-x/node-1";
  const file = (...path: string[]) => readFileSync(join(state, ...path), "utf8");
  const make = (path: string, content: string) => writeWhole(join(state, path), content);

  it("of a node limit memory and processors, and stop all that runs (v1)", async () => {
    const controllers = ["cpu", "cpuset", "freezer", "memory", "pids"];
    for (const each of controllers) make(`${each}/cgroup.procs`, "");
    expect(createCgroups(name, state)).toEqual(
      controllers.map((each) => join(state, each, name, "services")),
    );
    limitCgroup(name, { memory: 4096, processors: 0.5 }, state);
    expect(file("memory", name, "memory.limit_in_bytes")).toBe("4096");
    expect(file("cpu", name, "cpu.cfs_quota_us")).toBe("50000");
    await freeze(name, state);
    expect([isFrozen(name, state), file("freezer", name, "freezer.state")]).toEqual([true, "FROZEN"]);
    thaw(name, state);
    expect(isFrozen(name, state)).toBe(false);
    make(`pids/${name}/cgroup.procs`, "");
    make(`pids/${name}/services/cgroup.procs`, "7\n8\n");
    expect(groupProcesses(name, state)).toEqual([7, 8]);
  });

  it("do so in the one hierarchy of v2, to which controllers are passed down at each step", async () => {
    for (const folder of ["", "commune-x", name]) {
      mkdirSync(join(state, folder), { recursive: true });
      make(join(folder, "cgroup.controllers"), "cpu memory");
      make(join(folder, "cgroup.subtree_control"), "cpu");
    }
    expect(createCgroups(name, state)).toEqual([join(state, name, "services")]);
    for (const folder of ["", "commune-x", name])
      expect(file(folder, "cgroup.subtree_control"), folder).toBe("+memory");
    limitCgroup(name, { memory: 4096, processors: 0.5 }, state);
    expect([file(name, "memory.max"), file(name, "cpu.max")]).toEqual(["4096", "50000 100000"]);
    make(`${name}/cgroup.events`, "populated 1\nfrozen 1\n");
    await freeze(name, state);
    expect(file(name, "cgroup.freeze")).toBe("1");
    thaw(name, state);
    expect(file(name, "cgroup.freeze")).toBe("0");
  });

  it("that are not there have no processes, and are not frozen", () => {
    make("pids/cgroup.procs", "");
    thaw(name, state);
    expect([isFrozen(name, state), groupProcesses(name, state)]).toEqual([false, []]);
  });
});

describe("the cluster's own objects", () => {
  const image = { names: [], reference: "commune.local/x:1", archive: "", digest: "" };
  const images = { pause: image, coredns: image, traefik: image, volumes: image };
  const objectsOf = (nodes: number) =>
    addons({
      images,
      network: layout.network,
      domains: [],
      ports: { api: 1, https: 2, http: 3 },
      certificate: { certificate: "", key: "" },
      nodes,
    });
  const kinds = (nodes: number) => objectsOf(nodes).map(({ kind, metadata }) => `${kind}/${metadata.name}`);

  it("are those of one node, and on several survive the loss of one and make volumes on each", () => {
    const more = kinds(3).filter((each) => !kinds(1).includes(each));
    expect(more).toEqual([
      "PodDisruptionBudget/coredns",
      "PodDisruptionBudget/traefik",
      "DaemonSet/local-path-provisioner",
    ]);
    expect(JSON.stringify(objectsOf(1))).not.toMatch(/"replicas":2|tolerations|preStop|--node/);
    const servers = objectsOf(3).filter(({ kind }) => kind === "Deployment");
    expect(servers.map(({ spec }) => spec)).toEqual([
      expect.objectContaining({ replicas: 2 }),
      expect.objectContaining({ replicas: 2 }),
    ]);
    expect(JSON.stringify(objectsOf(3))).toContain("--node=$(NODE)");
  });

  it("are awaited: a volume maker on each node", () => {
    expect(addonWorkloads(1).map(({ pods }) => pods)).toEqual([undefined, undefined, undefined]);
    expect(addonWorkloads(3).at(-1)).toMatchObject({ name: "local-path-provisioner", pods: 3 });
  });
});

describe("a node that somebody names", () => {
  it("is one of the cluster's, which has several and runs", () => {
    expect(() => nodeNamed(layout, "4")).toThrow(
      'cluster "trois" has no node "4": its nodes are node-1, node-2, node-3. Nothing was changed.',
    );
    for (const text of ["2", "node-2"]) expect(nodeNamed(layout, text).address).toBe("10.88.0.12");
    expect(() => runningNode(layout, "2")).toThrow(
      'cluster "trois" is down: start it with "npx commune local up --cluster trois".',
    );
    expect(() => nodeNamed(layoutOf("one", state), "1")).toThrow(
      'cluster "one" has one node, which is all of it: "npx commune local up --cluster trois --nodes 3" makes one with three.',
    );
  });

  it("is shown with all that befell it", () => {
    const well = {
      name: "node-2",
      isUp: true,
      isFrozen: false,
      isCutOff: false,
      isReady: true,
      isCordoned: false,
    };
    expect(nodeLine(well)).toMatch(/^node-2 +Ready$/);
    const ill = { ...well, isUp: false, isFrozen: true, isCutOff: true, isReady: false, isCordoned: true };
    expect(nodeLine(ill)).toMatch(/^node-2 +NotReady, down, frozen, cut off, cordoned$/);
  });
});
