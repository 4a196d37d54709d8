import { expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { communeRecords, zoneFile } from "../../scripts/dns.ts";

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: {},
  mail: { relay: "smtp.lyon.test" },
  media: { endpoint: "https://s3.lyon.test:3900", bucket: "bron", publicHost: "media.bron.test" },
});

test("every public name has a record for each address, in zone-file form", () => {
  const zone = zoneFile("bron", communeRecords(declaration, ["192.0.2.7", "2001:db8::7"]));
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
  const records = communeRecords({ ...declaration, mail: undefined, media: undefined }, ["192.0.2.7"]);
  expect(records.map(({ name }) => name)).toEqual(["cloud.bron.test.", "bron.test."]);
});
