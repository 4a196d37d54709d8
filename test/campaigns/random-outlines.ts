import fc from "fast-check";
import { json } from "../../components/foundation/declaration/json.ts";
import { readBytes } from "../../components/foundation/declaration/load.ts";
import { placesFindings } from "../../components/places/places/check.ts";
import { readPlaces } from "../../components/places/places/read.ts";
import { metresTo } from "../../components/places/radio/distance.ts";
import { fileOf, quarter, zone } from "../components/places/places.ts";
import { type Corner, isWithin, meetByPairs, touchByPairs } from "./outlines-brute-force.ts";

/** Counts of what was compared with brute force. */
export interface OutlineTally {
  outlines: number;
  /** Those of them that cross or run along themselves. */
  crossed: number;
  pairs: number;
  overlaps: number;
  /** White zones that touch no quarter. */
  outside: number;
  distances: number;
  /** The most by which a distance came out longer than on the ellipsoid, in thousandths. */
  longest: number;
}

/** Lattice points are powers of two of a degree apart: exact in binary, so that what is on a line is on it. */
const [west, south, lattice] = [4.875, 45.75, 1 / 1024];
const position = ([x, y]: Corner): [number, number] => [west + x * lattice, south + y * lattice];

const corner = fc.tuple(fc.integer({ min: 0, max: 11 }), fc.integer({ min: 0, max: 11 }));
const closed = (corners: readonly Corner[]): Corner[] => [...corners, ...corners.slice(0, 1)];
const anyRing = fc.array(corner, { minLength: 3, maxLength: 9 }).map(closed);

/** A ring that goes round once: corners in order around a middle. */
const roundRing = fc
  .record({ middle: corner, radii: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 8 }) })
  .map(({ middle: [x, y], radii }) =>
    closed(
      radii.map((radius, index): Corner => {
        const angle = (2 * Math.PI * index) / radii.length;
        return [Math.round(x + radius * Math.cos(angle)), Math.round(y + radius * Math.sin(angle))];
      }),
    ),
  )
  .filter((ring) => !meetByPairs([ring]) && ground(ring) > 0);

function ground(ring: readonly Corner[]): number {
  return Math.abs(
    ring.reduce((sum, [x, y], index) => {
      const [a, b] = ring[index - 1] ?? [x, y];
      return sum + a * y - b * x;
    }, 0),
  );
}

function messages(...features: Parameters<typeof fileOf>[0]): string[] {
  const read = readBytes("places.geojson", Buffer.from(fileOf(features)), json, readPlaces);
  if (!read.ok) return read.problems.map(({ message }) => message);
  return placesFindings(read.declaration).map(({ message }) => message);
}

const everywhere = quarter("partout", [
  [
    [4.8, 45.7],
    [4.95, 45.7],
    [4.95, 45.8],
    [4.8, 45.8],
    [4.8, 45.7],
  ],
]);

/** Metres on the WGS 84 ellipsoid between two near positions, by its radii of curvature there. */
function metresOnEllipsoid([x0 = 0, y0 = 0]: readonly number[], [x1 = 0, y1 = 0]: readonly number[]): number {
  const [major, squared] = [6_378_137, 0.006_694_379_990_14];
  const latitude = (((y0 + y1) / 2) * Math.PI) / 180;
  const bend = 1 - squared * Math.sin(latitude) ** 2;
  const north = (((y1 - y0) * Math.PI) / 180) * ((major * (1 - squared)) / bend ** 1.5);
  const east = (((x1 - x0) * Math.PI) / 180) * ((major / Math.sqrt(bend)) * Math.cos(latitude));
  return Math.hypot(north, east);
}

/** The nearest of many points of a ring, in metres. */
function sampledMetres(from: readonly number[], ring: readonly Corner[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [index, end] of ring.entries()) {
    const start = ring[index - 1] ?? end;
    for (let step = 0; step <= 200; step += 1) {
      const along = step / 200;
      const point: Corner = [start[0] + along * (end[0] - start[0]), start[1] + along * (end[1] - start[1])];
      least = Math.min(least, metresOnEllipsoid(from, position(point)));
    }
  }
  return least;
}

