import { join } from "node:path";
import { checkout } from "../paths.ts";

/** A Go module of the toolchain: its folder, and the package of each program that it builds. */
export interface GoModule {
  name: string;
  folder: string;
  programs: Record<string, string>;
  /** Variables that the linker sets (`-X`): programs that cannot tell their version are refused by their clients. */
  variables?: Record<string, string>;
  /** Whether the sources are in this checkout, so that the key must cover them. */
  own?: boolean;
}

/** The Pulumi CLI's version; also the npm package `pulumi`'s, which looks for that program. */
export const pulumiVersion = "3.259.0";

/** The version of Kubernetes that the local cluster runs. */
export const kubernetesVersion = "1.36.3";

const [kubernetesMajor = "", kubernetesMinor = ""] = kubernetesVersion.split(".");
const componentBase = "k8s.io/component-base/version";

const pinned = (
  name: string,
  programs: Record<string, string>,
  variables: Record<string, string> = {},
): GoModule => ({
  name,
  folder: join(checkout, "local", "toolchain", name),
  programs,
  variables,
});

const own = (name: string, folder: string, programs: Record<string, string>): GoModule => ({
  name,
  folder: join(checkout, "local", folder),
  programs,
  own: true,
});

/** Every program of the local cloud that is built from Go sources, the slowest builds first. */
export const modules: readonly GoModule[] = [
  pinned("traefik", { traefik: "github.com/traefik/traefik/v3/cmd/traefik" }),
  pinned(
    "pulumi",
    { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
    { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}` },
  ),
  pinned(
    "kubernetes",
    Object.fromEntries(
      ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kubectl", "kube-proxy"].map(
        (program) => [program, `k8s.io/kubernetes/cmd/${program}`],
      ),
    ),
    {
      [`${componentBase}.gitVersion`]: `v${kubernetesVersion}`,
      [`${componentBase}.gitMajor`]: kubernetesMajor,
      [`${componentBase}.gitMinor`]: kubernetesMinor,
      [`${componentBase}.gitTreeState`]: "clean",
      [`${componentBase}.gitCommit`]: "unknown",
    },
  ),
  pinned("kube-router", { "kube-router": "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router" }),
  pinned("coredns", { coredns: "github.com/coredns/coredns" }),
  pinned("local-path-provisioner", { "local-path-provisioner": "github.com/rancher/local-path-provisioner" }),
  pinned("containerd", {
    containerd: "github.com/containerd/containerd/v2/cmd/containerd",
    "containerd-shim-runc-v2": "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
    ctr: "github.com/containerd/containerd/v2/cmd/ctr",
  }),
  pinned("etcd", { etcd: "go.etcd.io/etcd/server/v3" }),
  pinned("crane", { crane: "github.com/google/go-containerregistry/cmd/crane" }),
  own("plugins", "plugins", {
    "pulumi-language-nodejs": "./cmd/pulumi-language-nodejs",
    "pulumi-resource-kubernetes": "./cmd/pulumi-resource-kubernetes",
    "pulumi-resource-random": "./cmd/pulumi-resource-random",
  }),
  own("namespace", "namespace", { namespace: "." }),
  own("cluster-programs", join("cluster", "programs"), { pause: "./pause", volume: "./volume" }),
];
