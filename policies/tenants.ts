import * as z from "zod";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { day } from "../components/foundation/page/day.ts";
import { holds } from "../components/tenants/admission/expression.ts";
import { admissionRules } from "../components/tenants/admission/rules.ts";
import { daysUntil, termOf } from "../components/tenants/tenant/term.ts";
import { judgedOf } from "./conditions.ts";
import type { FactsRule, ObjectsRule } from "./rule.ts";

/** Annotations that are known: the mark of the seed may not be yet. */
const annotations = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((all) =>
    Object.fromEntries(
      Object.entries(all).flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])),
    ),
  );

/** Annotations of the namespaces of tenants, by name: they say what may be served from each. */
function tenantNamespaces(objects: readonly KubernetesObject[]): Map<string, Record<string, string>> {
  return new Map(
    objects.flatMap(({ kind, metadata }) =>
      kind === "Namespace" && metadata.labels?.["commune.cloud/tenant"] !== undefined
        ? [[metadata.name, annotations.parse("annotations" in metadata ? metadata.annotations : {})] as const]
        : [],
    ),
  );
}

export const tenantsStayInside: ObjectsRule = {
  id: "tenants-stay-inside",
  level: "mandatory",
  serves: "security",
  description: {
    en: "What is in a tenant's namespace names no node, priority, foreign volume or host, and leads to its own pods alone.",
    fr: "Ce qui est dans l’espace d’une association ne nomme ni machine, ni priorité, ni volume ou adresse d’autrui, et ne mène qu’à elle.",
  },
  examples: { keeps: "pods that the scheduler places", breaks: "nodeName: local" },
  reads: "objects",
  check: (objects) => {
    const namespaces = tenantNamespaces(objects);
    return objects.flatMap((object) => {
      const around = namespaces.get(object.metadata.namespace ?? "");
      if (around === undefined) return [];
      return admissionRules.flatMap((rule) => {
        const judged = judgedOf(object, rule);
        if (judged === undefined || holds(rule.must, judged, { annotations: around })) return [];
        return [{ what: nameOf(object), message: `${rule.message} (${rule.id})` }];
      });
    });
  },
};

const peers = z.object({
  ingress: z.array(z.object({ from: z.array(z.unknown()).optional() })).optional(),
  egress: z.array(z.object({ to: z.array(z.unknown()).optional() })).optional(),
});
const peer = z.object({
  namespaceSelector: z
    .object({ matchLabels: z.record(z.string(), z.string()).optional() })
    .catchall(z.unknown())
    .optional(),
});

/** Labels of other namespaces that a network policy opens to. */
function opensTo({ kind, spec }: KubernetesObject): Record<string, string>[] {
  if (kind !== "NetworkPolicy") return [];
  const { ingress = [], egress = [] } = peers.parse(spec);
  const named = [...ingress.flatMap(({ from = [] }) => from), ...egress.flatMap(({ to = [] }) => to)];
  return named.flatMap((each) => {
    const selector = peer.parse(each).namespaceSelector;
    return selector === undefined ? [] : [selector.matchLabels ?? {}];
  });
}

const tenantsApart: ObjectsRule = {
  id: "tenants-apart",
  level: "mandatory",
  serves: "citizenship",
  description: {
    en: "Everything in an association's namespace is labelled as its own, and no network policy there opens to another's.",
    fr: "Tout ce qui est dans l’espace d’une association est marqué comme sien, et rien n’y ouvre à une autre.",
  },
  examples: {
    keeps: "a policy that opens to the ingress controller",
    breaks: "one that opens to every namespace",
  },
  reads: "objects",
  check: (objects) => {
    const tenants = new Map(
      objects.flatMap(({ kind, metadata: { name, labels = {} } }) =>
        kind === "Namespace" && labels["commune.cloud/tenant"] !== undefined
          ? [[name, labels["commune.cloud/tenant"]] as const]
          : [],
      ),
    );
    return objects.flatMap((object) => {
      const { namespace = "", labels = {} } = object.metadata;
      const tenant = tenants.get(namespace);
      if (tenant === undefined) return [];
      const others = opensTo(object).filter((selected) => {
        const name = selected["kubernetes.io/metadata.name"];
        const isOther = name !== undefined && name !== namespace && tenants.has(name);
        return Object.keys(selected).length === 0 || isOther || "commune.cloud/tenant" in selected;
      });
      return [
        ...(labels["commune.cloud/tenant"] === tenant
          ? []
          : [`is in the namespace of ${tenant} without its label commune.cloud/tenant. Use labelsOf.`]),
        ...(others.length === 0
          ? []
          : [
              "opens to every namespace, or to another association's. Name the one namespace that it is for.",
            ]),
      ].map((message) => ({ what: nameOf(object), message }));
    });
  },
};

const tenantsKnowTheirDay: FactsRule = {
  id: "tenants-know-their-day",
  level: "advisory",
  serves: "citizenship",
  description: {
    en: "An association is told sixty days before its hosting ends, and goes on or is suspended on that day.",
    fr: "Une association est prévenue soixante jours avant la fin de son hébergement ; ce jour-là elle continue, ou est suspendue.",
  },
  examples: { keeps: "expires: 2028-06-30, or suspended:", breaks: "expires: 2027-01-25, on 2026-11-26" },
  reads: "facts",
  check: ({ declaration: { id, associations }, today }) =>
    Object.values(associations).flatMap((tenant) => {
      const term = termOf(tenant, today);
      if (term === undefined) return [];
      const left = daysUntil(tenant.expires, today);
      const is =
        term === "over"
          ? `was ${tenant.expires}, and it is still hosted`
          : `is ${tenant.expires}, in ${left} ${left === 1 ? "day" : "days"}`;
      const message = `${is}. Write the day that was agreed next; or npx commune tenant expiry ${id}, which writes the letter, and suspends it once that day is over.`;
      const est =
        term === "over"
          ? `était le ${day(tenant.expires)}, et elle est encore hébergée`
          : `est le ${day(tenant.expires)}, dans ${left} ${left < 2 ? "jour" : "jours"}`;
      const french = `${est}. Écrire le jour convenu ensuite ; ou npx commune tenant expiry ${id}, qui écrit la lettre, et la suspend quand ce jour est passé.`;
      return [{ what: `associations.${tenant.id}.expires`, message, french }];
    }),
};

export const tenantRules = [tenantsStayInside, tenantsApart, tenantsKnowTheirDay];