/** The ground that two rings share: all of some square of a fifth of the lattice (some 15 m), some point, or nothing. */
function commonGround(one: readonly Corner[], other: readonly Corner[]): "square" | "point" | "nothing" {
  const fine = 10;
  const scaled = (ring: readonly Corner[]) => ring.map(([x, y]): Corner => [x * fine, y * fine]);
  const [first, second] = [scaled(one), scaled(other)];
  const both = new Set<string>();
  const range = (axis: 0 | 1) => {
    const [a, b] = [first, second].map((ring) => ring.map((point) => point[axis]));
    if (!a || !b) throw new Error("two rings");
    return [Math.max(Math.min(...a), Math.min(...b)), Math.min(Math.max(...a), Math.max(...b))] as const;
  };
  const [[fromX, toX], [fromY, toY]] = [range(0), range(1)];
  for (let x = fromX; x <= toX; x += 1) {
    for (let y = fromY; y <= toY; y += 1) {
      if (isWithin([x, y], first) && isWithin([x, y], second)) both.add(`${x} ${y}`);
    }
  }
  const side = [0, 1, 2, 3, 4];
  for (const point of both) {
    const [x = 0, y = 0] = point.split(" ").map(Number);
    if (side.every((dx) => side.every((dy) => both.has(`${x + dx} ${y + dy}`)))) return "square";
  }
  return both.size > 0 ? "point" : "nothing";
}

/** Generates outlines, pairs of them and positions. Throws, with the smallest example found, where brute force differs. */
export function randomOutlines({ seed, count }: { seed: number; count: number }): OutlineTally {
  const tally: OutlineTally = {
    outlines: 0,
    crossed: 0,
    pairs: 0,
    overlaps: 0,
    outside: 0,
    distances: 0,
    longest: 0,
  };
  fc.assert(
    fc.property(fc.oneof(anyRing, roundRing), (ring) => {
      const said = messages(everywhere, zone({}, [ring.map(position)]));
      const crossed = meetByPairs([ring]);
      const refused = said.some((message) => /crosses itself|runs along itself/.test(message));
      const empty = said.some((message) => /covers no ground|is no ring/.test(message));
      if (crossed !== refused && !(crossed && empty)) throw new Error(`Said: ${said.join(" ") || "nothing"}`);
      tally.outlines += 1;
      if (crossed) tally.crossed += 1;
    }),
    { seed, numRuns: count },
  );
  fc.assert(
    fc.property(roundRing, roundRing, corner, (one, other, from) => {
      tally.pairs += 1;
      const said = messages(quarter("une", [one.map(position)]), quarter("autre", [other.map(position)]));
      const overlaps = said.some((message) => message.startsWith('(autre) overlaps quarter "une"'));
      const ground = commonGround(one, other);
      if (overlaps ? ground === "nothing" : ground === "square") {
        throw new Error(`In common: ${ground}; said: ${said.join(" ") || "nothing"}`);
      }
      if (overlaps) tally.overlaps += 1;
      const outside = messages(quarter("une", [one.map(position)]), zone({}, [other.map(position)])).some(
        (message) => message.includes("is outside every quarter"),
      );
      if (outside === touchByPairs(one, other)) throw new Error(`Outside: ${outside}`);
      if (outside) tally.outside += 1;
      const metres = metresTo(position(from), [[one.map(position)]]);
      if ((metres === 0) !== isWithin(from, one)) throw new Error(`${metres} m`);
      if (metres === 0) return;
      const sampled = sampledMetres(position(from), one);
      // Not farther than it is, but for what `shortened` takes off, nor much nearer; samples are some metres apart.
      if (metres * 0.994 > sampled || metres < 0.99 * sampled - 5)
        throw new Error(`${metres} m, not ${sampled}`);
      tally.distances += 1;
      tally.longest = Math.max(tally.longest, 1000 * (metres / sampled - 1));
    }),
    { seed, numRuns: Math.ceil(count / 10) },
  );
  return tally;
}
