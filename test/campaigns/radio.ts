import { parseArgs } from "node:util";
import fc from "fast-check";
import { weeklyHoursOf } from "../../components/foundation/declaration/weekly-hours.ts";
import type { Hotspot, Places, WhiteZone } from "../../components/places/places/places.ts";
import { checkRadio } from "../../components/places/radio/check.ts";
import { bruteForce, schedules } from "./radio-brute-force.ts";

/** Counts of a campaign. */
export interface RadioTally {
  /** Generated sets of places, and those of them that were refused at first. */
  sets: number;
  refused: number;
  /** Zones that were worked out by brute force. */
  zones: number;
  /** Margin of the check on the safe side of brute force, least and most over all zones, in dB. */
  margin: { least: number; most: number };
  /** Hotspots made weaker, or moved away. */
  changes: number;
  /** Hotspots alone too much that were moved to the place, or given the quiet hours, that their refusal names. */
  moved: number;
  quietened: number;
}

const centre: [number, number] = [4.88, 45.77];
const decibel = (value: number, unit: string) => ({ value, text: `${value} ${unit}` });
const hours = fc.constantFrom(...Object.keys(schedules)).map(weeklyHoursOf);
const offset = (most: number) => fc.double({ min: -most, max: most, noNaN: true });

const radio24 = fc.record({
  band: fc.constant("2.4 GHz" as const),
  channel: fc.constantFrom(1, 6, 11),
  width: fc.constant("20 MHz" as const),
  power: fc.integer({ min: 0, max: 17 }).map((value) => decibel(value, "dBm")),
  gain: fc.integer({ min: 0, max: 3 }).map((value) => decibel(value, "dBi")),
  loss: fc.integer({ min: 0, max: 1 }).map((value) => decibel(value, "dB")),
  beamforming: fc.constantFrom(0, 3).map((value) => decibel(value, "dB")),
});

const radio5 = fc.record({
  band: fc.constant("5 GHz" as const),
  channel: fc.constantFrom(100, 116, 132),
  width: fc.constant("20 MHz" as const),
  power: fc.integer({ min: 0, max: 22 }).map((value) => decibel(value, "dBm")),
  gain: fc.integer({ min: 0, max: 4 }).map((value) => decibel(value, "dBi")),
  loss: fc.constant(decibel(0, "dB")),
  beamforming: fc.constantFrom(0, 3, 6).map((value) => decibel(value, "dB")),
});

function hotspot(index: number): fc.Arbitrary<Hotspot> {
  return fc
    .record({
      open: hours,
      x: offset(0.006),
      y: offset(0.004),
      radios: fc.oneof(fc.tuple(radio24), fc.tuple(radio24, radio5)),
    })
    .map(({ open, x, y, radios }) => ({
      id: `point-${index}`,
      feature: index,
      name: "Point",
      quarter: "centre",
      uuid: String(index),
      model: "a,b",
      setting: "outdoor" as const,
      height: { metres: 4, text: "4 m" },
      open,
      radios,
      position: [centre[0] + x, centre[1] + y],
    }));
}

/** A polygon around a corner of the quarter: corners in order of their direction, convex or not. */
function zone(index: number): fc.Arbitrary<WhiteZone> {
  return fc
    .record({
      x: offset(0.005),
      y: offset(0.003),
      radii: fc.array(fc.double({ min: 0.2, max: 1, noNaN: true }), { minLength: 3, maxLength: 8 }),
      size: fc.double({ min: 0.0002, max: 0.0015, noNaN: true }),
      threshold: fc.integer({ min: -85, max: -60 }),
      schedule: hours,
    })
    .map(({ x, y, radii, size, threshold, schedule }) => {
      const ring = radii.map((radius, corner) => {
        const angle = (2 * Math.PI * corner) / radii.length;
        return [
          centre[0] + x + radius * size * Math.cos(angle),
          centre[1] + y + radius * size * 0.7 * Math.sin(angle),
        ];
      });
      return {
        id: `zone-${index}`,
        feature: 100 + index,
        name: "Zone",
        reason: "residents" as const,
        threshold: decibel(threshold, "dBm"),
        schedule,
        area: [[[...ring, ...ring.slice(0, 1)]]],
      };
    });
}

