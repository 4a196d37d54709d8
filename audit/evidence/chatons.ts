import { usedSoftware } from "../../components/commune/portal.ts";
import { publicHosts } from "../../components/commune/public-hosts.ts";
import { portalPaths } from "../../components/portal/published.ts";
import { plannedServices } from "../../components/services/index.ts";
import manifest from "../../package.json" with { type: "json" };
import type { EvidenceFacts } from "./facts.ts";

type Properties = readonly (readonly [key: string, value: string | undefined])[];

/**
 * Lines of a `.properties` file; one whose value nobody declared is there as a comment, to be completed by hand. A line
 * break would begin another property.
 */
function text(properties: Properties): string {
  return properties
    .map(([key, value]) =>
      value === undefined ? `# ${key} = à compléter\n` : `${key} = ${value.replaceAll(/\s+/g, " ")}\n`,
    )
    .join("");
}

const file = (kind: "Organization" | "Service", { today }: EvidenceFacts): Properties => [
  ["file.class", kind],
  ["file.protocol", "ChatonsInfos-0.4"],
  ["file.datetime", `${today}T00:00:00`],
  ["file.generator", `${manifest.name} ${manifest.version}`],
];

/**
 * The files that a member of the CHATONS publishes of itself below `/.well-known/chatonsinfos/`, by name: the commune's
 * own and one for each service. What is known is in them; the rest stands there as a comment.
 * Source: https://forge.devinsy.fr/statool/statoolinfos/raw/branch/main/GENERAL.md
 */
export function chatonsFiles(facts: EvidenceFacts): Record<string, string> {
  const { declaration, plan } = facts;
  const { name, domain, contact, website, portal } = declaration;
  const legal = portal === undefined ? undefined : `https://${domain}${portalPaths.legal}`;
  const folder = `https://${domain}/.well-known/chatonsinfos`;
  const used = usedSoftware(plan, plan.database, false);
  const hosts = new Map(publicHosts(plan).map(({ service, host }) => [service, host]));
  const services = plannedServices(plan).map(({ service, title, plan: { version } }) => {
    const software = used.find((each) => each.name === title);
    const properties: Properties = [
      ...file("Service", facts),
      ["service.name", title],
      ["service.description", software?.purpose],
      ["service.website", `https://${hosts.get(service)}/`],
      ["service.legal.url", legal],
      ["service.contact.email", contact],
      ["service.startdate", undefined],
      ["service.status.level", undefined],
      ["service.registration", undefined],
      ["service.install.type", "CONTAINER"],
      ["software.name", title],
      ["software.version", version],
      ["software.license.name", software?.licence],
      ["software.source.url", software?.source],
      ["host.name", portal?.host.name],
      ["host.server.type", undefined],
      ["host.server.distribution", undefined],
      ["host.provider.type", undefined],
      ["host.country.code", undefined],
    ];
    return [`${service}.properties`, text(properties)] as const;
  });
  const organization: Properties = [
    ...file("Organization", facts),
    ["organization.name", name],
    ["organization.description", `Nuage de la commune de ${name}`],
    ["organization.website", website ?? `https://${domain}/`],
    ["organization.legal.url", legal],
    ["organization.contact.email", contact],
    ["organization.startdate", undefined],
    ["organization.status.level", undefined],
    ...services.map(([each]) => [`subs.${each.replace(/\.properties$/, "")}`, `${folder}/${each}`] as const),
  ];
  return { "organization.properties": text(organization), ...Object.fromEntries(services) };
}
