import type { Position } from "geojson";
import type { Coordinates } from "../../foundation/declaration/coordinates.ts";
import type { Area } from "./area.ts";
import { at, type PlaceProblem, showPosition } from "./finding.ts";
import { metresPerDegree } from "./outlines.ts";
import type { Placed, Places } from "./places.ts";

/** Fields of a commune that say where its places can be. */
export interface Whereabouts {
  insee: string;
  location?: Coordinates | undefined;
}

/**
 * Greatest distances of a place from `location`, in kilometres: the largest commune of metropolitan France (Arles) has
 * less than 50 km from one end to the other, Guyane's have 300.
 */
const [farthest, farthestOverseas] = [50, 300];

/** Metropolitan France with its islands: west, south, east, north. In degrees. */
const metropolitan = [-5.3, 41.2, 9.7, 51.2] as const;

/** Nearer to a pole, a map that is flat is none. In degrees. */
const northmost = 85;

const isOverseas = ({ insee }: Whereabouts) => /^9[78]/.test(insee);

/** Kilometres between two positions, the way a bird flies (haversine, on a ball). */
export function kilometresBetween([x0 = 0, y0 = 0]: Position, [x1 = 0, y1 = 0]: Position): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (degrees: number) => Math.sin(radians(degrees) / 2) ** 2;
  const chord = half(y1 - y0) + Math.cos(radians(y0)) * Math.cos(radians(y1)) * half(x1 - x0);
  return (2 * Math.asin(Math.min(1, Math.sqrt(chord))) * 180 * metresPerDegree) / Math.PI / 1000;
}

/** Returns why a position cannot be in a commune; undefined if it can. */
function fault(position: Position, commune: Whereabouts | undefined): string | undefined {
  const [x = 0, y = 0] = position;
  if (Math.abs(y) > northmost) return "is nearer to a pole than any commune";
  if (commune?.location) {
    const { latitude, longitude } = commune.location;
    const most = isOverseas(commune) ? farthestOverseas : farthest;
    const kilometres = kilometresBetween(position, [longitude, latitude]);
    if (kilometres <= most) return undefined;
    return `is ${Math.round(kilometres)} km from where commune.yaml says that the commune is (location: ${latitude}, ${longitude}); ${most} km are the most`;
  }
  const [west, south, east, north] = metropolitan;
  if (commune === undefined || isOverseas(commune)) return undefined;
  if (x >= west && x <= east && y >= south && y <= north) return undefined;
  return `is outside of metropolitan France, where commune.yaml says that the commune is (insee: "${commune.insee}")`;
}

/** The position of an area that is farthest out of place, if any. */
function misplaced(positions: readonly Position[], commune: Whereabouts | undefined) {
  for (const position of positions) {
    const message = fault(position, commune);
    if (message !== undefined) return { position, message };
  }
  return undefined;
}

/**
 * Places that cannot be in the commune: on another continent, or with latitude and longitude in each other's place.
 * `commune` is absent where its declaration cannot be read; then poles alone are refused.
 */
export function locationFindings(
  { quarters, hotspots, zones, spaces }: Places,
  commune: Whereabouts | undefined,
): PlaceProblem[] {
  const areas = [...quarters, ...zones].map((place) => ({ place, positions: corners(place) }));
  const points = [...hotspots, ...spaces].map((place) => ({ place, positions: [place.position] }));
  return [...areas, ...points].flatMap(({ place, positions }) => {
    const found = misplaced(positions, commune);
    if (found === undefined) return [];
    const { position, message } = found;
    const [x = 0, y = 0] = position;
    const advice =
      fault([y, x], commune) === undefined
        ? `Longitude comes first in GeoJSON, and its axes are swapped here: write ${showPosition([y, x])}${positions.length > 1 ? ", and every other corner so" : ""}.`
        : "Move it into the commune, or correct commune.yaml.";
    return [at(place, ["geometry", "coordinates"], `${showPosition(position)} ${message}. ${advice}`)];
  });
}

function corners({ area }: Placed & { area: Area }): Position[] {
  return area.flat(2);
}
