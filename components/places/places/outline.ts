import Flatbush from "flatbush";
import type { Position } from "geojson";
import { orient2d } from "robust-predicates";
import type { Area } from "./area.ts";

/** West, south, east, north, in degrees. */
export type Box = readonly [number, number, number, number];

/** The box of positions. */
export function boxOf(positions: Iterable<Position>): Box {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x = 0, y = 0] of positions) {
    west = Math.min(west, x);
    south = Math.min(south, y);
    east = Math.max(east, x);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

/** Whether two boxes have a point in common. */
export function boxesMeet(one: Box, other: Box): boolean {
  return one[0] <= other[2] && other[0] <= one[2] && one[1] <= other[3] && other[1] <= one[3];
}

/** An area made ready to be asked again and again: its edges in one list, and an index of them. */
export class Outline {
  readonly box: Box;
  /** Four numbers an edge: x and y of its start, x and y of its end. */
  readonly edges: Float64Array;
  /** The polygon that each edge is of. */
  readonly polygonOf: Uint32Array;
  #index: Flatbush | undefined;

  constructor(area: Area) {
    this.box = boxOf(area.flat(2));
    const count = area.flat().reduce((sum, ring) => sum + Math.max(0, ring.length - 1), 0);
    this.edges = new Float64Array(4 * count);
    this.polygonOf = new Uint32Array(count);
    let edge = 0;
    for (const [polygon, rings] of area.entries()) {
      for (const ring of rings) {
        for (const [index, [x1 = 0, y1 = 0]] of ring.entries()) {
          const [x0 = 0, y0 = 0] = ring[index - 1] ?? [];
          if (index === 0) continue;
          this.edges.set([x0, y0, x1, y1], 4 * edge);
          this.polygonOf[edge] = polygon;
          edge += 1;
        }
      }
    }
  }

  /** Whether a position is inside; the edge counts. Exact. */
  contains([x = 0, y = 0]: Position): boolean {
    const [west, south, east, north] = this.box;
    if (!(x >= west && x <= east && y >= south && y <= north)) return false;
    // A ray to the east leaves each polygon as often as it enters it, unless it starts inside.
    const around = new Set<number>();
    for (const edge of this.edgesIn([x, y, east, y])) {
      // Not a list of four: this is asked millions of times.
      const [x0, y0] = [this.edges[4 * edge] ?? 0, this.edges[4 * edge + 1] ?? 0];
      const [x1, y1] = [this.edges[4 * edge + 2] ?? 0, this.edges[4 * edge + 3] ?? 0];
      const side = orient2d(x0, y0, x1, y1, x, y);
      if (side === 0 && x >= Math.min(x0, x1) && y >= Math.min(y0, y1) && y <= Math.max(y0, y1)) return true;
      if (y0 > y === y1 > y || side > 0 !== y0 > y1) continue;
      const polygon = this.polygonOf[edge] ?? 0;
      if (!around.delete(polygon)) around.add(polygon);
    }
    return around.size > 0;
  }

  /** Those of many longitudes that are inside at one latitude, to rounding: for figures, where each alone would take long. */
  insideAt(latitude: number, longitudes: readonly number[]): number[] {
    const [west, , east] = this.box;
    const crossings = new Map<number, number[]>();
    for (const edge of this.edgesIn([west, latitude, east, latitude])) {
      const [x0, y0] = [this.edges[4 * edge] ?? 0, this.edges[4 * edge + 1] ?? 0];
      const [x1, y1] = [this.edges[4 * edge + 2] ?? 0, this.edges[4 * edge + 3] ?? 0];
      if (y0 > latitude === y1 > latitude) continue;
      const polygon = this.polygonOf[edge] ?? 0;
      const own = crossings.get(polygon) ?? [];
      own.push(x0 + ((x1 - x0) * (latitude - y0)) / (y1 - y0));
      crossings.set(polygon, own);
    }
    const sorted = [...crossings.values()].map((own) => Float64Array.from(own).sort());
    return longitudes.filter((longitude) => sorted.some((own) => countBelow(own, longitude) % 2 === 1));
  }

  /** Whether an edge of another outline has a point in common with one of this. Exact. */
  meets(other: Outline): boolean {
    if (!boxesMeet(this.box, other.box)) return false;
    const { edges } = other;
    for (let at = 0; at < edges.length; at += 4) {
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = edges.subarray(at, at + 4);
      const box: Box = [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];
      if (!boxesMeet(this.box, box)) continue;
      for (const edge of this.edgesIn(box)) {
        const [a = 0, b = 0, c = 0, d = 0] = this.edges.subarray(4 * edge, 4 * edge + 4);
        // Their boxes meet, so that edges on one line meet too.
        const [start, end] = [orient2d(a, b, c, d, x0, y0), orient2d(a, b, c, d, x1, y1)];
        const [first, last] = [orient2d(x0, y0, x1, y1, a, b), orient2d(x0, y0, x1, y1, c, d)];
        if (start * end <= 0 && first * last <= 0) return true;
      }
    }
    return false;
  }

  /** The edges whose box meets another. */
  edgesIn([west, south, east, north]: Box): number[] {
    this.#index ??= indexOf(this.edges);
    return this.#index.search(west, south, east, north);
  }
}

function indexOf(edges: Float64Array): Flatbush {
  const index = new Flatbush(edges.length / 4);
  for (let at = 0; at < edges.length; at += 4) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = edges.subarray(at, at + 4);
    index.add(Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1));
  }
  index.finish();
  return index;
}

/** Counts those of sorted numbers that are less than another. */
function countBelow(sorted: Float64Array, most: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) < most) low = middle + 1;
    else high = middle;
  }
  return low;
}

const outlines = new WeakMap<Area, Outline>();

/** The outline of an area, made once. */
export function outlineOf(area: Area): Outline {
  const known = outlines.get(area) ?? new Outline(area);
  outlines.set(area, known);
  return known;
}

/** Whether a position is inside an area; its edge counts. */
export function isInside(position: Position, area: Area): boolean {
  return outlineOf(area).contains(position);
}
