import { at, type PlaceProblem, showPosition } from "./finding.ts";
import { boxOf, type Outline, outlineOf } from "./outline.ts";
import { metresPerDegree } from "./outlines.ts";
import type { Quarter } from "./places.ts";

/** Less than this is how exactly two neighbours draw their border, each for itself. In metres. */
const tolerated = 10;
/** Lines that are looked at, at most: a commune of more than 3 km is looked at more coarsely. */
const mostLines = 300;

/** An edge, where the line that goes over the commune is on it. */
interface Crossed {
  quarter: number;
  /** The polygon that it is of, counted over all quarters. */
  polygon: number;
  x: number;
  /** South and north end. */
  ends: readonly [x0: number, y0: number, x1: number, y1: number];
}

/** Ground that two quarters have in common on one line. */
interface Common {
  quarter: number;
  other: number;
  from: number;
  to: number;
}

/**
 * Quarters that have more than a seam of ground in common, each told once. They are compared on lines from west to
 * east, ten metres apart or more: common ground is what has the same ten metres on two lines in a row.
 */
export function overlapFindings(quarters: readonly Quarter[]): PlaceProblem[] {
  const [, south, , north] = boxOf(quarters.flatMap(({ area }) => area.flat(2)));
  const step = Math.max(tolerated / metresPerDegree, (north - south) / mostLines);
  let polygons = 0;
  const waiting = quarters
    .flatMap(({ area }, quarter) => {
      const edges = edgesOf(quarter, polygons, outlineOf(area));
      polygons += area.length;
      return edges;
    })
    .sort((one, other) => other.ends[1] - one.ends[1]);
  const told = new Map<number, PlaceProblem>();
  let [on, before]: [Crossed[], Common[]] = [[], []];
  for (let y = south + step / 2; y < north; y += step) {
    on = on.filter(({ ends, quarter }) => ends[3] > y && !told.has(quarter));
    for (let next = waiting.at(-1); next && next.ends[1] <= y; next = waiting.at(-1)) {
      waiting.pop();
      if (next.ends[3] > y && !told.has(next.quarter)) on.push(next);
    }
    for (const edge of on) {
      const [x0, y0, x1, y1] = edge.ends;
      edge.x = x0 + ((x1 - x0) * (y - y0)) / (y1 - y0);
    }
    on.sort((one, other) => one.x - other.x);
    const least = tolerated / (metresPerDegree * Math.cos((y * Math.PI) / 180));
    const now = commonOn(on, { quarters: quarters.length, polygons, least });
    for (const { quarter, other, from, to } of now) {
      const seen = before.find(
        (one) =>
          one.quarter === quarter &&
          one.other === other &&
          Math.min(one.to, to) - Math.max(one.from, from) >= least,
      );
      const [later, first] = [quarters[quarter], quarters[other]];
      if (!seen || !later || !first || told.has(quarter)) continue;
      const where = showPosition([(Math.max(seen.from, from) + Math.min(seen.to, to)) / 2, y]);
      const message = `overlaps quarter "${first.id}" around ${where}. Each place is in one quarter: draw their common border once.`;
      told.set(quarter, at(later, ["geometry"], message));
    }
    before = now;
  }
  return [...told].sort(([one], [other]) => one - other).map(([, finding]) => finding);
}

function edgesOf(quarter: number, first: number, { edges, polygonOf }: Outline): Crossed[] {
  return Array.from({ length: edges.length / 4 }, (_, index): Crossed => {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = edges.subarray(4 * index, 4 * index + 4);
    const ends = y0 < y1 ? ([x0, y0, x1, y1] as const) : ([x1, y1, x0, y0] as const);
    return { quarter, polygon: first + (polygonOf[index] ?? 0), x: 0, ends };
  }).filter(({ ends }) => ends[1] < ends[3]);
}

/** Finds the common ground of quarters on a line: each with the first of those that it is over. `on` is from west to east. */
function commonOn(
  on: readonly Crossed[],
  { quarters, polygons, least }: { quarters: number; polygons: number; least: number },
): Common[] {
  // Whether the line is inside of each polygon, of how many of each quarter, and over how many quarters. Numbers in
  // lists: spikes are crossed thousands of times on each line.
  const inside = new Uint8Array(polygons);
  const depths = new Uint32Array(quarters);
  let over = 0;
  const found: Common[] = [];
  for (let index = 0; index < on.length - 1; index += 1) {
    const { quarter = 0, polygon = 0, x = 0 } = on[index] ?? {};
    const enters = inside[polygon] === 0;
    inside[polygon] = enters ? 1 : 0;
    const before = depths[quarter] ?? 0;
    depths[quarter] = enters ? before + 1 : before - 1;
    if (before === 0) over += 1;
    else if (depths[quarter] === 0) over -= 1;
    const to = on[index + 1]?.x ?? x;
    if (over < 2 || to - x < least) continue;
    const [first = 0, ...others] = [...depths.keys()].filter((each) => depths[each] !== 0);
    found.push(...others.map((other) => ({ quarter: other, other: first, from: x, to })));
  }
  return found;
}
