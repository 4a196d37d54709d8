import { describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { communeRecords, zoneFile } from "../../scripts/dns.ts";

const address = ["192.0.2.7"];

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  website: "https://www.ville-de-bron.test",
  nextcloud: {},
  mail: { relay: "smtp.lyon.test" },
  media: { endpoint: "https://s3.lyon.test:3900", bucket: "bron", publicHost: "media.bron.test" },
});

test("every public name has a record for each address, in zone-file form", () => {
  const zone = zoneFile("bron", communeRecords(declaration, [...address, "2001:db8::7"]));
  const lines = zone.split("\n").filter((line) => !line.startsWith(";"));
  expect(lines.map((line) => line.replace(/ +/g, " "))).toEqual([
    "cloud.bron.test. 3600 IN A 192.0.2.7",
    "cloud.bron.test. 3600 IN AAAA 2001:db8::7",
    "bron.test. 3600 IN A 192.0.2.7",
    "bron.test. 3600 IN AAAA 2001:db8::7",
    "media.bron.test. 3600 IN CNAME s3.lyon.test.",
    'bron.test. 3600 IN TXT "v=spf1 a:smtp.lyon.test ~all"',
    '_dmarc.bron.test. 3600 IN TXT "v=DMARC1; p=quarantine; rua=mailto:numerique@bron.test"',
  ]);
});

test("a commune without mail or media has records for its services alone", () => {
  const { published } = communeRecords({ ...declaration, mail: undefined, media: undefined }, address);
  expect(published.map(({ name }) => name)).toEqual(["cloud.bron.test.", "bron.test."]);
});

describe("the domain itself", () => {
  const at = (website: string | undefined) => ({ ...declaration, mail: undefined, website });
  const names = (website: string | undefined) =>
    communeRecords(at(website), address).published.map(({ name }) => name);

  test.each([
    [undefined, "nothing says whether a website is there"],
    ["https://bron.test/accueil", "the commune's website is there"],
    ["https://www.bron.test", "www.bron.test is the commune's website, and bron.test usually leads to it"],
  ])("is not led away from a website that is, or may be, there: %s", (website, reason) => {
    expect(names(website)).toEqual(["cloud.bron.test.", "media.bron.test."]);
    const records = communeRecords(at(website), address);
    expect(records.held).toMatchObject([{ name: "bron.test.", type: "A", reason }]);
    const zone = zoneFile("bron", records);
    expect(zone).toContain("; bron.test.       3600 IN A     192.0.2.7");
    expect(zone).toContain(reason);
    expect(zone).toContain("--lead-domain");
  });

  test.each(["https://www.ville-de-bron.test", "https://bron.example"])(
    "is led to the cluster if the website is elsewhere: %s",
    (website) => expect(names(website)).toContain("bron.test."),
  );

  test("is led there if that is asked for", () => {
    const { published, held } = communeRecords(at("https://bron.test"), address, { leadDomain: true });
    expect(published.map(({ name }) => name)).toContain("bron.test.");
    expect(held).toEqual([]);
  });

  test("below the town's own is the cloud's: its website is elsewhere", () => {
    const below = { ...at("https://www.bron.test"), domain: "nuage.bron.test" };
    expect(communeRecords(below, address).held).toEqual([]);
  });
});
