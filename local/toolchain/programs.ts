import { join } from "node:path";
import { toolkitFile } from "../../components/foundation/toolkit.ts";

/** Programs that are kept in one folder of the cache and change together. */
export interface ProgramGroup {
  name: string;
  /** The package of each program, as `go build` takes it. */
  programs: Record<string, string>;
  /** Folder of their sources below the Go module, if they are ours: the key covers them. */
  sources?: string;
}

/** A Go module with programs to build. One module has one version of each dependency, so that it is compiled once. */
export interface GoModule {
  folder: string;
  /** Below it: modules that replace others, and belong to every key. */
  replacements: string;
  /** Variables that the linker sets (`-X`): clients refuse programs that do not know their version. */
  variables: Record<string, string>;
  /** Options of `go build` beside those of every module. */
  flags?: readonly string[];
}

/** The Pulumi CLI's version; also the npm package `pulumi`'s, which looks for that program. */
export const pulumiVersion = "3.259.0";

/** Renders the charts of associations' applications; as in `go.mod`. */
const helmVersion = "v3.22.0";

/** The version of Kubernetes that the local cluster runs. */
export const kubernetesVersion = "1.37.2";

const [kubernetesMajor = "", kubernetesMinor = ""] = kubernetesVersion.split(".");
const componentBase = "k8s.io/component-base/version";

/** The module of the local cloud: `go.mod` names what is built, in which version, and `go.sum` its checksums. */
export const goModule: GoModule = {
  folder: toolkitFile("local"),
  replacements: join("toolchain", "without"),
  variables: {
    "helm.sh/helm/v3/internal/version.version": helmVersion,
    "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}`,
    [`${componentBase}.gitVersion`]: `v${kubernetesVersion}`,
    [`${componentBase}.gitMajor`]: kubernetesMajor,
    [`${componentBase}.gitMinor`]: kubernetesMinor,
    [`${componentBase}.gitTreeState`]: "clean",
    [`${componentBase}.gitCommit`]: "unknown",
  },
};

/**
 * The module of what watches over a commune, apart from the other: one of the two would hold the other's dependencies back.
 * A Prometheus that is told its targets by file needs no client of clouds, which are most of what it is compiled of.
 */
export const prometheusModule: GoModule = {
  folder: toolkitFile("local/prometheus"),
  replacements: "without",
  variables: {
    "github.com/prometheus/common/version.Version": "3.16.0",
  },
  flags: ["-tags=remove_all_sd"],
};

/** Tries alerts; tests alone run it. */
export const promtool: ProgramGroup = {
  name: "promtool",
  programs: { promtool: "github.com/prometheus/prometheus/cmd/promtool" },
};

const own = (name: string, sources: string, programs: Record<string, string>): ProgramGroup => ({
  name,
  sources,
  programs,
});

/** Every program of the local cloud that is built from Go sources: what a cluster is made of, then what brings a stack up. */
export const allPrograms: readonly ProgramGroup[] = [
  {
    name: "kubernetes",
    programs: Object.fromEntries(
      ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kubectl", "kube-proxy"].map(
        (program) => [program, `k8s.io/kubernetes/cmd/${program}`],
      ),
    ),
  },
  {
    name: "containerd",
    programs: Object.fromEntries(
      ["containerd", "containerd-shim-runc-v2", "ctr"].map((program) => [
        program,
        `github.com/containerd/containerd/v2/cmd/${program}`,
      ]),
    ),
  },
  { name: "etcd", programs: { etcd: "go.etcd.io/etcd/server/v3" } },
  { name: "traefik", programs: { traefik: "github.com/traefik/traefik/v3/cmd/traefik" } },
  own("coredns", "toolchain/coredns", { coredns: "./toolchain/coredns" }),
  own("kube-router", "toolchain/kube-router", { "kube-router": "./toolchain/kube-router" }),
  own("volumes", "toolchain/volumes", { volumes: "./toolchain/volumes" }),
  own("namespace", "namespace", { namespace: "./namespace" }),
  own("pause", "cluster/programs/pause", { pause: "./cluster/programs/pause" }),
  { name: "helm", programs: { helm: "helm.sh/helm/v3/cmd/helm" } },
  { name: "pulumi", programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" } },
  own(
    "plugins",
    "plugins",
    Object.fromEntries(
      ["pulumi-language-nodejs", "pulumi-resource-kubernetes", "pulumi-resource-random"].map((program) => [
        program,
        `./plugins/cmd/${program}`,
      ]),
    ),
  ),
];
