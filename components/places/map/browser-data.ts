import type { Position } from "geojson";
import type { Area } from "../places/area.ts";
import { hoursOn, isRoundTheClock, type Places } from "../places/places.ts";
import type { ZoneLevel } from "../radio/levels.ts";
import { reach } from "../radio/propagation.ts";
import { reasonWords, showHours, showMargin } from "./words.ts";

/** Returns the data that the script in the page draws: positions with longitude first, distances in metres, texts in French. */
export function browserData({ quarters, hotspots, spaces }: Places, levels: readonly ZoneLevel[]) {
  return {
    quarters: quarters.map(({ name, area }) => ({ name, area: rounded(area) })),
    hotspots: hotspots.map((point) => ({
      name: point.name,
      text: showHours({ spans: hoursOn(point) }),
      position: short(point.position),
      metres: Math.round(reach(point).sure),
      always: isRoundTheClock(point),
    })),
    zones: levels.map((level) => ({
      name: level.zone.name,
      text: `${reasonWords[level.zone.reason]}, au plus ${level.zone.threshold.text.replace("-", "−")}, marge ${showMargin(level)}`,
      area: rounded(level.zone.area),
    })),
    spaces: spaces.map(({ name, position, address }) => ({
      name,
      position: short(position),
      text: address ?? "",
    })),
  };
}

/** To about 10 cm: more digits only make the page heavier. */
function short(position: Position): Position {
  return position.map((degrees) => Number(degrees.toFixed(6)));
}

function rounded(area: Area): Area {
  return area.map((polygon) => polygon.map((ring) => ring.map(short)));
}
