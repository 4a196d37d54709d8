import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { hotspotsDeployment, quarterConfigMaps } from "../../../components/places/hotspots/manifests.ts";
import { hotspotsProblems } from "../../../components/places/hotspots/plan.ts";
import { planOf, points } from "../../programs/hotspots/mounted.ts";
import { hotspot, placesFrom, quarter, radioWith, square } from "./places.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};

function messages(hotspots: object): string[] {
  const read = communeSchema.safeParse({ ...bron, hotspots });
  return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

describe("the section hotspots", () => {
  test("needs nothing", () => {
    expect(messages({})).toEqual([]);
  });

  test.each([
    [{ network: "L'Haÿ" }, `hotspots.network: "L'Haÿ" has a quote or a backslash. Write "L’Haÿ".`],
    [
      { network: "é".repeat(15) },
      `hotspots.network: "${"é".repeat(15)}" takes 30 bytes, and 28 is the most. Write a name such as "Villeurbanne Wi-Fi".`,
    ],
    [{ network: "a  b" }, 'hotspots.network: "a  b" has more spaces than it shows. Write "a b".'],
    [
      { resolvers: ["fdn.fr"] },
      'hotspots.resolvers.0: "fdn.fr" is not an IP address. Write an IP address such as "80.67.169.12".',
    ],
    [
      { resolvers: ["2001:0910:800::12"] },
      'hotspots.resolvers.0: "2001:0910:800::12" is not in its plain spelling. Write "2001:910:800::12".',
    ],
    [{ languages: [] }, "hotspots.languages: is too short. Write at least 1 of the languages."],
  ])("refuses %j with what to write", (section, message) => {
    expect(messages(section)).toEqual([message]);
  });

  test("needs a first quarter that exists, and quarters that can be served", () => {
    const places = points(1);
    const section = (fields: object) => communeSchema.parse({ ...bron, hotspots: fields });
    const told = (fields: object, where: Parameters<typeof hotspotsProblems>[1]) =>
      hotspotsProblems(section(fields), where).map(({ field, message }) => `${field.join(".")}: ${message}`);
    expect(told({}, places)).toEqual([]);
    expect(hotspotsProblems(communeSchema.parse(bron), undefined)).toEqual([]);
    // The server stays for the last points that were taken out, until they are silent.
    expect(told({}, undefined)).toEqual([]);
    expect(told({ rollout: { firstQuarter: "nord" } }, undefined)).toEqual([
      'hotspots.rollout.firstQuarter: "nord" is no quarter of places.geojson. It has none: take this line out.',
    ]);
    expect(told({ rollout: { firstQuarter: "nord" } }, places)).toEqual([
      'hotspots.rollout.firstQuarter: "nord" is no quarter of places.geojson. Write one of them: centre, terraillon.',
    ]);
    const crowded = { ...places, hotspots: Array.from({ length: 602 }, () => places.hotspots).flat() };
    expect(told({}, crowded)[0]).toContain('"centre" has 602 points, and 300 of one quarter can be served.');
  });
});

describe("a plan", () => {
  const place = placesFrom(
    quarter("centre", [square(4.87, 45.76, 0.02)]),
    hotspot({
      open: "Mo-Fr 08:00-18:00",
      quiet: "Mo-Fr 12:00-14:00",
      radios: [radioWith({ power: "12.9 dBm" }), radioWith({ band: "5 GHz", channel: 100, width: "40 MHz" })],
    }),
  );
  const own = (section: object = {}) => planOf(place, section).points[0]?.own ?? "";

  test("never rounds a power up, and knows when a point is to be silent", () => {
    expect(own()).toContain("option txpower '12'");
    expect(own()).toContain("option htmode 'HE40'");
    expect(own()).toContain("list period '12345,1200,1400,radio0,off'");
    expect(own()).toContain("list period '12345,0000,0800,radio1,off'");
    expect(own({ quietHours: "Mo-Fr 17:00-18:00" })).toContain("list period '12345,1700,1800,radio0,6'");
  });

  test("lets antennas send one beam only where that was counted", () => {
    const beams = (radio: Record<string, unknown>) => {
      const [point] = planOf(placesFrom(quarter(), hotspot({ radios: [radioWith(radio)] }))).points;
      return ["su", "mu", "he_su", "he_mu"].map((each) =>
        (point?.own ?? "")
          .match(new RegExp(`option ${each}_beamformer '.'`, "g"))
          ?.map((line) => line.at(-2)),
      );
    };
    expect(beams({})).toEqual(Array(4).fill(["0", "0"]));
    expect(beams({ beamforming: "3 dB" })).toEqual(Array(4).fill(["1", "0"]));
  });

  test("names the network after the commune, in as many bytes as a network's name has", () => {
    expect(own()).toContain("option ssid 'Bron Wi-Fi'");
    const long = { id: "x", insee: "97411", domain: "x.test", name: "Saint-Étienne-de-l'Île-du-Milieu" };
    const plan = planOf(place, {}, long);
    const [, ssid = ""] = /option ssid '(.*)'/.exec(plan.points[0]?.own ?? "") ?? [];
    expect(ssid).toMatch(/^Saint-Étienne.* Wi-Fi$/);
    expect(Buffer.byteLength(ssid)).toBeLessThanOrEqual(28);
    expect(plan.points[0]?.own).toContain("option zonename 'Indian/Reunion'");
  });

  test("changes what a change concerns, and nothing else", () => {
    const all = planOf(points(2));
    const louder = planOf(
      points(2, (index) => (index === 1 ? { radios: [radioWith({ power: "13 dBm" })] } : {})),
    );
    const changed = all.points.filter(({ lines }, index) => lines !== louder.points[index]?.lines);
    expect(changed.map(({ uuid }) => uuid)).toEqual([all.points[1]?.uuid]);
  });
});

describe("the objects", () => {
  test("hold each point in its quarter's ConfigMap, far below what one holds", () => {
    const plan = planOf(points(300));
    const maps = quarterConfigMaps(plan);
    expect(maps.map(({ metadata }) => metadata.name)).toEqual([
      "hotspots-in-centre",
      "hotspots-in-terraillon",
    ]);
    for (const map of maps) {
      expect(Object.keys(map.data)).toHaveLength(300);
      expect(JSON.stringify(map).length).toBeLessThan(1024 * 1024 * 0.9);
    }
  });

  test("restart the server when a point changes, and when what is as before has another serial", () => {
    const annotations = (power: string, serial = "1") => {
      const plan = planOf(points(1, () => ({ radios: [radioWith({ power })] })));
      const { metadata } = hotspotsDeployment(plan, "program", [], serial).spec.template as {
        metadata: { annotations: object };
      };
      return metadata.annotations;
    };
    expect(annotations("9 dBm")).not.toEqual(annotations("10 dBm"));
    expect(annotations("9 dBm")).toEqual(annotations("9 dBm"));
    expect(annotations("9 dBm")).not.toEqual(annotations("9 dBm", "2"));
  });
});
