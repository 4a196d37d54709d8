import { reportOf } from "../../audit/change-report.ts";
import type { Facts } from "../../audit/facts.ts";
import { objectChanges } from "../../audit/objects.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { languages } from "../../components/foundation/language/language.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";

/** A small commune, as it is written. */
export const written = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};
export const declaration = communeSchema.parse(written);

/** It before or after a change, with these objects. */
export const side = (objects: KubernetesObject[]) => ({
  declaration,
  plan: planCommune(declaration, siteOf(siteSchema.parse({}))),
  objects,
});

/** Labels of what Nextcloud has. */
export const labels = { "commune.cloud/service": "nextcloud", "commune.cloud/data": "accounts.documents" };

/** A public name of Nextcloud. */
export const ingress = (host: string): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: host, namespace: "bron-nextcloud", labels },
  spec: { rules: [{ host }] },
});

/** Facts that a report is made of: nothing changes, but what is given. */
export const facts = (given: Partial<Facts> = {}): Facts => {
  const [before, after] = [side([ingress("cloud.bron.test")]), side([ingress("cloud.bron.test")])];
  const both = { before, after, ...given };
  return {
    today: "2026-11-26",
    origin: { kind: "revision", revision: "0123456789ab" },
    changes: [],
    findings: [],
    points: [],
    siteIsKnown: true,
    objects: objectChanges(both.before?.objects ?? [], both.after.objects),
    ...both,
  };
};

/** Returns the answer of a report to one of its questions, as JSON. */
export const answer = (given: Partial<Facts>, id: string, language: (typeof languages)[number] = "fr") =>
  JSON.stringify(reportOf(facts(given), language).sections.find((section) => section.id === id)?.blocks);
