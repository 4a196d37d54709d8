import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { loadCommune } from "../../../components/commune/load.ts";
import { kilometresBetween } from "../../../components/places/places/location.ts";
import { placesFor } from "../../../scripts/wifi.ts";
import { fileOf, hotspot, quarter, space, type Written, zone } from "./places.ts";

const stacks = mkdtempSync(join(tmpdir(), "stacks-"));
mkdirSync(join(stacks, "bron"));
afterAll(() => rmSync(stacks, { recursive: true }));

/** Returns what the loader says of a commune with these places. */
function loaded(
  features: readonly Written[],
  { insee = "69029", location = "45.7700, 4.8800" } = {},
): string {
  const declaration = [
    "id: bron",
    "name: Bron",
    `insee: "${insee}"`,
    "domain: bron.test",
    "population: 42000",
    "contact: numerique@bron.test",
    ...(location ? [`location: ${location}`] : []),
  ];
  writeFileSync(join(stacks, "bron", "commune.yaml"), `${declaration.join("\n")}\n`);
  writeFileSync(join(stacks, "bron", "places.geojson"), fileOf(features));
  const read = loadCommune(stacks, "bron");
  return read.ok ? "valid" : read.error.message;
}

/** All positions with latitude first, as a program writes them that takes GeoJSON for something else. */
function turned(feature: Written): Written {
  const turn = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    return typeof value[0] === "number" ? [value[1], value[0]] : value.map(turn);
  };
  return { ...feature, geometry: { ...feature.geometry, coordinates: turn(feature.geometry.coordinates) } };
}

/** All positions some degrees away. */
function shifted(feature: Written, east: number, north: number): Written {
  const move = (value: unknown): unknown => {
    if (!Array.isArray(value)) return value;
    return typeof value[0] === "number" ? [value[0] + east, value[1] + north] : value.map(move);
  };
  return { ...feature, geometry: { ...feature.geometry, coordinates: move(feature.geometry.coordinates) } };
}

const places = [quarter(), hotspot({}, [4.872, 45.762]), zone(), space()];

describe("places", () => {
  test("near the declared location are taken", () => {
    expect(loaded(places)).toBe("valid");
    expect(loaded(places, { location: "" })).toBe("valid");
    // Arles has less than 50 km from one end to the other.
    expect(loaded(places, { location: "45.4000, 4.7000" })).toBe("valid");
  });

  test("with latitude first are refused, each told what to write", () => {
    const message = loaded(places.map(turned));
    expect(message).toMatch(
      /places\.geojson:\d+:\d+ +features\[1\]\.geometry\.coordinates: \(mairie\) \[45\.762, 4\.872\] is 6\d\d\d km from where commune\.yaml says that the commune is \(location: 45\.77, 4\.88\); 50 km are the most\. Longitude comes first in GeoJSON, and its axes are swapped here: write \[4\.872, 45\.762\]\./,
    );
    expect(message).toMatch(
      /\(centre\) \[45\.76, 4\.87\] is .* write \[4\.87, 45\.76\], and every other corner so\./,
    );
    // Nothing else is said of them: all of it follows.
    expect(message).toContain("4 problems");
    // Also by the verbs that read places alone.
    expect(() => placesFor(new Command(), stacks, "bron")).toThrow("its axes are swapped here");
    expect(loaded(places.map(turned), { location: "" })).toMatch(
      /\(mairie\) \[45\.762, 4\.872\] is outside of metropolitan France, where commune\.yaml says that the commune is \(insee: "69029"\)\. Longitude comes first/,
    );
  });

  test.each([
    ["Québec", -76, 1, /is 5\d\d\d km from .* Move it into the commune, or correct commune\.yaml\./],
    ["a pole", 0, 44, /\[4\.87, 89\.76\] is nearer to a pole than any commune/],
    ["the next department", 1, 0, /is 7\d km from/],
  ])("in %s are refused", (_, east, north, message) => {
    const message_ = loaded(places.map((feature) => shifted(feature, east, north)));
    expect(message_).toMatch(message);
    expect(message_).toContain("4 problems");
  });

  test("of a commune overseas may be farther, and on either side of the antimeridian", () => {
    const guyane = places.map((feature) => shifted(feature, -58.5, -42));
    expect(loaded(guyane, { insee: "97353", location: "2.6000, -54.0000" })).toBe("valid");
    expect(loaded(guyane, { insee: "97353", location: "-12.0000, -54.0000" })).toContain(
      "300 km are the most",
    );
    const date = places.map((feature) => shifted(feature, 175.1, -62));
    expect(loaded(date, { insee: "98611", location: "-16.2300, -179.9900" })).toBe("valid");
  });
});

test("kilometres are those of the chord between two positions in space", () => {
  const vector = ([x = 0, y = 0]: readonly number[]) => {
    const [longitude, latitude] = [(x * Math.PI) / 180, (y * Math.PI) / 180];
    return [
      Math.cos(latitude) * Math.cos(longitude),
      Math.cos(latitude) * Math.sin(longitude),
      Math.sin(latitude),
    ] as const;
  };
  const position = fc.tuple(
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: -90, max: 90, noNaN: true }),
  );
  fc.assert(
    fc.property(position, position, (one, other) => {
      const [[a, b, c], [x, y, z]] = [vector(one), vector(other)];
      const chord = Math.hypot(a - x, b - y, c - z);
      expect(kilometresBetween(one, other)).toBeCloseTo(2 * 6371.0088 * Math.asin(Math.min(1, chord / 2)), 1);
    }),
    { seed: 69_266 },
  );
});