function several<T>(one: (index: number) => fc.Arbitrary<T>, most: number): fc.Arbitrary<T[]> {
  return fc
    .integer({ min: 1, max: most })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => one(index))));
}

const [west, south, side] = [4.85, 45.75, 0.06];
const quarter = {
  id: "centre",
  feature: 200,
  name: "Centre",
  area: [
    [
      [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
      ],
    ],
  ],
};

const sets: fc.Arbitrary<Places> = fc
  .record({ hotspots: several(hotspot, 6), zones: several(zone, 3) })
  .map(({ hotspots, zones }) => ({ quarters: [quarter], hotspots, zones, spaces: [] }));

function exceeding(places: Places) {
  return checkRadio(places).findings.filter(({ rule }) => rule === "white-zone");
}

function withPowers(point: Hotspot, power: (radio: Hotspot["radios"][number]) => number): Hotspot {
  return {
    ...point,
    radios: point.radios.map((radio) => ({ ...radio, power: decibel(power(radio), "dBm") })),
  };
}

/** The places as the check says they would comply: with less power, or without the point. */
function remedied(places: Places): Places {
  const findings = exceeding(places);
  return {
    ...places,
    hotspots: places.hotspots.flatMap((point) => {
      const finding = findings.find(({ id }) => id === point.id);
      if (!finding) return [point];
      const { powers = [] } = finding.remedies;
      if (powers.length === 0) return [];
      return [withPowers(point, ({ band }) => powers.find((one) => one.band === band)?.dBm ?? 0)];
    }),
  };
}

/** The places with the one point that is too much as another remedy of its refusal says; undefined if it has none. */
function otherwise(places: Places, remedy: "nearest" | "quiet"): Places | undefined {
  const [finding, ...more] = exceeding(places);
  if (!finding || more.length > 0) return undefined;
  const { nearest, quiet } = finding.remedies;
  const change =
    remedy === "nearest"
      ? nearest && { position: nearest.position }
      : quiet && { quiet: weeklyHoursOf(quiet) };
  if (!change) return undefined;
  return {
    ...places,
    hotspots: places.hotspots.map((point) => (point.id === finding.id ? { ...point, ...change } : point)),
  };
}

/** No zone gets too much, by the check and by brute force, on a coarser grid: zones are gone through again below. */
function expectAccepted(places: Places, what: string): void {
  if (exceeding(places).length > 0) throw new Error(`${what}, it is refused`);
  for (const zone of places.zones) {
    const level = bruteForce(zone, places, 5);
    if (level > zone.threshold.value) throw new Error(`${what}, ${zone.id} gets ${level} dBm`);
  }
}

/** The position twice as far, or more, from the middle of a zone. */
function fartherFrom({ area }: WhiteZone, [x = 0, y = 0]: readonly number[], times: number): number[] {
  const ring = area[0]?.[0]?.slice(1) ?? [];
  const middle = [0, 1].map(
    (axis) => ring.reduce((sum, corner) => sum + (corner[axis] ?? 0), 0) / ring.length,
  );
  const [mx = 0, my = 0] = middle;
  return [mx + (x - mx) * times, my + (y - my) * times];
}

/**
 * Generates `count` sets of hotspots and white zones. Throws, with the smallest example found, when a remedied set
 * is refused, when an accepted one exceeds a threshold by brute force, or when less power or more distance turns
 * an accepted one into a refused one.
 */
