import type { Position } from "geojson";
import { isInside } from "../places/check.ts";
import { isRoundTheClock, type Places, type Quarter } from "../places/places.ts";
import type { RadioCheck } from "./check.ts";
import { metresBetween } from "./distance.ts";
import { dBm, reach } from "./propagation.ts";

/** What a quarter has. */
export interface QuarterFigures {
  id: string;
  hotspots: number;
  roundTheClock: number;
  /** Share of its area where a hotspot surely serves the street, from 0 to 1. */
  served: number;
}

/** What a white zone gets at worst. */
export interface ZoneFigures {
  id: string;
  /** In dBm. */
  threshold: number;
  /** In dBm; nothing where no hotspot is on while the zone holds. */
  level: number | undefined;
  /** How far below the threshold, in dB. */
  margin: number | undefined;
}

export interface Figures {
  quarters: QuarterFigures[];
  zones: ZoneFigures[];
}

/** Places of a quarter that are looked at for its share, along each side of its box. */
const steps = 60;

/** Positions inside a quarter, evenly. */
export function grid({ area }: Quarter, along = steps): Position[] {
  const corners = area.flat(2);
  const [xs, ys] = [corners.map(([x = 0]) => x), corners.map(([, y = 0]) => y)];
  const [west, east, south, north] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return Array.from({ length: along * along }, (_, index) => [
    west + ((east - west) * ((index % along) + 0.5)) / along,
    south + ((north - south) * (Math.floor(index / along) + 0.5)) / along,
  ]).filter((position) => isInside(position, area));
}

/** What a check comes to, by quarter and by zone. */
export function summary({ quarters, hotspots }: Places, { levels }: RadioCheck): Figures {
  const reaches = hotspots.map((hotspot) => ({ hotspot, metres: reach(hotspot).sure }));
  return {
    quarters: quarters.map((quarter) => {
      const here = hotspots.filter((hotspot) => hotspot.quarter === quarter.id);
      const positions = grid(quarter);
      const served = positions.filter((position) =>
        reaches.some(({ hotspot, metres }) => metresBetween(position, hotspot.position) <= metres),
      );
      return {
        id: quarter.id,
        hotspots: here.length,
        roundTheClock: here.filter(isRoundTheClock).length,
        served: positions.length > 0 ? served.length / positions.length : 0,
      };
    }),
    zones: levels.map(({ zone, worst }) => {
      const level = worst && dBm(worst.milliwatts);
      return {
        id: zone.id,
        threshold: zone.threshold.value,
        level,
        margin: level === undefined ? undefined : zone.threshold.value - level,
      };
    }),
  };
}

/** The figures as tables, with what they are and are not. */
export function showSummary({ quarters, zones }: Figures): string {
  const width = Math.max(10, ...[...quarters, ...zones].map(({ id }) => id.length)) + 2;
  return [
    `${"quarter".padEnd(width)}points   24/7   street served`,
    ...quarters.map(
      ({ id, hotspots, roundTheClock, served }) =>
        `${id.padEnd(width)}${String(hotspots).padStart(6)} ${String(roundTheClock).padStart(6)} ${`${(served * 100).toFixed(1)} %`.padStart(15)}`,
    ),
    "",
    `${"white zone".padEnd(width)}at most      at worst    margin`,
    ...zones.map(({ id, threshold, level, margin }) => {
      const worst = level === undefined ? "nothing" : `${level.toFixed(1)} dBm`;
      return `${id.padEnd(width)}${`${threshold} dBm`.padStart(7)} ${worst.padStart(13)} ${margin === undefined ? "" : `${margin.toFixed(1)} dB`.padStart(9)}`;
    }),
    "",
    "Zones: free space, no wall counted, all hotspots that are on together: real levels are lower.",
    "Streets: a model's middle less one deviation; five in six places at that distance are served. No survey.",
  ].join("\n");
}
