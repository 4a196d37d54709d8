import type { Position } from "geojson";
import type { Radio } from "../places/declaration.ts";
import { asWritten } from "../places/finding.ts";
import { isInside } from "../places/outline.ts";
import type { Hotspot, Places } from "../places/places.ts";
import { away, metresBetween, metresTo, shortened } from "./distance.ts";
import { type Share, shareOf, totalStrength, type ZoneLevel } from "./levels.ts";
import { dBm, nearest } from "./propagation.ts";

/** Whole dBm, since radios are set so; a hair less than what is allowed exactly. */
const hair = 0.001;

/**
 * Returns the most power that each radio may get; empty if even 0 dBm is too much, or if nothing can be promised of
 * any. All radios are lowered alike.
 */
export function lowerPowers(
  hotspot: Hotspot,
  exceeded: readonly { level: ZoneLevel; share: Share }[],
): { band: Radio["band"]; dBm: number }[] {
  if (exceeded.some(({ share }) => share.tooNear)) return [];
  const decibels = Math.max(
    ...exceeded.map(({ level, share }) => {
      const allowed = level.allowed.get(hotspot.id) ?? 0;
      return allowed > 0 ? dBm(share.milliwatts) - dBm(allowed) : Number.POSITIVE_INFINITY;
    }),
  );
  const powers = hotspot.radios.map(({ band, power }) => ({
    band,
    dBm: Math.floor(power.value - decibels - hair),
  }));
  return powers.every(({ dBm }) => dBm >= 0) ? powers : [];
}

/** Returns the level that a hotspot may cause in a zone: its even share if the zone gets too much, else what others leave. */
function budget({ threshold, worst, allowed }: ZoneLevel, { hotspot, milliwatts }: Share): number {
  return allowed.get(hotspot.id) ?? threshold - ((worst?.milliwatts ?? 0) - milliwatts);
}

/** Search for another position: the first ring in metres, the factor to each next ring, and the directions on a ring. */
const [nearestRing, farther, directions] = [5, 1.06, 48];

/** The nearest place in its quarter where a hotspot complies with every white zone, all else as it is. */
export function nearestPosition(
  hotspot: Hotspot,
  { quarters }: Places,
  levels: readonly ZoneLevel[],
): { position: Position; metres: number } | undefined {
  const quarter = quarters.find(({ id }) => id === hotspot.quarter);
  if (quarter === undefined) return undefined;
  const strength = totalStrength(hotspot);
  // A zone that the hotspot is never on in says nothing about where it may be.
  const zones = levels.flatMap((level) => {
    const share = shareOf(hotspot, level.zone);
    if (share === undefined) return [];
    return [{ area: level.zone.area, now: share.metres, least: metresFor(strength, budget(level, share)) }];
  });
  // By a metre of way, no distance grows by more: nearer than that, some zone still gets too much.
  const shortest = 0.99 * Math.max(nearestRing, ...zones.map(({ now, least }) => least - now));
  const farthest = Math.max(...quarter.area.flat(2).map((corner) => metresBetween(hotspot.position, corner)));
  for (let metres = nearestRing; metres < farthest; metres *= farther) {
    if (metres < shortest) continue;
    // What is farther away than that cannot come too near on this ring.
    const close = zones.filter(({ now, least }) => now - metres < least * 1.01);
    for (let direction = 0; direction < 360; direction += 360 / directions) {
      const position = away(hotspot.position, metres, direction);
      if (!isInside(position, quarter.area)) continue;
      if (close.every(({ area, least }) => metresTo(position, area) >= least))
        return { position: asWritten(position), metres };
    }
  }
  return undefined;
}

/** Returns the distance from which on a hotspot causes no more than a budget. */
function metresFor(strength: number, budget: number): number {
  if (budget <= 0) return Number.POSITIVE_INFINITY;
  // Nearer than the formulas hold is never far enough.
  return (Math.max(nearest, Math.sqrt(strength / budget)) / shortened) * (1 + hair);
}
