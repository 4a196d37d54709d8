import { booleanClockwise } from "@turf/boolean-clockwise";
import { booleanPointInPolygon } from "@turf/boolean-point-in-polygon";
import { kinks } from "@turf/kinks";
import type { Position } from "geojson";
import { nearest } from "../declaration/choice.ts";
import type { Path } from "../declaration/position.ts";
import { show } from "../declaration/show.ts";
import { common, isAlways, showMoment } from "../declaration/weekly-hours.ts";
import type { Area } from "./geometry.ts";
import type { Hotspot, Placed, Places } from "./places.ts";

/** Something about a place, before it has a position in a file. */
export interface Finding {
  /** Id of the place. */
  id: string;
  path: Path;
  message: string;
}

/** A finding at a field of a place. `field` starts at the feature. */
export function at({ id, feature }: Placed, field: Path, message: string): Finding {
  return { id, path: ["features", feature, ...field], message: `(${id}) ${message}` };
}

/** Whether a position is inside an area; its edge counts. */
export function isInside(position: Position, area: Area): boolean {
  return booleanPointInPolygon(position, { type: "MultiPolygon", coordinates: area });
}

/** Corners of all outlines together: the public map draws them all, and is one ConfigMap (test/components/map.test.ts). */
export const mostCorners = 30_000;

/** What no single feature can tell: ids that clash, places outside of their quarter, rings that cross themselves. */
export function placesFindings(places: Places): Finding[] {
  const { quarters, hotspots, zones, spaces } = places;
  return [
    ...clashes([...quarters, ...hotspots, ...zones, ...spaces]),
    ...sharedUuids(hotspots),
    ...tooFine([...quarters, ...zones]),
    ...[...quarters, ...zones].flatMap(crossings),
    ...[...hotspots, ...spaces].flatMap((place) => standsInQuarter(place, places)),
    ...hotspots.flatMap(quietHours),
    ...zones.flatMap((zone) => {
      const { area, reason, schedule } = zone;
      const found: Finding[] = [];
      const corners = area.flat(2);
      const touches =
        corners.some((corner) => quarters.some((quarter) => isInside(corner, quarter.area))) ||
        quarters.some((quarter) => quarter.area.flat(2).some((corner) => isInside(corner, area)));
      if (!touches) {
        const message = `is outside every quarter. Draw it in the commune${swapped(corners[0], places)}.`;
        found.push(at(zone, ["geometry"], message));
      }
      if (reason === "creche" && !isAlways(schedule)) {
        const message = `${show(schedule.text)} is not always. The law has no hours for crèches (2015-136, article 7): write "24/7", or leave the schedule out.`;
        found.push(at(zone, ["properties", "schedule"], message));
      }
      return found;
    }),
  ];
}

function clashes(places: readonly Placed[]): Finding[] {
  const first = new Map<string, Placed>();
  return places.flatMap((place) => {
    if (!first.has(place.id)) {
      first.set(place.id, place);
      return [];
    }
    return [at(place, ["id"], "is the id of another feature. Each place has an id of its own.")];
  });
}

function sharedUuids(hotspots: readonly Hotspot[]): Finding[] {
  const first = new Map<string, string>();
  return hotspots.flatMap((hotspot) => {
    const other = first.get(hotspot.uuid);
    if (other === undefined) {
      first.set(hotspot.uuid, hotspot.id);
      return [];
    }
    const message = `is the identity of ${show(other)} already. Each device has its own: uuidgen prints one.`;
    return [at(hotspot, ["properties", "uuid"], message)];
  });
}

/** The finest outline is told, when all together are too fine. */
function tooFine(places: readonly (Placed & { area: Area })[]): Finding[] {
  const counted = places.map((place) => ({ place, corners: place.area.flat(2).length }));
  const total = counted.reduce((sum, { corners }) => sum + corners, 0);
  const [finest] = counted.sort((one, other) => other.corners - one.corners);
  if (total <= mostCorners || finest === undefined) return [];
  const message = `its outline has ${finest.corners} corners of ${total} in this file, and ${mostCorners} are the most. Simplify outlines (QGIS: Vector, Geometry Tools, Simplify): a metre is fine enough.`;
  return [at(finest.place, ["geometry"], message)];
}

function crossings(place: Placed & { area: Area }): Finding[] {
  const crossed = place.area.flatMap((coordinates) => kinks({ type: "Polygon", coordinates }).features);
  const where = crossed[0]?.geometry.coordinates;
  if (where === undefined) return [];
  const message = `its outline crosses itself at ${showPosition(where)}. Move the corners so that it goes round once.`;
  return [at(place, ["geometry"], message)];
}

/** A position as GeoJSON has it: longitude first, to about 10 cm. */
export function showPosition([longitude = 0, latitude = 0]: Position): string {
  return `[${Number(longitude.toFixed(6))}, ${Number(latitude.toFixed(6))}]`;
}

function standsInQuarter(place: Placed & { quarter: string; position: Position }, places: Places): Finding[] {
  const { quarters } = places;
  const declared = quarters.find(({ id }) => id === place.quarter);
  const around = quarters.find(({ area }) => isInside(place.position, area));
  if (declared === undefined) {
    const ids = quarters.map(({ id }) => id);
    const near = nearest(place.quarter, ids) ?? around?.id;
    const hint = near ? ` Did you mean ${show(near)}?` : ` Declared are: ${ids.join(", ") || "none"}.`;
    return [at(place, ["properties", "quarter"], `${show(place.quarter)} is no quarter here.${hint}`)];
  }
  if (isInside(place.position, declared.area)) return [];
  if (around) {
    const message = `${show(place.quarter)} is not where it stands. Write ${show(around.id)}, or move it.`;
    return [at(place, ["properties", "quarter"], message)];
  }
  const message = `is outside every quarter. Move it into ${show(place.quarter)}${swapped(place.position, places)}.`;
  return [at(place, ["geometry", "coordinates"], message)];
}

/** The commonest mistake in GeoJSON. */
function swapped(position: Position | undefined, { quarters }: Places): string {
  if (!position) return "";
  const [longitude = 0, latitude = 0] = position;
  const turned = [latitude, longitude];
  if (!quarters.some(({ area }) => isInside(turned, area))) return "";
  return `: longitude comes first, ${showPosition(turned)}`;
}

function quietHours(hotspot: Hotspot): Finding[] {
  const { open, quiet } = hotspot;
  if (!quiet) return [];
  if (isAlways(open)) {
    const message = `${show(quiet.text)} makes a point that is open 24/7 unreachable. Leave it out, or write other hours in "open".`;
    return [at(hotspot, ["properties", "quiet"], message)];
  }
  if (common(open.spans, quiet.spans).length > 0) return [];
  const first = open.spans[0];
  const message = `${show(quiet.text)} has no minute within its hours (${show(open.text)}, from ${showMoment(first?.from ?? 0)}). Leave it out.`;
  return [at(hotspot, ["properties", "quiet"], message)];
}

/** What may stay, and had better be known: rings that go round the other way than RFC 7946, section 3.1.6, says. */
export function placesRemarks({ quarters, zones }: Places): Finding[] {
  return [...quarters, ...zones].flatMap((place) =>
    place.area.some((polygon) => polygon.some((ring, index) => booleanClockwise(ring) === (index === 0)))
      ? [
          at(
            place,
            ["geometry"],
            "a ring goes round the other way than RFC 7946 says (outer rings counterclockwise). It is read all the same.",
          ),
        ]
      : [],
  );
}
