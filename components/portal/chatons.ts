import { portalPaths } from "./published.ts";

/** A service as a member of the CHATONS describes it. */
export interface ChatonsService {
  /** Its name in addresses: `nextcloud`. */
  id: string;
  title: string;
  version: string;
  purpose: string | undefined;
  host: string | undefined;
  licence: string | undefined;
  source: string | undefined;
}

/** Facts about a commune for the CHATONS. */
export interface ChatonsFacts {
  commune: { name: string; domain: string; contact: string; website?: string | undefined };
  /** Its host; undefined if the commune declares no portal. */
  host: string | undefined;
  services: readonly ChatonsService[];
  /** Time at which the files were written, ISO 8601 without a zone; undefined if it is not known. */
  datetime: string | undefined;
  generator: string;
}

type Properties = readonly (readonly [key: string, value: string | undefined])[];

/** Folder of the files of a member of the CHATONS, below its domain. Source: https://forum.chatons.org/t/3957 */
export const chatonsFolder = "/.well-known/chatonsinfos";

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

const file = (kind: "Organization" | "Service", { datetime, generator }: ChatonsFacts): Properties => [
  ["file.class", kind],
  ["file.protocol", "ChatonsInfos-0.4"],
  ...(datetime === undefined ? [] : [["file.datetime", datetime] as const]),
  ["file.generator", generator],
];

/**
 * The files that a member of the CHATONS publishes of itself below {@link chatonsFolder}, by name: the commune's own and one
 * for each service. What is known is in them; the rest stands there as a comment.
 * Source: https://forge.devinsy.fr/statool/statoolinfos/raw/branch/main/GENERAL.md
 */
export function chatonsFiles(facts: ChatonsFacts): Record<string, string> {
  const { name, domain, contact, website } = facts.commune;
  const legal = facts.host === undefined ? undefined : `https://${domain}${portalPaths.legal}`;
  const services = facts.services.map(({ id, title, version, purpose, host, licence, source }) => {
    const properties: Properties = [
      ...file("Service", facts),
      ["service.name", title],
      ["service.description", purpose],
      ["service.website", host && `https://${host}/`],
      ["service.legal.url", legal],
      ["service.contact.email", contact],
      ["service.startdate", undefined],
      ["service.status.level", undefined],
      ["service.registration", undefined],
      ["service.install.type", "CONTAINER"],
      ["software.name", title],
      ["software.version", version],
      ["software.license.name", licence],
      ["software.source.url", source],
      ["host.name", facts.host],
      ["host.server.type", undefined],
      ["host.server.distribution", undefined],
      ["host.provider.type", undefined],
      ["host.country.code", undefined],
    ];
    return [id, text(properties)] as const;
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
    // Served by the portal alone: elsewhere the addresses would answer that nothing is there.
    ...(facts.host === undefined
      ? []
      : services.map(
          ([id]) => [`subs.${id}`, `https://${domain}${chatonsFolder}/${id}.properties`] as const,
        )),
  ];
  return {
    "organization.properties": text(organization),
    ...Object.fromEntries(services.map(([id, written]) => [`${id}.properties`, written])),
  };
}
