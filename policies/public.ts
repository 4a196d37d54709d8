import * as z from "zod";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import type { FactsRule, ObjectRule } from "./rule.ts";

const ingress = z.object({
  rules: z.array(z.object({ host: z.string().optional() })).default([]),
  tls: z.array(z.object({ hosts: z.array(z.string()).default([]) })).default([]),
});
const service = z.object({ type: z.string().optional() });

/** The hosts that an object serves; empty if it is no Ingress. One without a host serves every name. */
function hostsOf({ kind, spec }: KubernetesObject): (string | undefined)[] {
  return kind === "Ingress" ? ingress.parse(spec).rules.map(({ host }) => host) : [];
}

const publicNamesUseTls: ObjectRule = {
  id: "public-names-use-tls",
  level: "mandatory",
  serves: "security",
  description: {
    en: "Every public name is served over TLS, through the ingress controller.",
    fr: "Chaque adresse publique est chiffrée (TLS), et passe par l’entrée commune.",
  },
  examples: {
    keeps: "an Ingress whose host stands under tls",
    breaks: "an Ingress without tls, or a Service of type LoadBalancer",
  },
  reads: "object",
  // Which name which certificate is of takes two lists, that the preview compares.
  conditions: [
    {
      judges: ["Service"],
      must: { not: { path: ["spec", "type"], oneOf: ["NodePort", "LoadBalancer"] } },
      message: "is reachable without the ingress controller.",
    },
    {
      judges: ["Ingress"],
      must: {
        all: [
          { not: { absent: ["spec", "tls"] } },
          { every: ["spec", "rules"], item: { not: { absent: ["host"] } } },
        ],
      },
      message: "serves names without TLS, or every name.",
    },
  ],
  check: (object) => {
    if (object.kind === "Service") {
      const { type } = service.parse(object.spec);
      return type === "NodePort" || type === "LoadBalancer"
        ? ["is reachable without the ingress controller. Use Exposure."]
        : [];
    }
    if (object.kind !== "Ingress") return [];
    const covered = new Set(ingress.parse(object.spec).tls.flatMap(({ hosts }) => hosts));
    return hostsOf(object)
      .filter((host) => host === undefined || !covered.has(host))
      .map((host) => `serves ${host ?? "any host"} without TLS. Name the host under tls.`);
  },
};

const hostsAreTheCommunes: FactsRule = {
  id: "hosts-are-the-communes",
  level: "mandatory",
  serves: "sovereignty",
  description: {
    en: "Every public name is within the commune's domain, or within that of the association whose namespace it is in.",
    fr: "Chaque adresse publique est sous le domaine de la commune, ou sous celui de l’association à qui elle est.",
  },
  examples: { keeps: "cloud.bron.test in Bron's stack", breaks: "cloud.lyon.test there" },
  reads: "facts",
  check: ({ declaration, plan, objects }) =>
    objects.flatMap((object) => {
      const tenant = object.metadata.labels?.["commune.cloud/tenant"];
      const domain =
        tenant === undefined ? declaration.domain : plan.tenants?.find(({ id }) => id === tenant)?.domain;
      return hostsOf(object)
        .filter((host) => domain === undefined || (host !== domain && !host?.endsWith(`.${domain}`)))
        .map((host) => ({
          what: nameOf(object),
          message: `serves ${host ?? "any host"}, which is not below ${domain ?? "a domain of its own"}. Give the service a subdomain.`,
          french: `sert ${host ?? "n’importe quel nom"}, qui n’est pas sous ${domain ?? "un domaine à elle"}. Donner un sous-domaine au service.`,
        }));
    }),
};

export const publicRules = [publicNamesUseTls, hostsAreTheCommunes];
