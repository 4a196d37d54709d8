import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCommune } from "../../../components/commune/load.ts";
import { checkout } from "../../../local/paths.ts";
import type { Written } from "./places.ts";

const original = join(checkout, "stacks", "villeurbanne");
const file = readFileSync(join(original, "places.geojson"), "utf8");
const stacks = mkdtempSync(join(tmpdir(), "stacks-"));

beforeAll(() => {
  cpSync(join(checkout, "stacks", "federation.yaml"), join(stacks, "federation.yaml"));
  cpSync(original, join(stacks, "villeurbanne"), { recursive: true });
});
afterAll(() => rmSync(stacks, { recursive: true }));

/** Returns what the loader says of Villeurbanne after a change of its places. */
function loadedWith(change: (feature: (id: string) => Written) => void): string {
  const collection: { features: Written[] } = JSON.parse(file);
  change((id) => {
    const found = collection.features.find((feature) => feature.id === id);
    if (!found) throw new Error(`${id} is not there`);
    return found;
  });
  writeFileSync(join(stacks, "villeurbanne", "places.geojson"), JSON.stringify(collection, undefined, 2));
  const loaded = loadCommune(stacks, "villeurbanne");
  return loaded.ok ? "valid" : loaded.error.message;
}

function radios(feature: Written): Record<string, unknown>[] {
  return feature.properties.radios as Record<string, unknown>[];
}

test("Villeurbanne has at least 40 hotspots, 6 white zones, 2 spaces, and is valid", () => {
  const features: Written[] = JSON.parse(file).features;
  const count = (kind: string) => features.filter(({ properties }) => properties.kind === kind).length;
  expect(count("hotspot")).toBeGreaterThanOrEqual(40);
  expect(count("white-zone")).toBeGreaterThanOrEqual(6);
  expect(count("space")).toBeGreaterThanOrEqual(2);
  expect(loadedWith(() => undefined)).toBe("valid");
});

test.each<[string, (feature: (id: string) => Written) => void, RegExp]>([
  [
    "an indoor channel in a square",
    (feature) => Object.assign(radios(feature("place-des-brosses"))[0] ?? {}, { band: "5 GHz", channel: 44 }),
    /\(place-des-brosses\) 44 at 5 GHz.*may only be used indoors\. Allowed outdoor: 100, 104/,
  ],
  [
    "a channel that France does not have",
    (feature) => Object.assign(radios(feature("place-cyprian"))[0] ?? {}, { channel: 14 }),
    /\(place-cyprian\) 14 at 2\.4 GHz, 20 MHz wide, is not a channel that the law knows\. Allowed outdoor: 1, 2, 3/,
  ],
  [
    "more than 100 mW",
    (feature) => Object.assign(radios(feature("place-grandclement"))[0] ?? {}, { power: "20 dBm" }),
    /\(place-grandclement\) 20 dBm and 3 dBi less 0\.5 dB are 22\.5 dBm sent; .* It complies with power at most 17 dBm\./,
  ],
  [
    "only radar channels at a 24/7 point",
    (feature) => Object.assign(radios(feature("place-cyprian"))[0] ?? {}, { band: "5 GHz", channel: 100 }),
    /\(place-cyprian\) is open 24\/7 on channels that radars interrupt only\. Add a radio at 2\.4 GHz/,
  ],
  [
    "a point beside a crèche",
    (feature) => {
      feature("parvis-du-cco").geometry.coordinates = [4.8637, 45.7846];
    },
    /\(parvis-du-cco\) brings -\d+\.\d dBm into white zone "creche-tonkin" at worst.* It complies with .*at \[4\.8\d+, 45\.7\d+\], \d+ m away/,
  ],
  [
    "two points beside a residence, each of which may be there alone",
    (feature) => {
      feature("place-des-brosses").geometry.coordinates = [4.8905, 45.77625];
    },
    /\(place-des-brosses\) brings -63\.\d dBm into white zone "ehpad-camille-claudel" at worst, all hotspots together -60\.\d dBm; -62 dBm is its most\. It complies with one of: power at most 11 dBm/,
  ],
  [
    "a point beside a classroom, open on Tuesday at 10:00",
    (feature) => {
      const point = feature("avenue-henri-barbusse");
      point.geometry.coordinates = [4.8785, 45.7755];
      point.properties.open = "Mo-Fr 08:00-22:00";
    },
    /into white zone "ecole-jules-ferry" on .* It complies with .*"quiet": "Mo-Tu,Th-Fr 08:20-16:30"/,
  ],
  [
    "a quarter without a 24/7 point",
    (feature) => {
      feature("place-des-maisons-neuves").properties.open = "Mo-Su 07:00-22:00";
    },
    /\(ferrandiere\) has no point that is open 24\/7\. Write "open": "24\/7" at one of place-des-maisons-neuves, /,
  ],
  [
    "two points on one channel in one street",
    (feature) => {
      const [one, other] = [feature("place-lazare-goujon"), feature("place-des-brosses")];
      const [longitude = 0, latitude = 0] = one.geometry.coordinates as number[];
      other.geometry.coordinates = [longitude + 0.0001, latitude];
      other.properties.quarter = "gratte-ciel";
      Object.assign(radios(other)[0] ?? {}, { channel: radios(one)[0]?.channel });
    },
    /\(place-des-brosses\) \d+ at 2\.4 GHz has frequencies in common with "place-lazare-goujon".* Free here: \d+/,
  ],
  [
    "quiet hours at a 24/7 point",
    (feature) => {
      feature("place-cyprian").properties.quiet = "Mo-Su 22:00-24:00";
    },
    /\(place-cyprian\) "Mo-Su 22:00-24:00" makes a point that is open 24\/7 unreachable\. Leave it out/,
  ],
  [
    "one device at two places",
    (feature) => {
      feature("place-cyprian").properties.uuid = feature("place-saint-jean").properties.uuid;
    },
    /\(place-cyprian\) is the identity of "place-saint-jean" already\. Each device has its own: uuidgen prints one\./,
  ],
  [
    "latitude first",
    (feature) => {
      feature("place-cyprian").geometry.coordinates = [45.768049, 4.897862];
    },
    /\(place-cyprian\) \[45\.768049, 4\.897862\] is 6013 km from .*Longitude comes first in GeoJSON, and its axes are swapped here: write \[4\.897862, 45\.768049\]\./,
  ],
  [
    "a power without its unit",
    (feature) => Object.assign(radios(feature("place-cyprian"))[0] ?? {}, { power: 14 }),
    /\(place-cyprian\) 14 has no unit\. Write a power such as "14 dBm"\./,
  ],
  [
    "a crèche with hours",
    (feature) => {
      feature("creche-tonkin").properties.schedule = "Mo-Fr 07:30-18:30";
    },
    /\(creche-tonkin\) "Mo-Fr 07:30-18:30" is not always\. The law has no hours for crèches/,
  ],
  [
    "a point in another quarter than it says",
    (feature) => {
      feature("place-cyprian").properties.quarter = "gratte-ciel";
    },
    /\(place-cyprian\) "gratte-ciel" is not where it stands\. Write "cyprian", or move it\./,
  ],
])("Villeurbanne with %s is refused, and told what complies", (_, change, message) => {
  expect(loadedWith(change)).toMatch(message);
});