export function radioCampaign({ seed, count }: { seed: number; count: number }): RadioTally {
  const tally: RadioTally = {
    sets: 0,
    refused: 0,
    zones: 0,
    margin: { least: Number.POSITIVE_INFINITY, most: 0 },
    changes: 0,
    moved: 0,
    quietened: 0,
  };
  const whichAndHowMuch = fc.record({ which: fc.nat(), decibels: fc.integer({ min: 1, max: 20 }) });
  fc.assert(
    fc.property(sets, whichAndHowMuch, (generated, { which, decibels }) => {
      tally.sets += 1;
      if (exceeding(generated).length > 0) tally.refused += 1;
      const elsewhere = otherwise(generated, "nearest");
      if (elsewhere) {
        expectAccepted(elsewhere, "Moved to the nearest place");
        tally.moved += 1;
      }
      const quieter = otherwise(generated, "quiet");
      if (quieter) {
        expectAccepted(quieter, "Quiet at the hours that it was told");
        tally.quietened += 1;
      }
      const accepted = remedied(generated);
      if (exceeding(accepted).length > 0) throw new Error("What the check asked for, it refuses");
      const { levels } = checkRadio(accepted);
      for (const { zone, worst } of levels) {
        const level = bruteForce(zone, accepted);
        if (level > zone.threshold.value) throw new Error(`${zone.id} gets ${level} dBm`);
        tally.zones += 1;
        if (worst === undefined) {
          if (level !== Number.NEGATIVE_INFINITY) throw new Error(`${zone.id} gets something after all`);
          continue;
        }
        const margin = 10 * Math.log10(worst.milliwatts) - level;
        if (margin < 0) throw new Error(`${zone.id} gets ${-margin} dB more than the check says`);
        tally.margin.least = Math.min(tally.margin.least, margin);
        tally.margin.most = Math.max(tally.margin.most, margin);
      }
      const chosen = accepted.hotspots[which % Math.max(1, accepted.hotspots.length)];
      if (!chosen) return;
      const instead = (point: Hotspot): Places => ({
        ...accepted,
        hotspots: accepted.hotspots.map((one) => (one === chosen ? point : one)),
      });
      const before = rules(accepted);
      const weaker = instead(withPowers(chosen, ({ power }) => Math.max(0, power.value - decibels)));
      if (rules(weaker).some((finding) => !before.includes(finding)))
        throw new Error("Less power is refused");
      const [only] = accepted.zones;
      tally.changes += 1;
      // Away from several zones at once is not always possible, and from one that is not convex neither.
      if (!only || accepted.zones.length > 1 || !isConvex(only)) return;
      const position = fartherFrom(only, chosen.position, 1 + decibels / 5);
      if (exceeding(instead({ ...chosen, position })).length > 0)
        throw new Error("Moved away, it is refused");
      tally.changes += 1;
    }),
    { seed, numRuns: count },
  );
  return tally;
}

function rules(places: Places): string[] {
  return checkRadio(places).findings.map(({ rule, id }) => `${rule} ${id}`);
}

function isConvex({ area }: WhiteZone): boolean {
  const ring = area[0]?.[0] ?? [];
  const turns = ring.slice(1).map(([x1 = 0, y1 = 0], index) => {
    const [x0 = 0, y0 = 0] = ring[index] ?? [];
    const [x2 = 0, y2 = 0] = ring[index + 2] ?? ring[1] ?? [];
    return (x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1);
  });
  return turns.every((turn) => turn >= 0);
}

/** `npm run campaign radio`: the radio check against brute force, on drawn points of Wi-Fi and white zones. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, count: { type: "string", default: "2000" } },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}`);
  const { sets, refused, zones, margin, changes, moved, quietened } = radioCampaign({
    seed,
    count: Number(values.count),
  });
  console.log(`${sets} sets of places, ${refused} of them refused at first; each complied once remedied.`);
  console.log(
    `${zones} zones by brute force: none exceeded; the check says ${margin.least.toFixed(3)} to ${margin.most.toFixed(1)} dB more.`,
  );
  console.log(
    `${moved} points moved to the nearest place, ${quietened} given quiet hours: each then complied.`,
  );
  console.log(`${changes} points made weaker or moved away: none was refused.`);
}
