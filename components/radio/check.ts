import { isAlways, minutesPerWeek, showMoment } from "../declaration/weekly-hours.ts";
import { at, showPosition } from "../places/check.ts";
import { hoursOn, isRoundTheClock, type Places, type Quarter } from "../places/places.ts";
import { channelFindings } from "./channels.ts";
import type { RadioFinding } from "./finding.ts";
import { lawFindings } from "./law.ts";
import { type Share, sendersOf, type ZoneLevel, zoneLevel } from "./levels.ts";
import { dBm } from "./propagation.ts";
import { lowerPowers, nearestPosition } from "./remedy.ts";

/** What the radio check found. */
export interface RadioCheck {
  /** In the order of rules: the law, zones, quarters, channels. Empty when everything complies. */
  findings: RadioFinding[];
  /** What each white zone gets at worst. */
  levels: ZoneLevel[];
}

/** Holds every hotspot to the law, to the white zones, to its quarter and to its neighbours. Pure. */
export function checkRadio(places: Places): RadioCheck {
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
export function showLevel(milliwatts: number): string {
  return `${dBm(milliwatts).toFixed(1)} dBm`;
}

function zoneFindings(places: Places, levels: readonly ZoneLevel[]): RadioFinding[] {
  return places.hotspots.flatMap((hotspot) => {
    const exceeded = levels.flatMap((level) => {
      const share = level.allowed.has(hotspot.id) ? level.shares.get(hotspot.id) : undefined;
      return share ? [{ level, share }] : [];
    });
    if (exceeded.length === 0) return [];
    const powers = lowerPowers(hotspot, exceeded);
    const nearest = nearestPosition(hotspot, places, levels);
    const quiet = quietHours(exceeded);
    const ways = [
      powers.length > 0
        ? `power at most ${powers.map(({ band, dBm }) => `${dBm} dBm at ${band}`).join(" and ")}`
        : "",
      nearest ? `at ${showPosition(nearest.position)}, ${Math.ceil(nearest.metres)} m away` : "",
      quiet
        ? `"quiet": "${quiet}"${isRoundTheClock(hotspot) ? ", as a point that is not open 24/7" : ""}`
        : "",
    ].filter((way) => way !== "");
    const remedy =
      ways.length > 0
        ? `It complies with one of: ${ways.join("; or ")}.`
        : "No power is low enough: close it.";
    const finding: RadioFinding = {
      rule: "white-zone",
      ...at(hotspot, ["properties", "radios"], `${faults(exceeded)}. ${remedy}`),
      remedies: { powers, ...(nearest && { nearest }), ...(quiet && { quiet }) },
    };
    return [finding];
  });
}

/** The zone that gets most too much, and how many more there are: one is enough to read. */
function faults(exceeded: readonly { level: ZoneLevel; share: Share }[]): string {
  const excess = ({ level, share }: { level: ZoneLevel; share: Share }) =>
    share.milliwatts / (level.allowed.get(share.hotspot.id) ?? level.threshold);
  const [worst, ...others] = [...exceeded].sort((one, other) => excess(other) - excess(one));
  if (worst === undefined) return "";
  return `${tooMuch(worst)}${others.length > 0 ? `; too much in ${others.map(({ level }) => level.zone.id).join(", ")} too` : ""}`;
}

function tooMuch({ level, share }: { level: ZoneLevel; share: Share }): string {
  const { zone, worst } = level;
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
