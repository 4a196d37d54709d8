import { images } from "../../foundation/image/catalogue.ts";
import type { Json } from "../../foundation/manifest/pod-template.ts";
import { day } from "../../foundation/page/day.ts";
import { html } from "../../foundation/page/html.ts";
import { pageText } from "../../foundation/page/page.ts";
import type { ApplicationPlan, TenantFacts } from "../applications/application.ts";
import { chartOfPages } from "../applications/list.ts";

/**
 * Returns the notice for visitors. It does not give the reason: that is for the association, and may be a private
 * matter.
 */
export function noticePage({ name, contact }: Pick<TenantFacts, "name" | "contact">, since: string): string {
  return pageText({
    title: name,
    lead: html`Ce site est suspendu depuis le ${day(since)}.`,
    body: html`<p>Rien n’est perdu : ses pages et ses fichiers sont gardés, et reviendront tels qu’ils étaient s’il rouvre.</p>
<h2>Nous écrire</h2>
<p>Pour joindre l’association : <a href="mailto:${contact}">${contact}</a></p>`,
    footer: html`<p>${name}</p>`,
  });
}

/**
 * Returns the chart that replaces an application while its association is suspended, under its names: the chart of
 * sites, closed. Everything that leads to the application then leads to the notice.
 */
export function noticeRelease(
  tenant: Pick<TenantFacts, "name" | "contact">,
  { host }: Pick<ApplicationPlan, "host">,
  since: string,
): { chart: string; values: Json } {
  const pages = { "index.html": Buffer.from(noticePage(tenant, since)).toString("base64") };
  const values = {
    host,
    title: tenant.name,
    access: "public",
    frontImage: images.nginx.reference,
    closed: true,
  };
  return { chart: chartOfPages(), values: { ...values, pages } };
}
