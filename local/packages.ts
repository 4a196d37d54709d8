import { execa } from "execa";

/** The Debian packages that the local cloud runs or builds with, and what for. */
const packages = [
  "runc", // starts containers
  "containernetworking-plugins", // connects pods
  "iptables", // kube-router's rules and the portmap plugin's
  "nftables", // kube-proxy's rules
  "ipset", // kube-router's address sets
  "conntrack", // drops connections that a policy closes
  "iproute2", // kube-router's own look at routes, and the links of several nodes
  "kmod", // loads br_netfilter where the kernel has it as a module
  "s6", // supervises the cluster's programs
  "openssl", // issues certificates
  "mmdebstrap", // builds root file systems of images
  "zstd", // packs image layers
  "util-linux", // unshare, for image builds; nsenter, for the links of several nodes
  "tar", // packs image archives
] as const;

/** The packages of the list that are not installed. Throws one sentence if there is no dpkg. */
export async function missingPackages(wanted: readonly string[] = packages): Promise<string[]> {
  const query = await execa(
    "dpkg-query",
    ["--show", "--showformat", `\${db:Status-Status} \${Package}\n`, ...wanted],
    {
      reject: false,
    },
  );
  if (query.code === "ENOENT") {
    throw new Error(
      `this machine has no dpkg: the local cloud needs Debian, or these programs by hand: ${wanted.join(", ")}.`,
    );
  }
  const installed = new Set(
    query.stdout
      .split("\n")
      .flatMap((line) => (line.startsWith("installed ") ? [line.slice("installed ".length)] : [])),
  );
  return wanted.filter((name) => !installed.has(name));
}

/**
 * Installs packages with apt-get, after an update of its lists when it does not know one of them. Throws one
 * sentence with apt-get's last line when that fails.
 */
export async function installPackages(wanted: readonly string[], signal?: AbortSignal): Promise<void> {
  if (wanted.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new Error(
      `these packages are missing, and installing them needs root: apt-get install ${wanted.join(" ")}`,
    );
  }
  const install = ["install", "--yes", "--no-install-recommends", ...wanted];
  if (await aptGet(install, signal)) return;
  await aptGet(["update"], signal);
  if (await aptGet(install, signal)) return;
  throw new Error(
    `apt-get could not install ${wanted.join(", ")}: run "apt-get update && apt-get install ${wanted.join(" ")}" to see why.`,
  );
}

async function aptGet(words: string[], signal?: AbortSignal): Promise<boolean> {
  // Another apt-get, of the machine's own timers or of ours, ends soon: wait up to five minutes for it.
  const { exitCode } = await execa("apt-get", [...words, "-o", "DPkg::Lock::Timeout=300"], {
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "ignore",
    reject: false,
    ...(signal && { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  return exitCode === 0;
}
