import { common, type Span } from "../../foundation/declaration/weekly-hours.ts";
import { type Hotspot, hoursOn, type WhiteZone } from "../places/places.ts";
import { distanceTo, metresTo, shortened } from "./distance.ts";
import { milliwatts, nearest, strength } from "./propagation.ts";

/** Contribution of one hotspot to a zone while it is on and the zone holds. */
export interface Share {
  hotspot: Hotspot;
  metres: number;
  /** At the zone's nearest point, in free space, all radios of the hotspot. */
  milliwatts: number;
  /** In the zone, or so near that the formula does not hold: no level can be promised. */
  tooNear: boolean;
  /** Hours in which it is on and the zone holds. */
  spans: readonly Span[];
}

/** A moment of the week, and the sum of all hotspots then. */
interface Moment {
  /** Minutes since Monday 00:00. */
  minute: number;
  milliwatts: number;
}

/** Level that hotspots cause in a zone. */
export interface ZoneLevel {
  zone: WhiteZone;
  /** In milliwatts. */
  threshold: number;
  /** The worst moment of the week; undefined if no hotspot is on while the zone holds. */
  worst: Moment | undefined;
  /** Most that each hotspot may bring, where the zone gets too much; nothing for one that may stay as it is. */
  allowed: ReadonlyMap<string, number>;
  /** The hotspots that bring more than they may, or are so near that nothing can be promised of them. */
  refused: readonly Share[];
}

/** Returns the level of a hotspot at a distance, at worst. In milliwatts. */
export function atDistance(total: number, metres: number): number {
  return total / Math.max(nearest, metres * shortened) ** 2;
}

/** No level can be promised there. */
function isTooNear(metres: number): boolean {
  return metres * shortened < nearest;
}

/** The sum of all radios of a hotspot, one metre away, in milliwatts. */
export function totalStrength({ radios }: Pick<Hotspot, "radios">): number {
  return radios.reduce((sum, radio) => sum + strength(radio), 0);
}

/** Hotspots with what a check asks of them again and again. */
export interface Senders {
  hotspots: readonly Hotspot[];
  /** Place of each in the list, by id. */
  places: ReadonlyMap<string, number>;
  strengths: Float64Array;
  /** The hours that they are on, each once, and which of these are each one's: thousands share a few. */
  hours: readonly (readonly Span[])[];
  hoursOf: Uint32Array;
}

export function sendersOf(hotspots: readonly Hotspot[]): Senders {
  const known = new Map<string, number>();
  const hours: (readonly Span[])[] = [];
  const hoursOf = hotspots.map((hotspot) => {
    const text = `${hotspot.open.text}|${hotspot.quiet?.text ?? ""}`;
    const place = known.get(text) ?? hours.push(hoursOn(hotspot)) - 1;
    known.set(text, place);
    return place;
  });
  return {
    hotspots,
    places: new Map(hotspots.map(({ id }, place) => [id, place])),
    strengths: Float64Array.from(hotspots, totalStrength),
    hours,
    hoursOf: Uint32Array.from(hoursOf),
  };
}

/**
 * Returns the highest level of a zone: each hotspot counts at the zone's nearest point to it, so that no place inside
 * gets more, and all that are on at one moment are added.
 */
export function zoneLevel(zone: WhiteZone, senders: Senders): ZoneLevel {
  const threshold = milliwatts(zone.threshold.value);
  const { hotspots, places, strengths, hours, hoursOf } = senders;
  const spans = hours.map((on) => common(on, zone.schedule.spans));
  // Numbers in a list, and no object for each: there are a million of them where there are 5,000 points.
  const metres = new Float64Array(hotspots.length);
  const together = new Float64Array(hours.length);
  const tooNear: number[] = [];
  const distance = distanceTo(zone.area);
  for (let place = 0; place < hotspots.length; place += 1) {
    const hotspot = hotspots[place];
    const group = hoursOf[place] ?? 0;
    if (hotspot === undefined || spans[group]?.length === 0) continue;
    const away = distance(hotspot.position);
    if (isTooNear(away)) tooNear.push(place);
    metres[place] = away;
    together[group] = (together[group] ?? 0) + atDistance(strengths[place] ?? 0, away);
  }
  const shareAt = (place: number): Share | undefined => {
    const hotspot = hotspots[place];
    const own = spans[hoursOf[place] ?? 0] ?? [];
    return hotspot && share(hotspot, own, strengths[place] ?? 0, metres[place] ?? 0);
  };
  const allowed = new Map<string, number>();
  let worst: Moment | undefined;
  for (const { minute, on } of moments(spans)) {
    const milliwatts = on.reduce((sum, group) => sum + (together[group] ?? 0), 0);
    if (worst === undefined || milliwatts > worst.milliwatts) worst = { minute, milliwatts };
    if (milliwatts <= threshold) continue;
    const sharing = hotspots
      .flatMap((_, place) => (on.includes(hoursOf[place] ?? 0) ? (shareAt(place) ?? []) : []))
      .sort((one, other) => other.milliwatts - one.milliwatts);
    const most = evenShare(sharing, threshold);
    for (const { hotspot, milliwatts } of sharing) {
      if (milliwatts <= most) break;
      allowed.set(hotspot.id, Math.min(most, allowed.get(hotspot.id) ?? most));
    }
  }
  const exceeding = [...allowed.keys()].map((id) => places.get(id) ?? -1);
  const refused = [...new Set([...tooNear, ...exceeding])]
    .sort((one, other) => one - other)
    .flatMap((place) => shareAt(place) ?? []);
  return { zone, threshold, worst, allowed, refused };
}

/** Returns the contribution of one hotspot to a zone; undefined if it is off whenever the zone holds. */
export function shareOf(hotspot: Hotspot, zone: WhiteZone): Share | undefined {
  const spans = common(hoursOn(hotspot), zone.schedule.spans);
  return share(hotspot, spans, totalStrength(hotspot), metresTo(hotspot.position, zone.area));
}

function share(hotspot: Hotspot, spans: readonly Span[], total: number, metres: number): Share | undefined {
  if (spans.length === 0) return undefined;
  return { hotspot, metres, milliwatts: atDistance(total, metres), tooNear: isTooNear(metres), spans };
}

/** The moments at which something comes on, each with the hours that are on then: at no other moment is there more. */
function moments(hours: readonly (readonly Span[])[]): { minute: number; on: number[] }[] {
  const starts = new Set(hours.flatMap((spans) => spans.map(({ from }) => from)));
  return [...starts]
    .sort((one, other) => one - other)
    .map((minute) => ({
      minute,
      on: [...hours.keys()].filter((place) => holds(hours[place] ?? [], minute)),
    }));
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
