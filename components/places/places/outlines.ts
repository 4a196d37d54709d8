import type { Position } from "geojson";
import { type Area, mostCorners } from "./area.ts";
import { at, type PlaceProblem, showPosition } from "./finding.ts";
import { Outline } from "./outline.ts";
import type { Placed } from "./places.ts";
import { meetingOf } from "./sweep.ts";

/** Metres in a degree of latitude, on a ball of the earth's mean radius (IUGG). */
export const metresPerDegree = (6_371_008.8 * Math.PI) / 180;

/** Outlines that go round less ground are taken for a mistake. In square metres. */
const leastGround = 1;

/** Returns the message about a file with too many corners: in which outline, and how many. */
export function tooFine(corners: number, total: number): string {
  return `its outline has ${corners} corners of ${total} in this file, and ${mostCorners} are the most. Simplify outlines (QGIS: Vector, Geometry Tools, Simplify): a metre is fine enough.`;
}

/** Finds the first fault in the outline of a place, since all others follow from it. */
export function outlineFindings(place: Placed & { area: Area }): PlaceProblem[] {
  const [message] = place.area.flatMap((polygon) => polygonFault(polygon) ?? []);
  return message === undefined ? [] : [at(place, ["geometry"], message)];
}

function polygonFault(rings: readonly Position[][]): string | undefined {
  const [outer = [], ...holes] = rings;
  const ground =
    Math.abs(ringGround(outer)) - holes.reduce((sum, hole) => sum + Math.abs(ringGround(hole)), 0);
  const meeting = meetingOf(rings);
  if (meeting) {
    const where = showPosition(meeting.position);
    return meeting.how === "crosses"
      ? `its outline crosses itself at ${where}. Move the corners so that it goes round once.`
      : `its outline runs along itself at ${where}. Take out the corners that go there and back.`;
  }
  if (Math.abs(ringGround(outer)) < leastGround) {
    return `its outline covers no ground (less than ${leastGround} m²). Draw at least three corners that are apart.`;
  }
  const around = new Outline([[outer]]);
  // The middles of edges too: a hole may touch the outline in all its corners.
  const outside = holes
    .flatMap((hole) => [
      ...hole,
      ...hole.slice(1).map((corner, index) => middle(hole[index] ?? corner, corner)),
    ])
    .find((position) => !around.contains(position));
  if (outside) {
    return `a hole is outside its outline at ${showPosition(outside)}. Draw the hole inside, or as a separate polygon (MultiPolygon).`;
  }
  if (ground < leastGround) {
    return `its holes leave no ground of it (less than ${leastGround} m²). Take a hole out.`;
  }
  return undefined;
}

function middle([x0 = 0, y0 = 0]: Position, [x1 = 0, y1 = 0]: Position): Position {
  return [(x0 + x1) / 2, (y0 + y1) / 2];
}

/** Returns the area inside a ring, in square metres; negative if the ring goes clockwise. */
export function ringGround(ring: readonly Position[]): number {
  const [[west = 0, south = 0] = []] = ring;
  const twice = ring.slice(1).reduce((sum, [x1 = 0, y1 = 0], index) => {
    const [x0 = 0, y0 = 0] = ring[index] ?? [];
    return sum + (x0 - west) * (y1 - south) - (x1 - west) * (y0 - south);
  }, 0);
  return (twice / 2) * metresPerDegree ** 2 * Math.cos((south * Math.PI) / 180);
}
