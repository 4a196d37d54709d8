import fc from "fast-check";
import { fileOf, hotspot, quarter, square, type Written, zone } from "../components/places/places.ts";

/** A kind of file that nobody should write, and what it is told; undefined if it is sound after all. */
export interface Kind {
  name: string;
  /** The text of a file, generated. */
  file: fc.Arbitrary<string>;
  told: RegExp | undefined;
}

export const [west, south] = [4.87, 45.76];
const shift = fc.double({ min: 0, max: 0.015, noNaN: true });
export const at = fc
  .record({ x: shift, y: shift })
  .map(({ x, y }): [number, number] => [west + x, south + y]);
export const around = fc.tuple(
  at,
  fc.integer({ min: 3, max: 40 }),
  fc.double({ min: 0.0002, max: 0.004, noNaN: true }),
);

/** A ring with as many corners, each at its radius. */
export function circle(
  [x, y]: readonly [number, number],
  corners: number,
  radius: (index: number) => number,
): [number, number][] {
  const ring = Array.from({ length: corners }, (_, index): [number, number] => {
    const angle = (2 * Math.PI * index) / corners;
    return [x + radius(index) * Math.cos(angle), y + radius(index) * Math.sin(angle)];
  });
  return [...ring, ...ring.slice(0, 1)];
}

export const only = (feature: Written) => fileOf([quarter(), feature]);
export const zoneOf = (...rings: unknown[]) => only(zone({}, rings));
export const kind = (name: string, file: fc.Arbitrary<string>, told?: RegExp): Kind => ({ name, file, told });
export const text = (made: () => string) => fc.constant(undefined).map(made);
/** Outlines that are none, and some that are after all. */
export const outlines: readonly Kind[] = [
  kind(
    "a bow tie",
    around.map(([[x, y], , r]) =>
      zoneOf([
        [x, y],
        [x + r, y + r],
        [x + r, y],
        [x, y + r],
        [x, y],
      ]),
    ),
    /crosses itself at/,
  ),
  kind(
    "a spike",
    around.map(([[x, y], , r]) =>
      zoneOf([
        [x, y],
        [x + r, y],
        [x + 2 * r, y],
        [x + r, y],
        [x + r, y + r],
        [x, y],
      ]),
    ),
    /runs along itself at/,
  ),
  kind(
    "a pentagram",
    around.map(([middle, , r]) => {
      const ring = circle(middle, 5, () => r).slice(0, 5);
      return zoneOf([0, 2, 4, 1, 3, 0].map((index) => ring[index]));
    }),
    /crosses itself at/,
  ),
  kind(
    "no ground",
    at.map((point) => zoneOf([point, point, point, point])),
    /covers no ground/,
  ),
  kind(
    "a line",
    around.map(([[x, y], , r]) =>
      zoneOf([
        [x, y],
        [x + r, y],
        [x + 2 * r, y],
        [x, y],
      ]),
    ),
    /runs along itself|covers no ground/,
  ),
  kind(
    "a hole outside",
    around.map(([[x, y], n, r]) =>
      zoneOf(
        circle([x, y], n, () => r),
        circle([x + 3 * r, y], n, () => r / 2),
      ),
    ),
    /a hole is outside its outline/,
  ),
  kind(
    "a hole as large as the outline",
    around.map(([middle, n, r]) =>
      zoneOf(
        circle(middle, n, () => r),
        circle(middle, n, () => r),
      ),
    ),
    /runs along itself/,
  ),
  kind(
    "a hole across the outline",
    around.map(([[x, y], n, r]) =>
      zoneOf(
        circle([x, y], n + 4, () => r),
        circle([x + r, y], n + 5, () => r),
      ),
    ),
    /crosses itself|runs along itself/,
  ),
  kind(
    "a quarter twice",
    text(() => fileOf([quarter(), quarter("double")])),
    /\(double\) overlaps quarter "centre"/,
  ),
  kind(
    "a quarter in another",
    around.map(([middle, n, r]) =>
      fileOf([quarter(), quarter("dedans", [circle(middle, n, () => Math.max(0.001, r))])]),
    ),
    /\(dedans\) overlaps quarter "centre"/,
  ),
  kind(
    "a hundred quarters on each other",
    text(() => fileOf(Array.from({ length: 100 }, (_, index) => quarter(`q-${index}`)))),
    /\(q-99\) overlaps quarter "q-0"/,
  ),
  kind(
    "corners written twice",
    around.map(([middle, n, r]) => zoneOf(circle(middle, n, () => r).flatMap((corner) => [corner, corner]))),
  ),
  kind(
    "the other way round",
    around.map(([middle, n, r]) => zoneOf(circle(middle, n, () => r).reverse())),
  ),
  kind(
    "a zone across a quarter",
    at.map(([, y]) =>
      zoneOf([
        [4.86, y],
        [4.9, y],
        [4.9, y + 0.001],
        [4.86, y + 0.001],
        [4.86, y],
      ]),
    ),
  ),
  kind(
    "deep lists",
    fc
      .integer({ min: 5, max: 5000 })
      .map((depth) =>
        only(hotspot({}, "deep")).replace('"deep"', `${"[".repeat(depth)}${"]".repeat(depth)}`),
      ),
    /nested too deep|is a list here|no position|Write/,
  ),
  kind(
    "endless lists",
    fc.integer({ min: 100_000, max: 2_000_000 }).map((depth) => "[".repeat(depth)),
    /nested too deep/,
  ),
];

