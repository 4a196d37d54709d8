import { json } from "../../../components/foundation/declaration/json.ts";
import { type Loaded, readBytes } from "../../../components/foundation/declaration/load.ts";
import { placesFindings } from "../../../components/places/places/check.ts";
import type { Places } from "../../../components/places/places/places.ts";
import { readPlaces } from "../../../components/places/places/read.ts";

/** A square with its corner at `west`, `south`, counterclockwise. */
export function square(west: number, south: number, side: number): number[][] {
  return [
    [west, south],
    [west + side, south],
    [west + side, south + side],
    [west, south + side],
    [west, south],
  ];
}

/** A feature as written in a file. */
export interface Written {
  type: string;
  id: string;
  geometry: { type: string; coordinates: unknown };
  properties: Record<string, unknown>;
}

export function quarter(id = "centre", coordinates: unknown = [square(4.87, 45.76, 0.02)]): Written {
  return {
    type: "Feature",
    id,
    geometry: { type: "Polygon", coordinates },
    properties: { kind: "quarter", name: `Quartier ${id}` },
  };
}

const radio = {
  band: "2.4 GHz",
  channel: 6,
  width: "20 MHz",
  power: "12 dBm",
  gain: "3 dBi",
  loss: "0.5 dB",
};

export function hotspot(
  properties: Record<string, unknown> = {},
  coordinates: unknown = [4.88, 45.77],
  id = "mairie",
): Written {
  // A UUID that differs with the id, so that two points do not clash by accident.
  const digits = Buffer.from(id).toString("hex").padStart(12, "0").slice(-12);
  return {
    type: "Feature",
    id,
    geometry: { type: "Point", coordinates },
    properties: {
      kind: "hotspot",
      name: "Mairie",
      quarter: "centre",
      uuid: `5f3c1b1e-8a53-4f5e-9d0b-${digits}`,
      model: "tplink,eap225-outdoor-v3",
      setting: "outdoor",
      height: "4.5 m",
      open: "24/7",
      radios: [radio],
      ...properties,
    },
  };
}

/** The usual radio with other fields. */
export function radioWith(fields: Record<string, unknown>): Record<string, unknown> {
  return { ...radio, ...fields };
}

export function zone(
  properties: Record<string, unknown> = {},
  coordinates: unknown = [square(4.884, 45.774, 0.001)],
  id = "calme",
): Written {
  return {
    type: "Feature",
    id,
    geometry: { type: "Polygon", coordinates },
    properties: {
      kind: "white-zone",
      name: "Îlot calme",
      reason: "residents",
      threshold: "-70 dBm",
      ...properties,
    },
  };
}

export function space(properties: Record<string, unknown> = {}): Written {
  return {
    type: "Feature",
    id: "rize",
    geometry: { type: "Point", coordinates: [4.881, 45.771] },
    properties: { kind: "space", name: "Le Rize", quarter: "centre", ...properties },
  };
}

/** The text of a file with these features, as a program writes it. */
export function fileOf(features: readonly unknown[]): string {
  return JSON.stringify({ type: "FeatureCollection", features }, undefined, 2);
}

export function readText(text: string): Loaded<Places> {
  return readBytes("places.geojson", Buffer.from(text), json, readPlaces);
}

/** The places of these features. Throws when they are not sound. */
export function placesFrom(...features: readonly Written[]): Places {
  const read = readText(fileOf(features));
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join("\n"));
  const findings = placesFindings(read.declaration);
  if (findings.length > 0) throw new Error(findings.map(({ message }) => message).join("\n"));
  return read.declaration;
}
