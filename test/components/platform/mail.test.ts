import { describe, expect, test } from "vitest";
import { mailSection } from "../../../components/platform/mail/declaration.ts";
import { mailRecords, textValue } from "../../../components/platform/mail/dns.ts";
import { planMail } from "../../../components/platform/mail/plan.ts";

const declared = (more: object) => mailSection.parse({ relay: "smtp.lyon.test", ...more });

describe("mail", () => {
  test("is sent by nobody when nothing is declared", () =>
    expect(planMail(undefined, "bron.test")).toBe(undefined));

  test("has a sender in the commune's domain by default", () => {
    expect(planMail(declared({}), "bron.test")).toEqual({
      from: "ne-pas-repondre@bron.test",
      host: "smtp.lyon.test",
      port: 587,
      encryption: "starttls",
      user: undefined,
    });
  });
});

describe("its DNS records", () => {
  const records = (more: object) => {
    const mail = planMail(declared(more), "bron.test");
    if (mail === undefined) throw new Error("no mail was planned");
    return mailRecords(mail, declared(more), "numerique@bron.test").map(
      ({ name, value }) => `${name} ${value}`,
    );
  };

  test("name the relay, every other sender and the contact", () => {
    expect(records({ senders: ["relais.bron.test"] })).toEqual([
      'bron.test. "v=spf1 a:smtp.lyon.test a:relais.bron.test ~all"',
      '_dmarc.bron.test. "v=DMARC1; p=quarantine; rua=mailto:numerique@bron.test"',
    ]);
  });

  test("stand at the domain of the sender, and carry the relay's key", () => {
    expect(
      records({ from: "nuage@mairie.bron.test", dkim: { selector: "nuage2026", publicKey: "AAAA" } }),
    ).toContain('nuage2026._domainkey.mairie.bron.test. "v=DKIM1; p=AAAA"');
  });

  test("split long texts into strings of at most 255 bytes, without losing one", () => {
    const text = `v=DKIM1; p=${"A".repeat(400)}`;
    const strings = textValue(text).slice(1, -1).split('" "');
    expect(strings.map(({ length }) => length)).toEqual([255, text.length - 255]);
    expect(strings.join("")).toBe(text);
  });

  test("cannot be broken out of by a quote", () => expect(textValue('a"b\\')).toBe('"a\\"b\\\\"'));
});
