import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { importedFile } from "../../components/foundation/image/imported.ts";
import { stateFolder } from "../paths.ts";
import { type IpFamily, ipFamilies, type Network, networks } from "./network.ts";

/** Path of a cluster's state folder inside its namespaces: short, so that socket paths stay short. */
export const inside = "/run/commune";

/** Path of the toolchain's programs inside the namespaces. */
export const programsInside = "/run/programs";

const allowedName = /^[a-z][a-z0-9-]{0,18}[a-z0-9]$/;

/** Every folder and file of one cluster, as seen from the host, and the addresses inside. */
export interface Layout {
  name: string;
  network: Network;
  /** The file that keeps the family of the network. */
  ipFamily: string;
  root: string;
  kubeconfig: string;
  caFile: string;
  certificates: string;
  configuration: string;
  services: string;
  logs: string;
  audit: string;
  etcd: string;
  volumes: string;
  varLib: string;
  varLog: string;
  ports: string;
  domains: string;
  imported: string;
  /** File with the origin of each application's images. */
  sources: string;
  namespaceLog: string;
  namespacePid: string;
  pulumiBackend: string;
  /** The folder below each control group hierarchy that holds all of this cluster's processes. */
  cgroup: string;
}

/**
 * The layout of the cluster of that name. A family of addresses counts for a new cluster, IPv4 when none is given. Throws
 * when the name cannot be a folder, host and control group name, or when the cluster exists with another family.
 */
export function layoutOf(name: string, state: string = stateFolder(), family?: IpFamily): Layout {
  if (!allowedName.test(name)) {
    throw new Error(
      `cluster name "${name}" is not allowed: write 2 to 20 lower-case letters, digits and "-", beginning with a letter.`,
    );
  }
  const root = join(state, name);
  return {
    name,
    network: networks[familyOf(name, join(root, "ip-family"), family)],
    ipFamily: join(root, "ip-family"),
    root,
    kubeconfig: join(root, "kubeconfig"),
    caFile: join(root, "ca.crt"),
    certificates: join(root, "certificates"),
    configuration: join(root, "configuration"),
    services: join(root, "services"),
    logs: join(root, "logs"),
    audit: join(root, "audit"),
    etcd: join(root, "etcd"),
    volumes: join(root, "volumes"),
    varLib: join(root, "var-lib"),
    varLog: join(root, "var-log"),
    ports: join(root, "ports.json"),
    domains: join(root, "domains.json"),
    imported: join(root, importedFile),
    sources: join(root, "sources.json"),
    namespaceLog: join(root, "namespace.log"),
    namespacePid: join(root, "namespace.pid"),
    pulumiBackend: join(root, "pulumi"),
    // Control groups are the whole machine's: two repositories may each have a cluster of this name.
    cgroup: `commune-${name}-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`,
  };
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
