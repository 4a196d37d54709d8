import { isIP } from "node:net";
import { Command } from "commander";
import { atDomain } from "../components/commune/at-domain.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import { loadCommune } from "../components/commune/load.ts";
import { planCommune } from "../components/commune/plan.ts";
import { publicHosts } from "../components/commune/public-hosts.ts";
import { whyHeld } from "../components/federation/home-page.ts";
import { settingsOf } from "../components/foundation/declaration/stacks.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { siteOf } from "../components/foundation/site/site.ts";
import { type DnsRecord, domainRecords, mailRecords } from "../components/platform/mail/dns.ts";
import { plannedServices } from "../components/services/index.ts";
import { spoken } from "./language.ts";
import { settingsIn } from "./stack.ts";

interface Options {
  address: string;
  leadDomain?: true | undefined;
  json?: true;
}

/** DNS records of a commune: those to publish, and those that could lead its website's name away. */
export interface CommuneRecords {
  published: readonly DnsRecord[];
  /** Records of the domain itself, each with why it is not published: {@link whyHeld}. */
  held: readonly DnsRecord[];
}

/**
 * Returns every DNS record that a commune's declaration needs.
 *
 * @param addresses public addresses of the ingress controller, IPv4 or IPv6.
 * @param leadDomain whether the domain itself is led to them although a website is or may be there.
 */
export function communeRecords(
  declaration: CommuneDeclaration,
  addresses: readonly string[],
  { leadDomain }: Pick<Options, "leadDomain"> = {},
): CommuneRecords {
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const { mail, media, contact, domain, website } = declaration;
  const why = leadDomain ? undefined : whyHeld({ domain, website });
  const toCluster = (host: string, reason: string) =>
    addresses.map(
      (address): DnsRecord => ({
        name: `${host}.`,
        type: isIP(address) === 6 ? "AAAA" : "A",
        value: address,
        reason,
      }),
    );
  const hosts = publicHosts(plan).filter(({ host }) => why === undefined || host !== domain);
  return {
    published: [
      ...hosts.flatMap(({ host, service }) =>
        toCluster(
          host,
          service === "federation"
            ? "federation: the first page, and what the commune says of itself."
            : `${service}: where the ingress controller is reached.`,
        ),
      ),
      ...(media === undefined
        ? []
        : [
            {
              name: `${media.publicHost}.`,
              type: "CNAME" as const,
              value: `${new URL(media.endpoint).hostname}.`,
              reason: "media: the public name of the bucket.",
            },
          ]),
      ...(mail && plan.mail ? mailRecords(plan.mail, mail, contact) : []),
      ...plannedServices(plan).flatMap(({ mailDomains }) =>
        mailDomains.flatMap((each) => (mail && plan.mail ? domainRecords(each, plan.mail, mail) : [])),
      ),
    ],
    held: why === undefined ? [] : toCluster(domain, why),
  };
}

/** Records in zone-file form (RFC 1035), each with its reason; those that are held as comments. */
export function zoneFile(commune: string, { published, held }: CommuneRecords): string {
  const width = Math.max(0, ...[...published, ...held].map(({ name }) => name.length));
  const line = ({ name, type, value }: DnsRecord) =>
    `${name.padEnd(width)} 3600 IN ${type.padEnd(5)} ${value}`;
  return [
    spoken({
      en: `; DNS records of ${commune}. Time to live one hour: raise it once everything answers.`,
      fr: `; Enregistrements DNS de ${commune}. Durée de vie une heure : allongez-la quand tout répond.`,
    }),
    ...published.map((record) => `; ${spoken(record.reason)}\n${line(record)}`),
    ...heldText(held).map((text) => `; ${text}`),
    ...held.map((record) => `; ${line(record)}`),
  ].join("\n");
}

/** Returns sentences about records that are held: why, and what to do; none if none is held. */
function heldText([record]: readonly DnsRecord[]): string[] {
  if (record === undefined) return [];
  const domain = record.name.slice(0, -1);
  return [
    spoken({
      en: `${domain} itself is not led to the cluster: ${record.reason}.`,
      fr: `${domain} lui-même n’est pas mené au cluster : ${spoken(record.reason)}.`,
    }),
    spoken({
      en: "A website there has to pass the paths below /.well-known/ on (docs/federation.md).",
      fr: "Un site web qui y est doit transmettre les chemins sous /.well-known/ (docs/federation.md).",
    }),
    spoken({
      en: "If it is elsewhere, write its address as website: in commune.yaml.",
      fr: "S’il est ailleurs, écrivez son adresse par website: dans commune.yaml.",
    }),
    spoken({
      en: `If there is none, or ${domain} is to be led away from it: --lead-domain.`,
      fr: `S’il n’y en a pas, ou si ${domain} doit en être détourné : --lead-domain.`,
    }),
  ];
}

/** `commune dns <id>`: the DNS records to publish. Reads files only. */
export function dnsCommand(stacks = repositoryFile("stacks")): Command {
  const command = new Command("dns")
    .description("Print every DNS record of a commune, in zone-file form. Reads files only.")
    .argument("<commune>", "id of the commune")
    .requiredOption(
      "--address <addresses>",
      "public addresses of the ingress controller, with commas between",
    )
    .option("--lead-domain", "also lead the domain itself there, although a website is or may be at it")
    .option("--json", "print the records to publish as JSON");
  return command.action((id: string, { address, leadDomain, json }: Options) => {
    const addresses = address.split(",").map((text) => text.trim());
    for (const text of addresses.filter((text) => isIP(text) === 0)) {
      command.error(
        spoken({
          en: `error: "${text}" is not an IPv4 or IPv6 address.`,
          fr: `error: « ${text} » n’est pas une adresse IPv4 ou IPv6.`,
        }),
        { exitCode: 2 },
      );
    }
    const loaded = loadCommune(stacks, id);
    if (!loaded.ok) throw loaded.error;
    const { domain } = settingsIn(settingsOf(stacks, id));
    const records = communeRecords(atDomain(loaded.declaration, domain), addresses, { leadDomain });
    if (json) {
      for (const text of heldText(records.held)) console.error(text);
      console.log(JSON.stringify(records.published, undefined, 2));
    } else console.log(zoneFile(id, records));
  });
}
