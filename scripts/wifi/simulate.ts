import type { Position } from "geojson";
import { show } from "../../components/foundation/declaration/show.ts";
import { weeklyHoursOf } from "../../components/foundation/declaration/weekly-hours.ts";
import { near } from "../../components/places/places/geometry.ts";
import { isInside } from "../../components/places/places/outline.ts";
import type { Hotspot, Places, WhiteZone } from "../../components/places/places/places.ts";
import { checkRadio } from "../../components/places/radio/check.ts";
import { away } from "../../components/places/radio/distance.ts";
import type { RadioFinding } from "../../components/places/radio/finding.ts";
import { type Figures, summary } from "../../components/places/radio/summary.ts";
import { spoken } from "../language.ts";
import { adviceOn } from "../undeclared.ts";

/** Changes that are tried, as written on the command line. */
export interface Asked {
  power: readonly string[];
  move: readonly string[];
  close: readonly string[];
  zone: readonly string[];
}

type Changed = { places: Places } | { fault: string };

function numbers(text: string, count: number): number[] | undefined {
  const read = text.split(",").map(Number);
  return read.length === count && read.every(Number.isFinite) && !text.includes(",,") ? read : undefined;
}

/** The places with what is asked for, or what is wrong with the question. */
export function changesOf({ power, move, close, zone }: Asked, places: Places): Changed {
  let hotspots = [...places.hotspots];
  const zones: WhiteZone[] = [...places.zones];
  const somewhere = places.quarters[0]?.area[0]?.[0]?.[0];
  const here = (position: Position) => (somewhere ? near(position, somewhere) : position);
  const change = (id: string, to: (hotspot: Hotspot) => Hotspot): string | undefined => {
    const found = hotspots.find((hotspot) => hotspot.id === id);
    if (!found) {
      const ids = places.hotspots.map((hotspot) => hotspot.id);
      const advice = adviceOn(id, ids);
      return spoken({
        en: `${show(id)} is no hotspot. ${advice}`,
        fr: `${show(id)} n’est pas une borne. ${advice}`,
      });
    }
    hotspots = hotspots.map((hotspot) => (hotspot === found ? to(hotspot) : hotspot));
    return undefined;
  };
  for (const text of power) {
    const [id = "", value = ""] = text.split("=");
    const dBm = numbers(value, 1)?.[0];
    if (dBm === undefined || dBm < 0 || dBm > 36)
      return {
        fault: spoken({
          en: `${show(text)} is not hotspot=dBm, such as rize=8.`,
          fr: `${show(text)} n’est pas borne=dBm, comme rize=8.`,
        }),
      };
    const fault = change(id, (hotspot) => ({
      ...hotspot,
      radios: hotspot.radios.map((radio) => ({ ...radio, power: { value: dBm, text: `${dBm} dBm` } })),
    }));
    if (fault) return { fault };
  }
  for (const text of move) {
    const [id = "", value = ""] = text.split("=");
    const written = numbers(value, 2);
    if (!written)
      return {
        fault: spoken({
          en: `${show(text)} is not hotspot=longitude,latitude, such as rize=4.88,45.77.`,
          fr: `${show(text)} n’est pas borne=longitude,latitude, comme rize=4.88,45.77.`,
        }),
      };
    const position = here(written);
    const quarter = places.quarters.find(({ area }) => isInside(position, area));
    if (!quarter)
      return {
        fault: spoken({
          en: `${show(value)} is in no quarter. Longitude comes first.`,
          fr: `${show(value)} n’est dans aucun quartier. La longitude vient d’abord.`,
        }),
      };
    const fault = change(id, (hotspot) => ({ ...hotspot, position, quarter: quarter.id }));
    if (fault) return { fault };
  }
  for (const id of close) {
    const fault = change(id, (hotspot) => hotspot);
    if (fault) return { fault };
    hotspots = hotspots.filter((hotspot) => hotspot.id !== id);
  }
  for (const [index, text] of zone.entries()) {
    const [longitude, latitude, metres, threshold] = numbers(text, 4) ?? [];
    if (
      longitude === undefined ||
      latitude === undefined ||
      metres === undefined ||
      threshold === undefined
    ) {
      return {
        fault: spoken({
          en: `${show(text)} is not longitude,latitude,metres,dBm, such as 4.88,45.77,50,-65.`,
          fr: `${show(text)} n’est pas longitude,latitude,mètres,dBm, comme 4.88,45.77,50,-65.`,
        }),
      };
    }
    if (metres <= 0 || threshold > -30 || threshold < -100) {
      return {
        fault: spoken({
          en: `${show(text)}: metres are more than 0, dBm from -100 to -30.`,
          fr: `${show(text)} : les mètres sont plus que 0, les dBm de -100 à -30.`,
        }),
      };
    }
    const ring = Array.from({ length: 25 }, (_, step) =>
      away(here([longitude, latitude]), metres, ((24 - step) % 24) * 15),
    );
    zones.push({
      id: `new-zone-${index + 1}`,
      feature: -1,
      name: "New zone",
      reason: "residents",
      threshold: { value: threshold, text: `${threshold} dBm` },
      schedule: weeklyHoursOf("24/7"),
      area: [[ring]],
    });
  }
  return { places: { ...places, hotspots, zones } };
}

