import type { Position } from "geojson";
import { nearest } from "../../foundation/declaration/choice.ts";
import { show } from "../../foundation/declaration/show.ts";
import { common, isAlways, showMoment } from "../../foundation/declaration/weekly-hours.ts";
import type { Area } from "./area.ts";
import { at, type PlaceProblem, showPosition } from "./finding.ts";
import { locationFindings, type Whereabouts } from "./location.ts";
import { boxesMeet, isInside, outlineOf } from "./outline.ts";
import { outlineFindings, ringGround } from "./outlines.ts";
import { overlapFindings } from "./overlaps.ts";
import { type Hotspot, hoursOn, type Placed, type Places, type Quarter, type WhiteZone } from "./places.ts";

/**
 * Finds problems that no single feature shows: ids that clash, places that are not in the commune or outside of their
 * quarter, outlines that cross, quarters that overlap. `commune` says where the commune is, if that is known.
 */
export function placesFindings(places: Places, commune?: Whereabouts): PlaceProblem[] {
  const { quarters, hotspots, zones, spaces } = places;
  const elsewhere = locationFindings(places, commune);
  // What is on another continent is outside of every quarter too: that is no news.
  const strayed = new Set(elsewhere.map(({ path }) => path[1]));
  const here = <Place extends Placed>(placed: readonly Place[]) =>
    placed.filter(({ feature }) => !strayed.has(feature));
  const drawn = [...here(quarters), ...here(zones)].flatMap(outlineFindings);
  const misdrawn = new Set(drawn.map(({ path }) => path[1]));
  const sound = here(quarters).filter(({ feature }) => !misdrawn.has(feature));
  return [
    ...clashes([...quarters, ...hotspots, ...zones, ...spaces]),
    ...sharedUuids(hotspots),
    ...elsewhere,
    ...drawn,
    ...overlapFindings(sound),
    ...[...here(hotspots), ...here(spaces)].flatMap((place) => standsInQuarter(place, places)),
    ...hotspots.flatMap(quietHours),
    ...here(zones).flatMap((zone) => (misdrawn.has(zone.feature) ? [] : outsideOf(quarters, zone))),
    ...zones.flatMap(hoursOfCreche),
  ];
}

/** A zone has some ground in common with a quarter, or a seam: it is about the commune then. */
function outsideOf(quarters: readonly Quarter[], zone: WhiteZone): PlaceProblem[] {
  if (quarters.some(({ area }) => touch(area, zone.area))) return [];
  const message = `is outside every quarter. Draw it in the commune${swapped(zone.area[0]?.[0]?.[0], quarters)}.`;
  return [at(zone, ["geometry"], message)];
}

function touch(one: Area, other: Area): boolean {
  const [first, second] = [outlineOf(one), outlineOf(other)];
  if (!boxesMeet(first.box, second.box)) return false;
  const begins = (area: Area) => area.flatMap(([ring]) => ring?.slice(0, 1) ?? []);
  return (
    begins(other).some((corner) => first.contains(corner)) ||
    begins(one).some((corner) => second.contains(corner)) ||
    // Outlines that do not meet are inside each other whole, or not at all.
    first.meets(second)
  );
}

function hoursOfCreche(zone: WhiteZone): PlaceProblem[] {
  const { reason, schedule } = zone;
  if (reason !== "creche" || isAlways(schedule)) return [];
  const message = `${show(schedule.text)} is not always. The law has no hours for crèches (2015-136, article 7): write "24/7", or leave the schedule out.`;
  return [at(zone, ["properties", "schedule"], message)];
}

function clashes(places: readonly Placed[]): PlaceProblem[] {
  const first = new Map<string, Placed>();
  return places.flatMap((place) => {
    if (!first.has(place.id)) {
      first.set(place.id, place);
      return [];
    }
    return [at(place, ["id"], "is the id of another feature. Each place needs another id.")];
  });
}

function sharedUuids(hotspots: readonly Hotspot[]): PlaceProblem[] {
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

function standsInQuarter(
  place: Placed & { quarter: string; position: Position },
  places: Places,
): PlaceProblem[] {
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
  const message = `is outside every quarter. Move it into ${show(place.quarter)}${swapped(place.position, quarters)}.`;
  return [at(place, ["geometry", "coordinates"], message)];
}

/** The commonest mistake in GeoJSON. */
function swapped(position: Position | undefined, quarters: readonly Quarter[]): string {
  if (!position) return "";
  const [longitude = 0, latitude = 0] = position;
  const turned = [latitude, longitude];
  if (!quarters.some(({ area }) => isInside(turned, area))) return "";
  return `: longitude comes first, ${showPosition(turned)}`;
}

function quietHours(hotspot: Hotspot): PlaceProblem[] {
  const { open, quiet } = hotspot;
  if (!quiet) return [];
  if (isAlways(open)) {
    const message = `${show(quiet.text)} makes a point that is open 24/7 unreachable. Leave it out, or write other hours in "open".`;
    return [at(hotspot, ["properties", "quiet"], message)];
  }
  if (hoursOn(hotspot).length === 0) {
    const message = `${show(quiet.text)} leaves no minute of its hours: it would never emit. Write fewer quiet hours, or take the point out.`;
    return [at(hotspot, ["properties", "quiet"], message)];
  }
  if (common(open.spans, quiet.spans).length > 0) return [];
  const first = open.spans[0];
  const message = `${show(quiet.text)} has no minute within its hours (${show(open.text)}, from ${showMoment(first?.from ?? 0)}). Leave it out.`;
  return [at(hotspot, ["properties", "quiet"], message)];
}

/** Finds what may stay, but should be known: rings that go round the other way than RFC 7946, section 3.1.6, says. */
export function placesRemarks({ quarters, zones }: Places): PlaceProblem[] {
  return [...quarters, ...zones].flatMap((place) =>
    place.area.some((polygon) => polygon.some((ring, index) => ringGround(ring) < 0 === (index === 0)))
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
