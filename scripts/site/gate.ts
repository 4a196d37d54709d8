import {
  type IngressPreset,
  type IngressPresetName,
  ingressPresets,
} from "../../components/foundation/site/ingress.ts";
import type { Facts, PodFacts } from "./facts.ts";

/** Kinds of ingress controllers by what their classes name, and how their pods are recognised. */
const kinds: readonly {
  controller: RegExp;
  pod: (pod: PodFacts) => boolean;
  /** The nearest preset, if no preset matches exactly. */
  nearest: IngressPresetName;
}[] = [
  { controller: /^traefik\.io\//, pod: byImage(/traefik/), nearest: "traefik" },
  {
    controller: /^k8s\.io\/ingress-nginx/,
    pod: byImage(/ingress-nginx|nginx-ingress/),
    nearest: "ingress-nginx",
  },
  { controller: /haproxy/, pod: byImage(/haproxy/), nearest: "haproxy" },
  {
    controller: /^openshift\.io\//,
    pod: ({ namespace }) => namespace === "openshift-ingress",
    nearest: "openshift",
  },
  { controller: /^cilium\.io\//, pod: () => false, nearest: "cilium" },
];

/** The ingress controller of a cluster, as settings name it. */
export interface Gate {
  className: string;
  controller: string;
  /** Namespace of its pods; undefined if it has none. */
  namespace: string | undefined;
  /** Settings that say it, those that are a default left out. */
  settings: Record<string, string>;
}

/** The class that is meant: the default one, or the only one. */
export function classOf({ ingressClasses }: Pick<Facts, "ingressClasses">) {
  const defaults = ingressClasses.filter(({ isDefault }) => isDefault);
  const [first, ...others] = defaults.length > 0 ? defaults : ingressClasses;
  return others.length === 0 ? first : undefined;
}

/** The controller of a class; undefined if its kind is not known, or if none of its pods is there. */
export function gateOf(
  { pods, nodes }: Facts,
  { name, controller }: { name: string; controller: string },
): Gate | undefined {
  const kind = kinds.find((each) => each.controller.test(controller));
  if (kind === undefined) return undefined;
  const [pod] = pods.filter((each) => kind.pod(each) && httpsPort(each) !== undefined);
  if (pod === undefined) {
    // The class of Cilium's controller is enough, and the router's namespace is known by its label.
    if (kind.nearest !== "cilium") return undefined;
    return {
      className: name,
      controller,
      namespace: undefined,
      settings: { ingress: "cilium", ...classSetting("cilium", name) },
    };
  }
  const port = httpsPort(pod) ?? 0;
  const exact = presetNames.find((preset) => isPreset(ingressPresets[preset], pod, port));
  const preset = kind.nearest === "openshift" ? "openshift" : (exact ?? kind.nearest);
  const isExact = preset === exact || preset === "openshift";
  return {
    className: name,
    controller,
    namespace: pod.namespace,
    settings: {
      ...(preset === "traefik" ? {} : { ingress: preset }),
      ...classSetting(preset, name),
      ...(isExact ? {} : { ingressNamespace: pod.namespace }),
      ...(isExact || port === portOf(ingressPresets[preset]) ? {} : { ingressPort: String(port) }),
      ...(pod.onNode && preset !== "openshift" ? { ingressNodes: nodeRanges(nodes) } : {}),
    },
  };
}

const presetNames = Object.keys(ingressPresets) as IngressPresetName[];

function byImage(image: RegExp) {
  return ({ images }: PodFacts) => images.some((each) => image.test(each));
}

const portOf = ({ source }: IngressPreset) => (source.by === "pods" ? source.port : undefined);

function isPreset({ source }: IngressPreset, pod: PodFacts, port: number): boolean {
  if (source.by !== "pods" || source.port !== port) return false;
  const { namespace, labels } = source;
  return (
    namespace["kubernetes.io/metadata.name"] === pod.namespace &&
    Object.entries(labels).every(([label, value]) => pod.labels[label] === value)
  );
}

function classSetting(preset: IngressPresetName, className: string): Record<string, string> {
  return ingressPresets[preset].className === className ? {} : { ingressClass: className };
}

function httpsPort({ ports }: PodFacts): number | undefined {
  const named = ports.find(({ name }) => name === "https" || name === "websecure");
  return (named ?? ports.find(({ port }) => port === 443 || port === 8443))?.port;
}

function nodeRanges(nodes: Facts["nodes"]): string {
  return nodes
    .flatMap(({ addresses }) => addresses)
    .map((address) => `${address}/${address.includes(":") ? 128 : 32}`)
    .join(",");
}
