import Flatbush from "flatbush";
import type { Position } from "geojson";
import type { Language, Translated } from "../../foundation/language/language.ts";
import { outlineOf } from "../places/outline.ts";
import { type Hotspot, isRoundTheClock, type Places, type Quarter } from "../places/places.ts";
import type { RadioCheck } from "./check.ts";
import { boxAround, metresBetween } from "./distance.ts";
import { dBm, modelled, reach } from "./propagation.ts";

/** Figures of a quarter. */
interface QuarterFigures {
  id: string;
  hotspots: number;
  roundTheClock: number;
  /** Share of its area where a hotspot surely serves the street, from 0 to 1. */
  served: number;
}

/** Highest level of a white zone. */
interface ZoneFigures {
  id: string;
  /** In dBm. */
  threshold: number;
  /** In dBm; undefined if no hotspot is on while the zone holds. */
  level: number | undefined;
  /** Distance below the threshold, in dB. */
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
  const outline = outlineOf(area);
  const [west, south, east, north] = outline.box;
  const between = (from: number, to: number) =>
    Array.from({ length: along }, (_, index) => from + ((to - from) * (index + 0.5)) / along);
  const longitudes = between(west, east);
  return between(south, north).flatMap((y) => outline.insideAt(y, longitudes).map((x) => [x, y]));
}

/** Whether a hotspot surely serves a position. */
function streetsOf(hotspots: readonly Hotspot[]): (position: Position) => boolean {
  if (hotspots.length === 0) return () => false;
  const reaches = hotspots.map((hotspot) => ({ position: hotspot.position, metres: reach(hotspot).sure }));
  const index = new Flatbush(reaches.length);
  for (const { position, metres } of reaches) index.add(...boxAround(position, metres));
  index.finish();
  return (position) => {
    const [x = 0, y = 0] = position;
    return index.search(x, y, x, y).some((place) => {
      const found = reaches[place];
      return found !== undefined && metresBetween(position, found.position) <= found.metres;
    });
  };
}

/** The result of a check, by quarter and by zone. */
export function summary({ quarters, hotspots }: Places, { levels }: RadioCheck): Figures {
  const isServed = streetsOf(hotspots);
  return {
    quarters: quarters.map((quarter) => {
      const here = hotspots.filter((hotspot) => hotspot.quarter === quarter.id);
      const positions = grid(quarter);
      const served = positions.filter(isServed);
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

interface SummaryPhrases {
  quarter: string;
  /** Headings, as wide as the columns. */
  ofQuarters: string;
  zone: string;
  ofZones: string;
  nothing: string;
  /** Limits of the figures. */
  notes: readonly string[];
}

const phrases: Translated<SummaryPhrases> = {
  en: {
    quarter: "quarter",
    ofQuarters: "points   24/7   street served",
    zone: "white zone",
    ofZones: "at most      at worst    margin",
    nothing: "nothing",
    notes: [
      "Zones: free space, no wall counted, all hotspots that are on together: real levels are lower.",
      "Streets: a model's middle less one deviation; five in six places at that distance are served. No survey.",
      `Nearer than ${modelled.from} m the model was not measured: its line is extended, no farther than line of sight goes.`,
    ],
  },
  fr: {
    quarter: "quartier",
    ofQuarters: "bornes   24/7    rue desservie",
    zone: "zone blanche",
    ofZones: "au plus       au pire     marge",
    nothing: "rien",
    notes: [
      "Zones : espace libre, aucun mur compté, toutes les bornes allumées ensemble : les niveaux réels sont plus bas.",
      "Rues : le milieu d’un modèle moins un écart type ; cinq endroits sur six à cette distance sont desservis. Ce n’est pas un relevé.",
      `À moins de ${modelled.from} m le modèle n’a pas été mesuré : sa ligne est prolongée, pas plus loin que la vue directe.`,
    ],
  },
};

/** The figures as tables, with what they are and are not. */
export function showSummary({ quarters, zones }: Figures, language: Language): string {
  const say = phrases[language];
  const width = Math.max(10, say.zone.length, ...[...quarters, ...zones].map(({ id }) => id.length)) + 2;
  return [
    `${say.quarter.padEnd(width)}${say.ofQuarters}`,
    ...quarters.map(
      ({ id, hotspots, roundTheClock, served }) =>
        `${id.padEnd(width)}${String(hotspots).padStart(6)} ${String(roundTheClock).padStart(6)} ${`${(served * 100).toFixed(1)} %`.padStart(15)}`,
    ),
    "",
    `${say.zone.padEnd(width)}${say.ofZones}`,
    ...zones.map(({ id, threshold, level, margin }) => {
      const worst = level === undefined ? say.nothing : `${level.toFixed(1)} dBm`;
      return `${id.padEnd(width)}${`${threshold} dBm`.padStart(7)} ${worst.padStart(13)} ${margin === undefined ? "" : `${margin.toFixed(1)} dB`.padStart(9)}`;
    }),
    "",
    ...say.notes,
  ].join("\n");
}
