import * as z from "zod";
import { mirrorsIn } from "../image/reference.ts";
import { networkPlugins } from "../network-policy/manifests.ts";
import { annotationsIn } from "./annotations.ts";
import { ingressPresetNames } from "./ingress.ts";
import { nameServerPresets, nameServersOf } from "./name-servers.ts";
import { usualOperatorNamespace } from "./operator.ts";
import { prefixOf } from "./ranges.ts";
import { nodeSelectorIn, tolerationsIn } from "./scheduling.ts";

/** Address ranges, `10.20.0.0/16` or `fd00:20::/32`, with commas between. */
function ranges() {
  return z
    .string()
    .refine(
      (text) => text.split(",").every((part) => prefixOf(part) !== undefined),
      "write address ranges with commas between, for example: 10.20.0.0/16,fd00:20::/32",
    );
}

const portNumber = () => z.coerce.number().int().min(1).max(65_535);

/** One that is wider would take most of the Internet for the cluster's own. */
const isNarrow = (range: string) => (prefixOf(range) ?? 0) >= (range.includes(":") ? 16 : 8);

/**
 * Settings of the site on which a stack runs: what differs between two clusters that could run the same declaration.
 * They come from the stack's own settings (`pulumi config set commune:<key> <value>`), never from the declaration.
 */
