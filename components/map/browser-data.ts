import { hoursOn, isRoundTheClock, type Places } from "../places/places.ts";
import type { ZoneLevel } from "../radio/levels.ts";
import { reach } from "../radio/propagation.ts";
import { reasonWords, showHours, showMargin } from "./words.ts";

/** What the script in the page draws: positions with longitude first, distances in metres, texts in French. */
export function browserData({ quarters, hotspots, spaces }: Places, levels: readonly ZoneLevel[]) {
  return {
    quarters: quarters.map(({ name, area }) => ({ name, area })),
    hotspots: hotspots.map((point) => ({
      name: point.name,
      text: showHours({ spans: hoursOn(point) }),
      position: point.position,
      metres: Math.round(reach(point).sure),
      always: isRoundTheClock(point),
    })),
    zones: levels.map((level) => ({
      name: level.zone.name,
      text: `${reasonWords[level.zone.reason]}, au plus ${level.zone.threshold.text.replace("-", "−")}, marge ${showMargin(level)}`,
      area: level.zone.area,
    })),
    spaces: spaces.map(({ name, position, address }) => ({ name, position, text: address ?? "" })),
  };
}
