import type { Position } from "geojson";
import { orient2d } from "robust-predicates";
import SplayTree from "splaytree";

/** Position at which rings cross, or run along each other. To touch in one point is neither. */
export interface Meeting {
  how: "crosses" | "runs along";
  position: Position;
}

/** An edge from its first end to its last: from west to east, and from south to north where it is upright. */
type Edge = readonly [number, number, number, number];

/** On which side of an edge a point is: 0 on its line. Exact. */
function side([x0, y0, x1, y1]: Edge, x: number, y: number): number {
  return Math.sign(orient2d(x0, y0, x1, y1, x, y));
}

function isBefore(x0: number, y0: number, x1: number, y1: number): boolean {
  return x0 < x1 || (x0 === x1 && y0 < y1);
}

/**
 * The first meeting of the edges of rings, if any (Shamos and Hoey's sweep line): in time n log n however the corners
 * lie, where comparing all pairs takes n². A line goes over the edges from west to east and keeps those that it
 * is on in order; two that cross are neighbours in it before they do.
 */
export function meetingOf(rings: readonly (readonly Position[])[]): Meeting | undefined {
  const edges = rings.flatMap(edgesOf);
  const along: Edge[] = [];
  const line = new SplayTree<Edge, undefined>((one: Edge, other: Edge) => {
    if (one === other) return 0;
    // The one that begins later is compared with the line of the other.
    const later = isBefore(other[0], other[1], one[0], one[1]);
    const [edge, begun, sign] = later ? [one, other, -1] : [other, one, 1];
    const where = side(begun, edge[0], edge[1]) || side(begun, edge[2], edge[3]);
    if (where === 0) along.push(edge);
    return sign * where;
  });
  for (const { edge, ends } of eventsOf(edges)) {
    const node = ends ? line.find(edge) : line.insert(edge, undefined);
    const [first] = along;
    if (first) return { how: "runs along", position: [first[0], first[1]] };
    if (!node) continue;
    const [before, after] = [line.prev(node)?.key, line.next(node)?.key];
    if (ends) line.remove(edge);
    const neighbours: [Edge | undefined, Edge | undefined][] = ends
      ? [[before, after]]
      : [
          [before, edge],
          [edge, after],
        ];
    for (const [one, other] of neighbours) {
      const position = one && other && crossing(one, other);
      if (position) return { how: "crosses", position };
    }
  }
  return undefined;
}

function edgesOf(ring: readonly Position[]): Edge[] {
  return ring.slice(1).flatMap(([x1 = 0, y1 = 0], index): Edge[] => {
    const [x0 = 0, y0 = 0] = ring[index] ?? [];
    if (x0 === x1 && y0 === y1) return [];
    return [isBefore(x0, y0, x1, y1) ? [x0, y0, x1, y1] : [x1, y1, x0, y0]];
  });
}

/** Returns the events of the line, in its order: it meets a new edge or leaves one. At one point, it leaves first. */
function eventsOf(edges: readonly Edge[]): { x: number; y: number; edge: Edge; ends: boolean }[] {
  return edges
    .flatMap((edge) => [
      { x: edge[0], y: edge[1], edge, ends: false },
      { x: edge[2], y: edge[3], edge, ends: true },
    ])
    .sort((one, other) => one.x - other.x || one.y - other.y || Number(other.ends) - Number(one.ends));
}

/** Returns the position at which two edges cross within both; undefined if they do not. */
function crossing(one: Edge, other: Edge): Position | undefined {
  const [x0, y0, x1, y1] = one;
  const [a, b, c, d] = other;
  if (side(other, x0, y0) * side(other, x1, y1) >= 0 || side(one, a, b) * side(one, c, d) >= 0)
    return undefined;
  const along = ((a - x0) * (d - b) - (b - y0) * (c - a)) / ((x1 - x0) * (d - b) - (y1 - y0) * (c - a));
  return [x0 + along * (x1 - x0), y0 + along * (y1 - y0)];
}
