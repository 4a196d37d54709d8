import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importedFile } from "../../components/foundation/image/imported.ts";
import { stateFolder } from "../paths.ts";
import { type IpFamily, ipFamilies, type Network, networkOf, nodeNetwork } from "./network.ts";
import { type AskedNodes, type SeveralNodes, severalNodes } from "./several.ts";

/** Path of a machine's state folder inside its namespaces: short, so that socket paths stay short. */
export const inside = "/run/commune";

/** Path of the toolchain's programs inside the namespaces. */
export const programsInside = "/run/programs";

const allowedName = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/;

/** Folders of one machine of a cluster: namespaces with services. Its control plane is one, each of several nodes too. */
export interface MachineFolders {
  root: string;
  certificates: string;
  configuration: string;
  services: string;
  logs: string;
  varLib: string;
  varLog: string;
}

/** A node of a cluster, its addresses, and its files as seen from the host. */
export interface NodeLayout extends MachineFolders {
  /** Name of its Node, and host name of its namespaces. */
  name: string;
  address: string;
  /** Range of the addresses of its pods. */
  pods: string;
  volumes: string;
  /** File with the images that its containerd has. */
  imported: string;
  /** The folder below each control group hierarchy that holds its processes; of one node, also the control plane's. */
  cgroup: string;
}

/** Every folder and file of one cluster, as seen from the host, and the addresses inside. */
export interface Layout extends MachineFolders {
  name: string;
  network: Network;
  /** The file that keeps the family of the network. */
  ipFamily: string;
  /** The nodes that have namespaces of their own; undefined if the one node shares those of the control plane. */
  several: SeveralNodes | undefined;
  /** The file that keeps how many nodes there are, if there are several. */
  severalFile: string;
  /** Where pods run: one node, which is the control plane's machine, or several machines. */
  nodes: readonly [NodeLayout, ...NodeLayout[]];
  kubeconfig: string;
  caFile: string;
  audit: string;
  etcd: string;
  volumes: string;
  ports: string;
  domains: string;
  /** File with the images that every node has. */
  imported: string;
  /** File with the origin of each application's images. */
  sources: string;
  namespaceLog: string;
  namespacePid: string;
  pulumiBackend: string;
  /** The folder below each control group hierarchy that holds all of this cluster's processes. */
  cgroup: string;
}

/** What somebody asks of a cluster that does not exist yet. */
export interface NewCluster {
  /** IPv4 when absent. */
  family?: IpFamily | undefined;
  /** One node when absent. */
  nodes?: AskedNodes | undefined;
}

/** Paths of a machine's folders below its root: as seen from the host, or from inside the control plane. */
export const machineFolders = (root: string): MachineFolders => ({
  root,
  certificates: join(root, "certificates"),
  configuration: join(root, "configuration"),
  services: join(root, "services"),
  logs: join(root, "logs"),
  varLib: join(root, "var-lib"),
  varLog: join(root, "var-log"),
});

/**
 * The layout of the cluster of that name. What is asked counts for a new cluster. Throws when the name cannot be a
 * folder, host and control group name, or when the cluster exists and is not what is asked.
 */
export function layoutOf(name: string, state: string = stateFolder(), asked: NewCluster = {}): Layout {
  if (!allowedName.test(name)) {
    throw new Error(
      `cluster name "${name}" is not allowed: write 2 to 20 lower-case letters, digits and "-", beginning with a letter.`,
    );
  }
  const root = join(state, name);
  const files = { ipFamily: join(root, "ip-family"), severalFile: join(root, "nodes.json") };
  const family = familyOf(name, files.ipFamily, asked.family);
  const several = severalNodes(name, files.severalFile, existsSync(files.ipFamily), asked.nodes);
  const network = networkOf(family, several?.count ?? 1);
  // Control groups are the whole machine's: two repositories may each have a cluster of this name.
  const cgroup = `commune-${name}-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`;
  const folders = {
    ...machineFolders(root),
    volumes: join(root, "volumes"),
    imported: join(root, importedFile),
  };
  const alone: NodeLayout = { ...folders, name, address: network.node, pods: network.pods, cgroup };
  return {
    ...folders,
    ...files,
    name,
    network,
    several,
    nodes: several ? severalLayouts(root, network, several.count, cgroup) : [alone],
    kubeconfig: join(root, "kubeconfig"),
    caFile: join(root, "ca.crt"),
    audit: join(root, "audit"),
    etcd: join(root, "etcd"),
    ports: join(root, "ports.json"),
    domains: join(root, "domains.json"),
    sources: join(root, "sources.json"),
    namespaceLog: join(root, "namespace.log"),
    namespacePid: join(root, "namespace.pid"),
    pulumiBackend: join(root, "pulumi"),
    cgroup,
  };
}

/** Path of a node's folder below its cluster's. */
export const nodeFolder = (cluster: string, name: string): string => join(cluster, "nodes", name);

function severalLayouts(root: string, network: Network, count: number, cgroup: string): Layout["nodes"] {
  const nodeLayout = (number: number): NodeLayout => {
    const name = `node-${number}`;
    const folder = nodeFolder(root, name);
    return {
      ...machineFolders(folder),
      ...nodeNetwork(network.family, number),
      name,
      volumes: join(folder, "volumes"),
      imported: join(folder, importedFile),
      cgroup: join(cgroup, name),
    };
  };
  return [nodeLayout(1), ...Array.from({ length: count - 1 }, (_, index) => nodeLayout(index + 2))];
}

function familyOf(name: string, file: string, asked?: IpFamily): IpFamily {
  const written = existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
  const kept = ipFamilies.find((family) => family === written);
  if (kept && asked && kept !== asked)
    throw new Error(
      `cluster "${name}" has addresses of ${kept}, not ${asked}: choose another name with --cluster, or "commune local reset" it, which deletes its data.`,
    );
  return kept ?? asked ?? "ipv4";
}