/** One side of a comparison. */
interface Side extends Figures {
  findings: RadioFinding[];
}

export interface Simulation {
  before: Side;
  after: Side;
}

function side(places: Places): Side {
  const checked = checkRadio(places);
  return { findings: checked.findings, ...summary(places, checked) };
}

/** Figures as they are, and as they would be. */
export function simulate(before: Places, after: Places): Simulation {
  return { before: side(before), after: side(after) };
}

/** Differences, for people. */
export function showSimulation({ before, after }: Simulation): string {
  const level = (value: number | undefined) =>
    value === undefined ? spoken({ en: "nothing", fr: "rien" }) : `${value.toFixed(1)} dBm`;
  const share = (value: number | undefined) => (value === undefined ? "–" : `${(value * 100).toFixed(1)} %`);
  const zones = after.zones.flatMap((zone) => {
    const was = before.zones.find(({ id }) => id === zone.id);
    if (was && level(was.level) === level(zone.level)) return [];
    return [
      spoken({
        en: `  white zone ${zone.id}: ${was ? level(was.level) : "new"} → ${level(zone.level)} (at most ${zone.threshold} dBm)`,
        fr: `  zone blanche ${zone.id} : ${was ? level(was.level) : "nouvelle"} → ${level(zone.level)} (au plus ${zone.threshold} dBm)`,
      }),
    ];
  });
  const quarters = after.quarters.flatMap((quarter) => {
    const was = before.quarters.find(({ id }) => id === quarter.id);
    const text = (one: typeof was) =>
      spoken({
        en: `${one?.hotspots} points, ${one?.roundTheClock} of them 24/7, ${share(one?.served)} of the street`,
        fr: `${one?.hotspots} bornes, dont ${one?.roundTheClock} jour et nuit, ${share(one?.served)} de la rue`,
      });
    return text(was) === text(quarter)
      ? []
      : [
          spoken({
            en: `  quarter ${quarter.id}: ${text(was)} → ${text(quarter)}`,
            fr: `  quartier ${quarter.id} : ${text(was)} → ${text(quarter)}`,
          }),
        ];
  });
  const changed = [...quarters, ...zones];
  return [
    changed.length > 0
      ? spoken({ en: "What would change:", fr: "Ce qui changerait :" })
      : spoken({ en: "Nothing would change.", fr: "Rien ne changerait." }),
    ...changed,
    "",
    after.findings.length > 0
      ? spoken({ en: "What would be refused:", fr: "Ce qui serait refusé :" })
      : spoken({ en: "Everything would comply.", fr: "Tout serait en règle." }),
    ...after.findings.map(({ message }) => spoken(`  ${message}`)),
    "",
    spoken({ en: "Nothing was changed.", fr: "Rien n’a été changé." }),
  ].join("\n");
}
