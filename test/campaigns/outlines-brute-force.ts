/**
 * Outlines judged otherwise than components/places/places does it: every edge against every other one, in
 * whole numbers, so that nothing is rounded. Shares no code with it.
 */

/** A corner on a lattice: whole numbers. */
export type Corner = readonly [number, number];
type Edge = readonly [Corner, Corner];

/** The edges of a closed ring, without those from a corner to itself. */
function edgesOf(ring: readonly Corner[]): Edge[] {
  return ring.flatMap((end, index): Edge[] => {
    const start = ring[index - 1];
    return start && (start[0] !== end[0] || start[1] !== end[1]) ? [[start, end]] : [];
  });
}

/** Twice the ground of the triangle, by its side. */
function turn([ax, ay]: Corner, [bx, by]: Corner, [cx, cy]: Corner): number {
  return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
}

function isOn(point: Corner, [start, end]: Edge): boolean {
  if (turn(start, end, point) !== 0) return false;
  const within = (axis: 0 | 1) =>
    Math.min(start[axis], end[axis]) <= point[axis] && point[axis] <= Math.max(start[axis], end[axis]);
  return within(0) && within(1);
}

/** Whether two edges cross within both, or share more than a point. */
function isMeeting(one: Edge, other: Edge): boolean {
  const apart =
    turn(...one, other[0]) * turn(...one, other[1]) < 0 &&
    turn(...other, one[0]) * turn(...other, one[1]) < 0;
  if (apart) return true;
  if (turn(...one, other[0]) !== 0 || turn(...one, other[1]) !== 0) return false;
  const ends = [...other.filter((end) => isOn(end, one)), ...one.filter((end) => isOn(end, other))];
  return new Set(ends.map(String)).size > 1;
}

/** Whether any two edges of rings cross, or run along each other. */
export function meetByPairs(rings: readonly (readonly Corner[])[]): boolean {
  const edges = rings.flatMap(edgesOf);
  return edges.some((one, index) => edges.slice(index + 1).some((other) => isMeeting(one, other)));
}

/** Whether a point is in a ring or on it, by a ray to the north. */
export function isWithin(point: Corner, ring: readonly Corner[]): boolean {
  const edges = edgesOf(ring);
  if (edges.some((edge) => isOn(point, edge))) return true;
  const above = edges.filter(([start, end]) => {
    if (start[0] > point[0] === end[0] > point[0]) return false;
    const [west, east] = start[0] < end[0] ? [start, end] : [end, start];
    return turn(west, east, point) < 0;
  });
  return above.length % 2 === 1;
}

/** Whether two rings have a point in common. */
export function touchByPairs(one: readonly Corner[], other: readonly Corner[]): boolean {
  const meets = (first: Edge, second: Edge) =>
    isMeeting(first, second) ||
    first.some((end) => isOn(end, second)) ||
    second.some((end) => isOn(end, first));
  return (
    one.some((corner) => isWithin(corner, other)) ||
    other.some((corner) => isWithin(corner, one)) ||
    edgesOf(one).some((first) => edgesOf(other).some((second) => meets(first, second)))
  );
}
