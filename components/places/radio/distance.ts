import type { Position } from "geojson";
import type { Area } from "../places/area.ts";
import { type Box, outlineOf } from "../places/outline.ts";
import { metresPerDegree } from "../places/outlines.ts";

/**
 * The earth is no ball: on one, distances come out up to 0.6 % too long. Levels are computed at distances that are
 * shorter by that much.
 */
export const shortened = 0.994;

/** Metres east and north of `origin`: flat, good to a thousandth within a few kilometres. */
function flat([longitude = 0, latitude = 0]: Position, [east = 0, north = 0]: Position): [number, number] {
  const middle = ((latitude + north) / 2) * (Math.PI / 180);
  return [(longitude - east) * metresPerDegree * Math.cos(middle), (latitude - north) * metresPerDegree];
}

/** Metres between two positions. */
export function metresBetween(one: Position, other: Position): number {
  const [x, y] = flat(other, one);
  return Math.hypot(x, y);
}

/** The position some metres away, in a direction clockwise from north in degrees. */
export function away([longitude = 0, latitude = 0]: Position, metres: number, direction: number): Position {
  const angle = (direction * Math.PI) / 180;
  const north = latitude + (metres * Math.cos(angle)) / metresPerDegree;
  const middle = ((latitude + north) / 2) * (Math.PI / 180);
  return [longitude + (metres * Math.sin(angle)) / (metresPerDegree * Math.cos(middle)), north];
}

/** The box around all that is some metres from a position. */
export function boxAround(position: Position, metres: number): Box {
  const [longitude = 0, latitude = 0] = position;
  const north = metres / metresPerDegree;
  // A hair more than the flat distance asks: no place on the rim falls out.
  const east = (1.01 * north) / Math.cos(((Math.abs(latitude) + north) * Math.PI) / 180);
  return [longitude - east, latitude - 1.01 * north, longitude + east, latitude + 1.01 * north];
}

/** Metres from a position to the nearest point of an area; 0 inside. */
export function metresTo(position: Position, area: Area): number {
  return distanceTo(area)(position);
}

/** Returns a function that measures many positions: a check of 5,000 hotspots against 200 zones asks a million times. */
export function distanceTo(area: Area): (position: Position) => number {
  const outline = outlineOf(area);
  const { edges } = outline;
  return (position) => {
    if (outline.contains(position)) return 0;
    const [longitude = 0, latitude = 0] = position;
    const east = metresPerDegree * Math.cos((latitude * Math.PI) / 180);
    let least = Number.POSITIVE_INFINITY;
    // Without a list per edge.
    for (let at = 0; at < edges.length; at += 4) {
      const x0 = ((edges[at] ?? 0) - longitude) * east;
      const y0 = ((edges[at + 1] ?? 0) - latitude) * metresPerDegree;
      const dx = ((edges[at + 2] ?? 0) - longitude) * east - x0;
      const dy = ((edges[at + 3] ?? 0) - latitude) * metresPerDegree - y0;
      const squared = dx * dx + dy * dy;
      const along = squared > 0 ? Math.min(1, Math.max(0, -(x0 * dx + y0 * dy) / squared)) : 0;
      const x = x0 + along * dx;
      const y = y0 + along * dy;
      least = Math.min(least, x * x + y * y);
    }
    return Math.sqrt(least);
  };
}
