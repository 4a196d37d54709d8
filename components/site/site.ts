import { z } from "zod";
import type { PeerPlaces } from "../network-policy/manifests.ts";

/**
 * Where a stack runs: what differs between two clusters that could run the same declaration. It comes from
 * the stack's own settings (`pulumi config set commune:<key> <value>`), never from the declaration.
 */
export const siteSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/, "lower-case letters, digits and hyphens, for example: mairie")
    .default("local")
    .describe("Name of the place. Changing it re-creates the whole commune on the new cluster."),
  context: z
    .string()
    .min(1)
    .optional()
    .describe("Context of the kubeconfig to use; its current context when absent."),
  ingressClass: z.string().min(1).default("traefik").describe("Class of the ingress controller."),
  ingressNamespace: z
    .string()
    .min(1)
    .default("traefik")
    .describe(
      "Namespace of the ingress controller: the only one that may open connections to public services.",
    ),
  certificate: z
    .union(
      [
        z.literal("controller"),
        z.templateLiteral(["cert-manager:", z.string().min(1)]),
        z.templateLiteral(["secret:", z.string().min(1)]),
      ],
      { error: 'write "controller", "cert-manager:<cluster issuer>" or "secret:<name>"' },
    )
    .default("controller")
    .describe(
      "Where TLS certificates come from: the ingress controller's own, a cert-manager cluster issuer, or a Secret that exists in each service's namespace.",
    ),
  storageClass: z
    .string()
    .min(1)
    .optional()
    .describe("Storage class of volumes; the default one when absent."),
  privatePeers: z
    .string()
    .regex(
      /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}(,\d{1,3}(\.\d{1,3}){3}\/\d{1,2})*$/,
      "address ranges with commas between, for example: 10.20.0.0/16,10.30.0.0/16",
    )
    .optional()
    .describe(
      "Private address ranges in which other communes' public names are found from here. Services refuse private addresses of peers otherwise.",
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
  apiPort: z.coerce
    .number()
    .int()
    .min(1)
    .max(65_535)
    .default(6443)
    .describe("Port of the Kubernetes API, as pods reach it: the reconciler's way out."),
  monitoringNamespace: z
    .string()
    .min(1)
    .optional()
    .describe("Namespace of the Prometheus that may read the metrics of the federation; nobody when absent."),
  data: z
    .enum(["protected", "disposable"], { error: 'write "protected" or "disposable"' })
    .default("protected")
    .describe(
      "Protected: nothing that holds data is deleted by Pulumi. Disposable: `pulumi destroy` deletes it too.",
    ),
});

export type SiteSettings = z.output<typeof siteSchema>;

/** Where the certificate of a public name comes from. */
export type Certificate =
  | { from: "controller" }
  | { from: "cert-manager"; issuer: string }
  | { from: "secret"; name: string };

export interface IngressSettings {
  className: string;
  namespace: string;
  certificate: Certificate;
}

/** A site as components use it. */
export interface Site {
  name: string;
  context: string | undefined;
  ingress: IngressSettings;
  storageClass: string | undefined;
  /** Private address ranges (CIDR) in which peers are found. */
  privatePeers: readonly string[];
  /** Certificate authority of peers, PEM, beside the system's. */
  authority: string | undefined;
  /** Port of the Kubernetes API, as pods reach it. */
  apiPort: number;
  /** Namespace of the Prometheus that may read metrics; nobody when absent. */
  monitoringNamespace: string | undefined;
  /** False where deleting the stack must not delete what citizens wrote. */
  dataIsDisposable: boolean;
}

/** Turns a stack's settings into a site. */
export function siteOf(settings: SiteSettings): Site {
  return {
    name: settings.name,
    context: settings.context,
    ingress: {
      className: settings.ingressClass,
      namespace: settings.ingressNamespace,
      certificate: certificateOf(settings.certificate),
    },
    storageClass: settings.storageClass,
    privatePeers: settings.privatePeers?.split(",") ?? [],
    authority: settings.authority,
    apiPort: settings.apiPort,
    monitoringNamespace: settings.monitoringNamespace,
    dataIsDisposable: settings.data === "disposable",
  };
}

/** Where peers are found from a site. */
export function peersOf({ privatePeers, authority, ingress }: Site): PeerPlaces {
  return { privatePeers, authority, ingressNamespace: ingress.namespace };
}

function certificateOf(written: SiteSettings["certificate"]): Certificate {
  if (written === "controller") return { from: "controller" };
  const [from, ...rest] = written.split(":");
  const name = rest.join(":");
  return from === "cert-manager" ? { from, issuer: name } : { from: "secret", name };
}
