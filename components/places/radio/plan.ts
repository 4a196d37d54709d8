import type { Position } from "geojson";
import { weeklyHoursOf } from "../../foundation/declaration/weekly-hours.ts";
import type { Radio } from "../places/declaration.ts";
import { showPosition } from "../places/finding.ts";
import type { Hotspot, Places } from "../places/places.ts";
import { freeChannels } from "./channels.ts";
import { metresBetween, metresTo, shortened } from "./distance.ts";
import { atDistance, sendersOf, zoneLevel } from "./levels.ts";
import { nearest, reach, strength } from "./propagation.ts";
import { limitsOf } from "./regulation.ts";
import { grid } from "./summary.ts";

/** A place where a point could stand. */
interface PlannedPoint {
  position: Position;
  /** Most power of its radio, in whole dBm. */
  power: number;
  channel: number;
  /** Distance up to which it surely serves the street, in metres. */
  served: number;
  /** Metres to the nearest other point. */
  apart: number;
}

export interface Plan {
  quarter: string;
  /** Share of the quarter where an outdoor point of `least` dBm may stand, from 0 to 1. */
  possible: number;
  points: PlannedPoint[];
}

/** The radio that a plan looks for a place for: 2.4 GHz, which no radar interrupts, and a usual antenna. */
const antenna = { gain: 3, loss: 0.5 };
/** Power worth a point, and the most that a plan proposes: sober, in whole dBm. */
const [least, most] = [4, 14];
/** Candidates along each side of the quarter's box. */
const candidatesAlong = 30;

function radio(power: number, channel: number): Radio {
  const decibel = (value: number, unit: string) => ({ value, text: `${value} ${unit}` });
  return {
    band: "2.4 GHz",
    channel,
    width: "20 MHz",
    power: decibel(power, "dBm"),
    gain: decibel(antenna.gain, "dBi"),
    loss: decibel(antenna.loss, "dB"),
    beamforming: decibel(0, "dB"),
  };
}

function point(index: number, quarter: string, position: Position, one: Radio): Hotspot {
  return {
    id: `planned-${index + 1}`,
    feature: -1,
    name: "Planned",
    quarter,
    uuid: "",
    model: "",
    setting: "outdoor",
    height: { metres: 4, text: "4 m" },
    open: weeklyHoursOf("24/7"),
    radios: [one],
    position,
  };
}

/**
 * Proposes places in a quarter for hotspots that are open 24/7: each as far as can be from every other, with as much
 * power as the zones leave, on a channel that is free there. Everything that is declared stays as it is.
 */
export function planQuarter(places: Places, quarterId: string, count: number): Plan {
  const quarter = places.quarters.find(({ id }) => id === quarterId);
  if (quarter === undefined) throw new RangeError(`${quarterId} is no quarter`);
  const candidates = grid(quarter, candidatesAlong);
  const points: PlannedPoint[] = [];
  const planned: Hotspot[] = [];
  let possible = 0;
  for (let index = 0; index < count; index += 1) {
    const hotspots = [...places.hotspots, ...planned];
    const senders = sendersOf(hotspots);
    const zones = places.zones.map((zone) => {
      const { threshold, worst } = zoneLevel(zone, senders);
      return { area: zone.area, left: threshold - (worst?.milliwatts ?? 0) };
    });
    const strongest = (position: Position) => {
      const budgets = zones.map(({ area, left }) => ({ left, metres: metresTo(position, area) }));
      if (budgets.some(({ metres }) => metres * shortened < nearest)) return undefined;
      for (let power = most; power >= least; power -= 1) {
        const sent = strength(radio(power, 1));
        if (budgets.every(({ left, metres }) => atDistance(sent, metres) <= left)) return power;
      }
      return undefined;
    };
    const fit = candidates.flatMap((position) => {
      const power = strongest(position);
      if (power === undefined) return [];
      const apart = Math.min(...hotspots.map((other) => metresBetween(position, other.position)));
      return [{ position, power, apart }];
    });
    if (index === 0) possible = candidates.length > 0 ? fit.length / candidates.length : 0;
    fit.sort((one, other) => other.apart - one.apart || other.power - one.power);
    const chosen = fit
      .map((candidate) => {
        const bare = point(index, quarterId, candidate.position, radio(candidate.power, 1));
        const [channel] = freeChannels(bare, hotspots);
        return channel === undefined || limitsOf(radio(candidate.power, channel)) === undefined
          ? undefined
          : { ...candidate, channel };
      })
      .find((candidate) => candidate !== undefined);
    if (chosen === undefined) break;
    const hotspot = point(index, quarterId, chosen.position, radio(chosen.power, chosen.channel));
    planned.push(hotspot);
    points.push({ ...chosen, served: reach(hotspot).sure });
  }
  return { quarter: quarterId, possible, points };
}

/** A plan for people. */
export function showPlan({ quarter, possible, points }: Plan): string {
  return [
    `${quarter}: an outdoor point of ${least} dBm (2.4 GHz, ${antenna.gain} dBi) may stand in ${(possible * 100).toFixed(0)} % of it.`,
    ...points.map(
      ({ position, power, channel, served, apart }) =>
        `  ${showPosition(position).padEnd(24)} power at most ${power} dBm, channel ${channel}, serves ${served.toFixed(0)} m of street, ${Number.isFinite(apart) ? `${apart.toFixed(0)} m from the next point` : "the first point"}`,
    ),
    ...(points.length === 0 ? ["  No place complies: less strict zones, or none of them."] : []),
    "Positions are of a grid: whether there is a post, a wall or a plug is for somebody to look at.",
  ].join("\n");
}
