import { isAlways, minutesPerWeek, showMoment } from "../../foundation/declaration/weekly-hours.ts";
import { at, showPosition } from "../places/finding.ts";
import { hoursOn, isRoundTheClock, type Places, type Quarter } from "../places/places.ts";
import { channelFindings } from "./channels.ts";
import type { RadioFinding, Remedies } from "./finding.ts";
import { lawFindings } from "./law.ts";
import { type Share, sendersOf, type ZoneLevel, zoneLevel } from "./levels.ts";
import { dBm, nearest } from "./propagation.ts";
import { lowerPowers, nearestPosition } from "./remedy.ts";

/** Result of the radio check. */
export interface RadioCheck {
  /** In the order of rules: the law, zones, quarters, channels. Empty when everything complies. */
  findings: RadioFinding[];
  /** Highest level of each white zone. */
  levels: ZoneLevel[];
}

const checked = new WeakMap<Places, RadioCheck>();

/**
 * Holds every hotspot to the law, to the white zones, to its quarter and to its neighbours. Pure; worked out once for
 * the same places, since who reads them and who draws their map both ask.
 */
export function checkRadio(places: Places): RadioCheck {
  const known = checked.get(places) ?? radioCheck(places);
  checked.set(places, known);
  return known;
}

function radioCheck(places: Places): RadioCheck {
  const senders = sendersOf(places.hotspots);
  const levels = places.zones.map((zone) => zoneLevel(zone, senders));
  return {
    findings: [
      ...places.hotspots.flatMap(lawFindings),
      ...zoneFindings(places, levels),
      ...quarterFindings(places),
      ...channelFindings(places.hotspots),
    ],
    levels,
  };
}

/** A level as people read it. */
function showLevel(milliwatts: number): string {
  return `${dBm(milliwatts).toFixed(1)} dBm`;
}

function zoneFindings(places: Places, levels: readonly ZoneLevel[]): RadioFinding[] {
  const byHotspot = new Map<string, { level: ZoneLevel; share: Share }[]>();
  for (const level of levels) {
    for (const share of level.refused) {
      const { id } = share.hotspot;
      byHotspot.set(id, [...(byHotspot.get(id) ?? []), { level, share }]);
    }
  }
  return places.hotspots.flatMap((hotspot) => {
    const exceeded = byHotspot.get(hotspot.id) ?? [];
    if (exceeded.length === 0) return [];
    const powers = lowerPowers(hotspot, exceeded);
    const place = nearestPosition(hotspot, places, levels);
    const quiet = quietHours(exceeded);
    const ways = [
      powers.length > 0
        ? `power at most ${powers.map(({ band, dBm }) => `${dBm} dBm at ${band}`).join(" and ")}`
        : "",
      place ? `at ${showPosition(place.position)}, ${Math.ceil(place.metres)} m away` : "",
      quiet
        ? `"quiet": "${quiet}"${isRoundTheClock(hotspot) ? ", as a point that is not open 24/7" : ""}`
        : "",
    ].filter((way) => way !== "");
    const creche = exceeded.find(({ level, share }) => level.zone.reason === "creche" && share.metres === 0);
    const remedy =
      ways.length > 0
        ? `It complies with one of: ${ways.join("; or ")}.`
        : "No power is low enough: close it.";
    const finding: RadioFinding = {
      rule: "white-zone",
      ...at(
        hotspot,
        ["properties", "radios"],
        creche ? inCreche(creche.level, place) : `${faults(exceeded)}. ${remedy}`,
      ),
      remedies: { powers, ...(place && { nearest: place }), ...(quiet && { quiet }) },
    };
    return [finding];
  });
}

/** The law forbids it whatever the level is: only another place is told. */
function inCreche({ zone }: ZoneLevel, place: Remedies["nearest"]): string {
  const where = place
    ? `to ${showPosition(place.position)}, ${Math.ceil(place.metres)} m away`
    : "out of the zone";
  return `stands in white zone "${zone.id}", a crèche: no power is allowed there (law 2015-136, article 7: no wireless equipment where children under three are). Move it ${where}, or take it out.`;
}

/** The zone that gets most too much, and how many more there are: one is enough to read. */
function faults(exceeded: readonly { level: ZoneLevel; share: Share }[]): string {
  const excess = ({ level, share }: { level: ZoneLevel; share: Share }) =>
    share.tooNear
      ? Number.POSITIVE_INFINITY
      : share.milliwatts / (level.allowed.get(share.hotspot.id) ?? level.threshold);
  const [worst, ...others] = [...exceeded].sort((one, other) => excess(other) - excess(one));
  if (worst === undefined) return "";
  return `${tooMuch(worst)}${others.length > 0 ? `; too much in ${others.map(({ level }) => level.zone.id).join(", ")} too` : ""}`;
}

function tooMuch({ level, share }: { level: ZoneLevel; share: Share }): string {
  const { zone, worst } = level;
  if (share.tooNear) {
    const where = share.metres === 0 ? "in" : `${share.metres.toFixed(1)} m from`;
    return `stands ${where} white zone "${zone.id}": nearer than ${nearest} m no level can be promised, and ${zone.threshold.text} is its most`;
  }
  const when =
    isAlways(zone.schedule) || worst === undefined ? "" : ` on ${showMoment(worst.minute % minutesPerWeek)}`;
  const all =
    worst && worst.milliwatts > share.milliwatts * 1.001
      ? `, all hotspots together ${showLevel(worst.milliwatts)}`
      : "";
  return `brings ${showLevel(share.milliwatts)} into white zone "${zone.id}"${when} at worst${all}; ${zone.threshold.text} is its most`;
}

/** Hours that would do: those of the zones, when none of them holds always. */
function quietHours(exceeded: readonly { level: ZoneLevel; share: Share }[]): string | undefined {
  const schedules = new Set(exceeded.map(({ level }) => level.zone.schedule.text));
  const [only] = schedules;
  const [first] = exceeded;
  if (schedules.size !== 1 || first === undefined || isAlways(first.level.zone.schedule)) return undefined;
  // Hours that leave nothing are no remedy.
  const left = hoursOn({ open: first.share.hotspot.open, quiet: first.level.zone.schedule });
  return left.length > 0 ? only : undefined;
}

/** Everybody can reach a point at any time in their quarter. A commune without any point promises none. */
function quarterFindings({ quarters, hotspots }: Places): RadioFinding[] {
  if (hotspots.length === 0) return [];
  return quarters.flatMap((quarter) => {
    const here = hotspots.filter((hotspot) => hotspot.quarter === quarter.id);
    return here.some(isRoundTheClock)
      ? []
      : [
          noPoint(
            quarter,
            here.map(({ id }) => id),
          ),
        ];
  });
}

function noPoint(quarter: Quarter, ids: readonly string[]): RadioFinding {
  const advice =
    ids.length > 0
      ? `Write "open": "24/7" at one of ${ids.join(", ")}.`
      : `Declare a hotspot in it: npx commune wifi plan shows where.`;
  return {
    rule: "quarter",
    ...at(quarter, ["properties"], `has no point that is open 24/7. ${advice}`),
    remedies: { hotspots: ids },
  };
}
