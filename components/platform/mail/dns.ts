import type * as z from "zod";
import type { mailSection } from "./declaration.ts";
import type { Mail } from "./plan.ts";

/** One record of a zone file. Names are absolute, with their final dot. */
export interface DnsRecord {
  name: string;
  type: "A" | "AAAA" | "CNAME" | "MX" | "TXT";
  /** As a zone file writes it (RFC 1035, section 5). */
  value: string;
  /** Reason of the record, in one line. */
  reason: string;
}

/**
 * The records by which receivers recognise the commune's mail: who may send it (SPF, RFC 7208), the relay's
 * signature (DKIM, RFC 6376), and what to do with mail that is neither (DMARC, RFC 7489).
 */
export function mailRecords(mail: Mail, section: z.output<typeof mailSection>, contact: string): DnsRecord[] {
  const domain = mail.from.slice(mail.from.indexOf("@") + 1);
  const senders = [mail.host, ...section.senders].map((host) => `a:${host}`).join(" ");
  return [
    {
      name: `${domain}.`,
      type: "TXT",
      value: textValue(`v=spf1 ${senders} ~all`),
      reason: "SPF: hosts that send for the domain. A domain has one such record: merge it with yours.",
    },
    ...(section.dkim === undefined
      ? []
      : [
          {
            name: `${section.dkim.selector}._domainkey.${domain}.`,
            type: "TXT" as const,
            value: textValue(`v=DKIM1; p=${section.dkim.publicKey}`),
            reason: "DKIM: the key of the relay's signature.",
          },
        ]),
    {
      name: `_dmarc.${domain}.`,
      type: "TXT",
      value: textValue(`v=DMARC1; p=quarantine; rua=mailto:${contact}`),
      reason:
        "DMARC: mail that fails both is set apart, and reported to the contact. A domain has one such record: keep yours.",
    },
  ];
}

/** The records of another domain that mail is taken for and written from, by the same relay. */
export function domainRecords(
  domain: string,
  mail: Pick<Mail, "host">,
  section: Pick<z.output<typeof mailSection>, "senders">,
): DnsRecord[] {
  const senders = [mail.host, ...section.senders].map((host) => `a:${host}`).join(" ");
  return [
    {
      name: `${domain}.`,
      type: "MX",
      value: `10 ${mail.host}.`,
      reason: "mail for the lists of an association, to the relay; or to whichever server of yours takes it.",
    },
    {
      name: `${domain}.`,
      type: "TXT",
      value: textValue(`v=spf1 ${senders} ~all`),
      reason: "SPF: hosts that send for these lists.",
    },
  ];
}

/** A text as a zone file writes it: strings of at most 255 bytes, quoted, with quotes and backslashes escaped. */
export function textValue(text: string): string {
  const strings = Buffer.from(text)
    .toString("latin1")
    .match(/.{1,255}/gs) ?? [""];
  return strings.map((part) => `"${part.replace(/["\\]/g, "\\$&")}"`).join(" ");
}