/** Corners of a ring, of some thousands: each file is near what is still read, or far beyond it. */
const many = fc.integer({ min: 10_000, max: 29_900 });
const middle: [number, number] = [4.88, 45.77];
/** Files with as many corners, holes or zones as are read, and more. */
export const large: readonly Kind[] = [
  kind(
    "many corners",
    many.map((n) => fileOf([quarter("centre", [circle(middle, n, () => 0.009)])])),
  ),
  kind(
    "many spikes",
    many.map((n) =>
      fileOf([quarter("centre", [circle(middle, n - (n % 2), (i) => (i % 2 ? 0.009 : 0.0001))])]),
    ),
  ),
  kind(
    "many teeth, side by side",
    many.map((n) => {
      const teeth = Array.from({ length: n - 3 }, (_, i) => {
        const along = (0.01 * i) / n;
        return i % 2 ? [4.875 + along, 45.765 + along] : [4.87 + along, 45.76 + along * 0.999];
      });
      return fileOf([quarter("centre", [[[4.8699, 45.7599], ...teeth, [4.89, 45.7599], [4.8699, 45.7599]]])]);
    }),
  ),
  kind(
    "many corners anywhere",
    fc.tuple(many, fc.integer({ min: 1, max: 1e9 })).map(([n, seed]) => {
      let state = seed;
      const random = () => {
        state = (state * 48_271) % 2_147_483_647;
        return state / 2_147_483_647;
      };
      const ring = Array.from({ length: n }, () => [west + random() * 0.02, south + random() * 0.02]);
      return fileOf([quarter("centre", [[...ring, ...ring.slice(0, 1)]])]);
    }),
    /crosses itself/,
  ),
  kind(
    "too many corners",
    fc.integer({ min: 30_001, max: 150_000 }).map((n) => zoneOf(circle(middle, n, () => 0.009))),
    /30000 are the most\. Simplify outlines|more than 500000 values|larger than 16 MiB/,
  ),
  kind(
    "300,000 corners in a line of text",
    text(() => JSON.stringify(JSON.parse(zoneOf(circle(middle, 300_000, () => 0.009))))),
    /more than 500000 values\. Simplify outlines/,
  ),
  kind(
    "many holes",
    fc.integer({ min: 1000, max: 5900 }).map((n) => {
      const side = Math.ceil(Math.sqrt(n));
      const step = 0.018 / side;
      const holes = Array.from({ length: n }, (_, i) =>
        square(4.871 + (i % side) * step, 45.761 + Math.floor(i / side) * step, step / 2),
      );
      return fileOf([quarter("centre", [square(west, south, 0.02), ...holes])]);
    }),
  ),
  kind(
    "many zones",
    fc
      .integer({ min: 1000, max: 5900 })
      .map((n) =>
        fileOf([
          quarter(),
          ...Array.from({ length: n }, (_, i) =>
            zone(
              {},
              [square(4.871 + (i % 80) * 0.0002, 45.761 + Math.floor(i / 80) * 0.0002, 0.0001)],
              `z-${i}`,
            ),
          ),
        ]),
      ),
  ),
];