export const siteSchema = z.strictObject({
  context: z
    .string()
    .min(1)
    .optional()
    .describe("Context of the kubeconfig to use; its current context when absent."),
  ingress: z
    .enum(ingressPresetNames, { error: `write one of: ${ingressPresetNames.join(", ")}` })
    .default("traefik")
    .describe(
      "Kind of the ingress controller: gives its class, its pods, which alone may open connections to public services, and their port.",
    ),
  ingressClass: z
    .string()
    .min(1)
    .optional()
    .describe("Class of the ingress controller, where it is another than the kind's usual one."),
  ingressNamespace: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Namespace of the ingress controller, where it is another than the kind's usual one. All its pods count then.",
    ),
  ingressPort: portNumber()
    .optional()
    .describe("Port on which the pods of the ingress controller answer HTTPS, where it is another one."),
  ingressNodes: ranges()
    .optional()
    .describe(
      "Address ranges of the nodes whose network the ingress controller uses (hostNetwork): to policies its requests come from there, not from its pods.",
    ),
  dns: z
    .string()
    .refine(
      (text) => nameServersOf(text) !== undefined,
      `write, with commas between: ${Object.keys(nameServerPresets).join(", ")}, address ranges such as 169.254.25.10/32, or pods such as dns/app=unbound:5353`,
    )
    .default("kube-dns")
    .describe("Who answers for names in the cluster, as network policies see it."),
  networkPlugin: z
    .enum(networkPlugins, { error: 'write "any" or "cilium"' })
    .default("any")
    .describe(
      "The cluster's network plugin, where policies of Kubernetes are not enough: under Cilium, no address range matches an API server that runs on a node.",
    ),
  certificate: z
    .string()
    .regex(/^(controller|cert-manager:[a-z0-9.-]+|secret:([a-z0-9-]+\/)?[a-z0-9.-]+)$/, {
      error:
        'write "controller", "cert-manager:<cluster issuer>", "secret:<namespace>/<name>" or "secret:<name>"',
    })
    .default("controller")
    .describe(
      "Where TLS certificates come from: the ingress controller's own, a cert-manager cluster issuer, a Secret that each run copies into each service's namespace, or one that somebody else puts there.",
    ),
  storageClass: z
    .string()
    .min(1)
    .optional()
    .describe("Storage class of volumes; the default one when absent."),
  privatePeers: ranges()
    .optional()
    .describe(
      "Private address ranges in which other communes' public names are found from here. Services refuse private addresses of peers otherwise.",
    ),
  privateEndpoints: ranges()
    .optional()
    .describe(
      "Private address ranges in which the web servers that declarations name are found from here: identity provider, media store, office, mirror of apps. They are looked for on the Internet alone otherwise.",
    ),
  clusterRanges: ranges()
    .refine(
      (text) => text.split(",").every(isNarrow),
      "these are the cluster's own ranges, none wider than /8 (IPv4) or /16 (IPv6)",
    )
    .optional()
    .describe(
      "Public address ranges of the cluster's own pods, services and nodes: global IPv6, or nodes with public IPv4 addresses. They are no part of the Internet to the services, and may tell the address of a visitor.",
    ),
  authority: z
    .string()
    .regex(/^(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/, {
      error: 'a certificate in PEM: commune:authority -- "$(cat authority.crt)"',
    })
    .optional()
    .describe(
      "Certificate authority (PEM) of the certificates of peers and of a database server outside, beside those that everybody trusts.",
    ),
  apiPort: portNumber()
    .default(6443)
    .describe("Port of the Kubernetes API, as pods reach it: the reconciler's way out."),
  monitoringNamespace: z
    .string()
    .min(1)
    .optional()
    .describe("Namespace of the Prometheus that may read the metrics of the federation; nobody when absent."),
  monitoringLabels: z
    .string()
    .refine(
      (text) => nodeSelectorIn(text) !== undefined,
      "write <label>=<value> with commas between, each label once, for example: release=kube-prometheus-stack",
    )
    .optional()
    .describe(
      "Labels by which the prometheus-operator of the cluster chooses rules and monitors (`monitoring: { use: cluster }`); none when absent.",
    ),
  registryMirror: z
    .string()
    .refine(
      (text) => mirrorsIn(text) !== undefined,
      "write <registry>=<host>[/<path>] with commas between, for example: docker.io=registry.bron.fr/hub,ghcr.io=registry.bron.fr/ghcr",
    )
    .optional()
    .describe(
      "Where the cluster gets images from instead of their own registries, by registry. Digests stay the same.",
    ),
  registryLogin: z
    .string()
    .regex(/^[a-z0-9-]+\/[a-z0-9.-]+$/, { error: 'write "<namespace>/<name>"' })
    .optional()
    .describe(
      "Secret with which the cluster may pull images (kubernetes.io/dockerconfigjson): each run copies it into each namespace of the commune.",
    ),
  nodeSelector: z
    .string()
    .refine(
      (text) => nodeSelectorIn(text) !== undefined,
      "write <label>=<value> with commas between, each label once, for example: pool=communes,kubernetes.io/arch=amd64",
    )
    .optional()
    .describe("Labels of the nodes that the commune's pods may run on; any node when absent."),
  tolerations: z
    .string()
    .refine(
      (text) => tolerationsIn(text) !== undefined,
      "write <key>[=<value>]:<effect> with commas between, where the effect is NoSchedule, PreferNoSchedule or NoExecute, for example: dedicated=communes:NoSchedule",
    )
    .optional()
    .describe("Taints of nodes that the commune's pods tolerate."),
  priorityClass: z
    .string()
    .max(253)
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, {
      error: "write the name of a PriorityClass of the cluster, for example: public-services",
    })
    .optional()
    .describe("PriorityClass of the commune's pods; the cluster's default one when absent."),
  nodes: z.coerce
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(1)
    .describe(
      "Nodes that may run the commune's pods, as `npx commune site check` counts them: `availability: node-loss` needs three.",
    ),
  operatorNamespace: z
    .string()
    .min(1)
    .default(usualOperatorNamespace)
    .describe(
      "Namespace of CloudNativePG's operator, which keeps PostgreSQL on several nodes (`availability: node-loss`) and alone reaches its servers besides their clients.",
    ),
  ingressAnnotations: z
    .string()
    .refine(
      (text) => annotationsIn(text) !== undefined,
      "write annotations by name, for example with: pulumi config set --path 'commune:ingressAnnotations[\"nginx.ingress.kubernetes.io/proxy-body-size\"]' 0. Those of pulumi.com and commune.cloud are written by this program, and the issuer of certificates is commune:certificate",
    )
    .optional()
    .describe("Annotations of every Ingress, for the ingress controller."),
  seedKept: z
    .string()
    .regex(/^[0-9a-f]{16}$/, {
      error:
        "write the fingerprint of the seed, 16 hexadecimal digits, as `npx commune recovery kit verify` says it",
    })
    .optional()
    .describe(
      "Fingerprint of the seed, once shares of it on paper were tried: data may become disposable then, although copies of it are in the vaults of others.",
    ),
  incarnation: z.coerce
    .number()
    .int()
    .min(1)
    .max(999_999)
    .default(1)
    .describe(
      "Which of the commune's sites this is: 1 for the first, one more with each that took its place. `npx commune relocate` sets it, and what copies to the vaults stops where they know of a later one.",
    ),
  data: z
    .enum(["protected", "disposable"], { error: 'write "protected" or "disposable"' })
    .default("protected")
    .describe(
      "Protected: nothing that holds data is deleted by Pulumi. Disposable: `pulumi destroy` deletes it too.",
    ),
});

export type SiteSettings = z.output<typeof siteSchema>;

/** Reads `commune:moved`: each move as `<section>=<where it is now>`. */
export function movesIn(written: string | undefined): string[] {
  return written?.split(",").map((move) => move.trim()) ?? [];
}

/** Reads `commune:restored`: the version that the data of a service was put back to, by service. */
export function restoredIn(written = ""): Record<string, string> {
  return Object.fromEntries(
    written.split(",").flatMap((each) => {
      const [service = "", version = ""] = each.trim().split("=");
      return version === "" ? [] : [[service, version]];
    }),
  );
}
