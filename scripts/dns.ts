import { isIP } from "node:net";
import { Command } from "commander";
import { atDomain } from "../components/commune/at-domain.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import { loadCommune } from "../components/commune/load.ts";
import { planCommune } from "../components/commune/plan.ts";
import { publicHosts } from "../components/commune/public-hosts.ts";
import { settingsOf } from "../components/foundation/declaration/stacks.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { siteOf } from "../components/foundation/site/site.ts";
import { type DnsRecord, domainRecords, mailRecords } from "../components/platform/mail/dns.ts";
import { plannedServices } from "../components/services/index.ts";
import { settingsIn } from "./stack.ts";

/**
 * Every DNS record that a commune's declaration needs.
 *
 * @param addresses public addresses of the ingress controller, IPv4 or IPv6.
 */
export function communeRecords(declaration: CommuneDeclaration, addresses: readonly string[]): DnsRecord[] {
  const plan = planCommune(declaration, siteOf(siteSchema.parse({})));
  const hosts = publicHosts(plan).flatMap(({ host, service }) =>
    addresses.map(
      (address): DnsRecord => ({
        name: `${host}.`,
        type: isIP(address) === 6 ? "AAAA" : "A",
        value: address,
        reason:
          service === "federation"
            ? "federation: what the commune says of itself. Where its website has this name, let it pass the paths on instead (docs/federation.md)."
            : `${service}: where the ingress controller is reached.`,
      }),
    ),
  );
  const { mail, media, contact } = declaration;
  return [
    ...hosts,
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
      mailDomains.flatMap((domain) => (mail && plan.mail ? domainRecords(domain, plan.mail, mail) : [])),
    ),
  ];
}

/** Records in zone-file form (RFC 1035), each with its reason. */
export function zoneFile(commune: string, records: readonly DnsRecord[]): string {
  const width = Math.max(0, ...records.map(({ name }) => name.length));
  return [
    `; DNS records of ${commune}. Time to live one hour: raise it once everything answers.`,
    ...records.map(
      ({ name, type, value, reason }) =>
        `; ${reason}\n${name.padEnd(width)} 3600 IN ${type.padEnd(5)} ${value}`,
    ),
  ].join("\n");
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
    .option("--json", "print the records as JSON");
  return command.action((id: string, { address, json }: { address: string; json?: true }) => {
    const addresses = address.split(",").map((text) => text.trim());
    for (const text of addresses.filter((text) => isIP(text) === 0)) {
      command.error(`error: "${text}" is not an IPv4 or IPv6 address.`, { exitCode: 2 });
    }
    const loaded = loadCommune(stacks, id);
    if (!loaded.ok) throw loaded.error;
    const { domain } = settingsIn(settingsOf(stacks, id));
    const records = communeRecords(atDomain(loaded.declaration, domain), addresses);
    console.log(json ? JSON.stringify(records, undefined, 2) : zoneFile(id, records));
  });
}
