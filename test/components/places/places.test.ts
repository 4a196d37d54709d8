import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { showProblems } from "../../../components/foundation/declaration/problem.ts";
import { placesFindings, placesRemarks } from "../../../components/places/places/check.ts";
import { loadPlaces } from "../../../components/places/places/load.ts";
import { hoursOn } from "../../../components/places/places/places.ts";
import { fileOf, hotspot, placesFrom, quarter, radioWith, readText, space, square, zone } from "./places.ts";

/** Returns what is wrong with these features, one line each, as `commune check` prints it. */
function problems(...features: unknown[]): string {
  return problemsOf(fileOf(features));
}

function problemsOf(text: string): string {
  const read = readText(text);
  if (!read.ok) return showProblems(read.problems);
  const { positions } = read;
  return showProblems(
    placesFindings(read.declaration).map(({ path, message }) => positions.problem(path, message)),
  );
}

describe("places.geojson", () => {
  test("is read into quarters, hotspots, white zones and spaces", () => {
    const places = placesFrom(quarter(), hotspot(), zone(), space());
    expect(places.quarters).toMatchObject([{ id: "centre", feature: 0, name: "Quartier centre" }]);
    expect(places.hotspots).toMatchObject([
      {
        id: "mairie",
        feature: 1,
        position: [4.88, 45.77],
        height: { metres: 4.5 },
        open: { text: "24/7" },
        radios: [
          { band: "2.4 GHz", channel: 6, power: { value: 12 }, gain: { value: 3 }, loss: { value: 0.5 } },
        ],
      },
    ]);
    expect(places.zones).toMatchObject([{ threshold: { value: -70 }, schedule: { text: "24/7" } }]);
    expect(places.spaces).toMatchObject([{ id: "rize", quarter: "centre" }]);
  });

  test("may come from a geographic information system: empty columns, a name, a box, a height", () => {
    const point = hotspot({ threshold: null, reason: null, quiet: null }, [4.88, 45.77, 170]);
    const text = JSON.stringify({
      type: "FeatureCollection",
      name: "places",
      crs: { type: "name", properties: { name: "urn:ogc:def:crs:OGC:1.3:CRS84" } },
      features: [{ ...quarter(), bbox: [4.87, 45.76, 4.89, 45.78] }, point],
    });
    expect(problemsOf(text)).toBe("");
  });

  test("has all its problems told at once, each with its line, column and place", () => {
    const text = fileOf([
      quarter(),
      hotspot({ opens: "24/7", power: "20 dBm", radios: [radioWith({ power: "20" })] }),
      { ...zone(), properties: { kind: "white-zon", name: "Calme" } },
      space({ quarter: "centr" }),
    ]);
    const lines = problemsOf(text).split("\n");
    expect(lines).toHaveLength(4);
    const [power, misspelt, unknown, kind] = lines;
    expect(power).toMatch(
      /^places\.geojson:\d+:22 +features\[1\]\.properties\.radios\[0\]\.power: \(mairie\) "20" has no unit\. Write "20 dBm"\./,
    );
    expect(misspelt).toMatch(/opens: \(mairie\) unknown field\. Did you mean "open"\?/);
    expect(unknown).toMatch(/power: \(mairie\) unknown field\. Allowed here: kind, name, quarter/);
    expect(kind).toMatch(/\(calme\) "white-zon" is no kind of place\. Did you mean "white-zone"\?/);
    const row = text.split("\n")[Number(/:(\d+):/.exec(power ?? "")?.[1]) - 1];
    expect(row).toContain('"power": "20"');
  });

  test.each([
    ["no number and unit", { power: "strong" }, '"strong" is not a number and the unit dBm.'],
    ["a power in watts", { power: "100 mW" }, 'is a power in watts. Write "20 dBm".'],
    ["the wrong unit", { gain: "3 dBm" }, '"3 dBm" is not in dBi.'],
    ["another spelling", { gain: "+3.0 dBi" }, 'is not the usual spelling. Write "3 dBi".'],
    ["too much", { power: "40 dBm" }, "is out of the limits (from 0 dBm to 36 dBm)."],
    ["an unknown band", { band: "2,4 GHz" }, 'is not a choice here. Did you mean "2.4 GHz"?'],
    ["a bare number", { power: 20 }, '20 has no unit. Write a power such as "14 dBm".'],
  ])("refuses %s", (_, radio, message) => {
    expect(problems(quarter(), hotspot({ radios: [radioWith(radio)] }))).toContain(message);
  });

  test.each([
    ["no hours", { open: "toujours" }, '"toujours" is not a list of opening hours'],
    ["French days", { open: "Lu-Ve 8:00-18:00" }, 'is not the usual spelling. Write "Mo-Fr 08:00-18:00".'],
    ["holidays", { open: "Mo-Fr 08:00-18:00; PH off" }, "is not the same every week"],
    ["an open end", { open: "Mo-Fr 08:00+" }, "is not certain"],
    ["all hours by another name", { open: "Mo-Su 00:00-24:00" }, 'Write "24/7".'],
    [
      "quiet hours at a 24/7 point",
      { quiet: "Mo-Su 22:00-24:00" },
      "makes a point that is open 24/7 unreachable",
    ],
    [
      "quiet hours while closed",
      { open: "Mo 08:00-10:00", quiet: "Tu 08:00-10:00" },
      "has no minute within its hours",
    ],
    [
      "another quarter",
      { quarter: "gratte-ciel" },
      '"gratte-ciel" is no quarter here. Did you mean "centre"?',
    ],
    ["no board name", { model: "EAP225" }, "is not a board name"],
    ["no UUID", { uuid: "5F3C1B1E8A53" }, "is not a UUID in lower case"],
    ["no radio", { radios: [] }, "is empty. Write a radio."],
    [
      "two radios of one band",
      { radios: [radioWith({}), radioWith({ channel: 1 })] },
      "is a second radio at 2.4 GHz",
    ],
    ["a height without unit", { height: 4.5 }, '4.5 has no unit. Write a length such as "4.5 m".'],
  ])("refuses %s", (_, properties, message) => {
    expect(problems(quarter(), hotspot(properties))).toContain(message);
  });

  test.each([
    ["latitude first", hotspot({}, [45.77, 4.88]), "longitude comes first, [4.88, 45.77]"],
    ["no position", hotspot({}, [4.88]), "is no position"],
    ["degrees that do not exist", hotspot({}, [4.88, 95]), "from -90 to 90"],
    ["a point outside", hotspot({}, [5.2, 45.77]), 'is outside every quarter. Move it into "centre".'],
    ["an open ring", zone({}, [square(4.884, 45.774, 0.001).slice(0, 4)]), "is not closed"],
    [
      "a ring of two",
      zone({}, [
        [
          [4.884, 45.774],
          [4.885, 45.774],
          [4.884, 45.774],
        ],
      ]),
      "is no ring",
    ],
    [
      "a bow tie",
      zone({}, [
        [
          [4.884, 45.774],
          [4.886, 45.776],
          [4.886, 45.774],
          [4.884, 45.776],
          [4.884, 45.774],
        ],
      ]),
      "its outline crosses itself at [4.885, 45.775]",
    ],
    ["a zone outside", zone({}, [square(5.2, 45.774, 0.001)]), "is outside every quarter"],
    [
      "hours at a crèche",
      zone({ reason: "creche", schedule: "Mo-Fr 07:00-19:00" }),
      "The law has no hours for crèches",
    ],
    [
      "a point for a zone",
      { ...zone(), geometry: { type: "Point", coordinates: [4.88, 45.77] } },
      '"Point" is no area',
    ],
    ["a number for an id", { ...hotspot(), id: 7 }, "7 is a number. Write the id of a place in quotes"],
  ])("refuses %s", (_, feature, message) => {
    expect(problems(quarter(), feature)).toContain(message);
  });

  test("refuses an id or a device that is there twice", () => {
    const found = problems(quarter(), hotspot(), hotspot({}, [4.881, 45.771]));
    expect(found).toContain("(mairie) is the id of another feature");
    expect(found).toContain('(mairie) is the identity of "mairie" already');
  });

  test.each([
    ["a comma too many", '{"type": "FeatureCollection", "features": [],}', "1:46"],
    ["a comment", '{"type": "FeatureCollection", // here\n "features": []}', "1:31"],
    ["a name twice", '{"type": "FeatureCollection", "features": [], "type": "x"}', "1:47"],
    [
      "another coordinate system",
      '{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features":[]}',
      "1:71",
    ],
    ["one feature alone", '{"type":"Feature","features":[]}', "1:9"],
    ["nothing", "", "1:1"],
    ["brackets without end", "[".repeat(200_000), "1:41"],
    ["brackets in each other", `${"[".repeat(3000)}${"]".repeat(3000)}`, "1:41"],
  ])("refuses %s where it stands", (_, text, place) => {
    expect(problemsOf(text)).toContain(`places.geojson:${place} `);
  });

  test("keeps rings that go round the wrong way, and says so", () => {
    const places = placesFrom(quarter("centre", [square(4.87, 45.76, 0.02).reverse()]));
    expect(placesRemarks(places).map(({ message }) => message)).toEqual([
      expect.stringContaining("(centre) a ring goes round the other way"),
    ]);
    expect(placesRemarks(placesFrom(quarter()))).toEqual([]);
  });

  test("lies beside commune.yaml, or is absent", () => {
    const folder = mkdtempSync(join(tmpdir(), "stacks-"));
    expect(loadPlaces(folder, "bron")).toBeUndefined();
    mkdirSync(join(folder, "bron"));
    writeFileSync(join(folder, "bron", "places.geojson"), fileOf([quarter(), hotspot()]));
    expect(loadPlaces(folder, "bron")).toMatchObject({ ok: true, remarks: [] });
    rmSync(folder, { recursive: true });
  });
});

test("a hotspot is on when it is open and not quiet, over the end of the week too", () => {
  const { hotspots } = placesFrom(
    quarter(),
    hotspot({ open: "Sa-Su 20:00-02:00", quiet: "Su 23:00-24:00; Mo 00:00-01:00" }),
  );
  const hour = (span: { from: number; to: number }) => [span.from / 60, span.to / 60];
  expect(hotspots.flatMap((point) => hoursOn(point).map(hour))).toEqual([
    [1, 2],
    [140, 146],
    [164, 167],
  ]);
});
