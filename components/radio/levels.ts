import { common, type Span } from "../declaration/weekly-hours.ts";
import { type Hotspot, hoursOn, type WhiteZone } from "../places/places.ts";
import { metresTo, shortened } from "./distance.ts";
import { milliwatts, nearest, strength } from "./propagation.ts";

/** What one hotspot brings into a zone while it is on and the zone holds. */
export interface Share {
  hotspot: Hotspot;
  metres: number;
  /** At the zone's nearest point, in free space, all radios of the hotspot. */
  milliwatts: number;
  /** When it is on and the zone holds. */
  spans: readonly Span[];
}

/** A moment of the week, and what all hotspots come to together then. */
export interface Moment {
  /** Minutes since Monday 00:00. */
  minute: number;
  milliwatts: number;
}

/** What a zone gets from hotspots. */
export interface ZoneLevel {
  zone: WhiteZone;
  /** In milliwatts. */
  threshold: number;
  /** By id of the hotspot, largest first. A hotspot that is off whenever the zone holds has none. */
  shares: ReadonlyMap<string, Share>;
  /** The worst of the week; nothing where no hotspot is on while the zone holds. */
  worst: Moment | undefined;
  /** Most that each hotspot may bring, where the zone gets too much; nothing for one that may stay as it is. */
  allowed: ReadonlyMap<string, number>;
}

/** What a hotspot brings to a distance, at worst. In milliwatts. */
export function atDistance(total: number, metres: number): number {
  return total / Math.max(nearest, metres * shortened) ** 2;
}

/** What all radios of a hotspot come to one metre away. In milliwatts. */
export function totalStrength({ radios }: Pick<Hotspot, "radios">): number {
  return radios.reduce((sum, radio) => sum + strength(radio), 0);
}

/** A hotspot with what a check asks of it again and again. */
export interface Sender {
  hotspot: Hotspot;
  strength: number;
  on: readonly Span[];
}

export function sendersOf(hotspots: readonly Hotspot[]): Sender[] {
  return hotspots.map((hotspot) => ({
    hotspot,
    strength: totalStrength(hotspot),
    on: hoursOn(hotspot),
  }));
}

/**
 * What a zone gets at worst: each hotspot counts at the zone's nearest point to it, so that no place inside gets
 * more, and all that are on at one moment are added.
 */
export function zoneLevel(zone: WhiteZone, senders: readonly Sender[]): ZoneLevel {
  const threshold = milliwatts(zone.threshold.value);
  const held = new Map<readonly Span[], readonly Span[]>();
  const shares: Share[] = [];
  for (const { hotspot, strength, on } of senders) {
    const spans = held.get(on) ?? common(on, zone.schedule.spans);
    held.set(on, spans);
    if (spans.length === 0) continue;
    const metres = metresTo(hotspot.position, zone.area);
    shares.push({ hotspot, metres, milliwatts: atDistance(strength, metres), spans });
  }
  shares.sort((one, other) => other.milliwatts - one.milliwatts);
  const allowed = new Map<string, number>();
  let worst: Moment | undefined;
  for (const { minute, sharing } of moments(shares)) {
    const milliwatts = sharing.reduce((sum, share) => sum + share.milliwatts, 0);
    if (worst === undefined || milliwatts > worst.milliwatts) worst = { minute, milliwatts };
    if (milliwatts <= threshold) continue;
    const most = evenShare(sharing, threshold);
    for (const { hotspot, milliwatts } of sharing) {
      if (milliwatts > most) allowed.set(hotspot.id, Math.min(most, allowed.get(hotspot.id) ?? most));
    }
  }
  const byHotspot = new Map(shares.map((share) => [share.hotspot.id, share]));
  return { zone, threshold, shares: byHotspot, worst, allowed };
}

/** The moments at which something comes on, each with what is on then: at no other moment is there more. */
function moments(shares: readonly Share[]): { minute: number; sharing: readonly Share[] }[] {
  // Many hotspots have the same hours: whether they are on is asked once for all of them.
  const schedules = new Set(shares.map(({ spans }) => spans));
  const starts = new Set([...schedules].flatMap((spans) => spans.map(({ from }) => from)));
  return [...starts]
    .sort((one, other) => one - other)
    .map((minute) => {
      const on = new Set([...schedules].filter((spans) => holds(spans, minute)));
      return { minute, sharing: shares.filter(({ spans }) => on.has(spans)) };
    });
}

function holds(spans: readonly Span[], minute: number): boolean {
  return spans.some(({ from, to }) => from <= minute && minute < to);
}

/**
 * The most that each may bring so that the sum is within the threshold, when those that bring less stay as they
 * are. `sharing` is in order, largest first, and too much together.
 */
function evenShare(sharing: readonly Share[], threshold: number): number {
  let rest = sharing.reduce((sum, { milliwatts }) => sum + milliwatts, 0);
  for (const [index, share] of sharing.entries()) {
    rest -= share.milliwatts;
    const most = Math.max(0, threshold - rest) / (index + 1);
    if (most >= (sharing[index + 1]?.milliwatts ?? 0)) return most;
  }
  return 0;
}
