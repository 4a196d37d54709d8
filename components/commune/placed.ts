import { checksum } from "../foundation/manifest/checksum.ts";
import type { Hotspot, Places } from "../places/places/places.ts";

/** Places as a stack publishes them: thousands of hotspots in a few digests for each quarter. */
export interface Placed {
  /** Hotspots, by quarter. */
  points: Readonly<Record<string, PlacedPoints>>;
  /** Outlines and names of quarters, rules of white zones, and positions of spaces. */
  quarters: Readonly<Record<string, string>>;
  zones: Readonly<Record<string, string>>;
  spaces: Readonly<Record<string, string>>;
}

/** The hotspots of one quarter: their number, and digests that show which aspect of them changed. */
interface PlacedPoints {
  count: number;
  /** Digest of their ids. */
  ids: string;
  /** Digest of their devices. */
  devices: string;
  /** Digest of their positions and mountings. */
  places: string;
  /** Digest of channels, widths, powers and antennas. */
  radios: string;
  /** Digest of the hours at which their radios are on. */
  hours: string;
}

/** Parts of a hotspot that each digest covers. */
const aspects = {
  ids: ({ id }: Hotspot) => id,
  devices: ({ uuid, model }: Hotspot) => [uuid, model],
  places: ({ position, height, setting, name, address }: Hotspot) => [
    position,
    height,
    setting,
    name,
    address,
  ],
  radios: ({ radios }: Hotspot) => radios,
  hours: ({ open, quiet }: Hotspot) => [open.text, quiet?.text],
} as const;

/**
 * Returns the digests of places.geojson that later ones are compared with. Pure.
 *
 * @param served whether a server manages hotspots; without one they are ignored.
 */
export function placedOf({ quarters, hotspots, zones, spaces }: Places, served: boolean): Placed {
  const byQuarter = new Map<string, Hotspot[]>();
  for (const point of served ? hotspots : []) {
    const others = byQuarter.get(point.quarter);
    if (others) others.push(point);
    else byQuarter.set(point.quarter, [point]);
  }
  return {
    points: Object.fromEntries([...byQuarter].map(([quarter, points]) => [quarter, pointsOf(points)])),
    quarters: digests(quarters.map(({ id, name, area }) => [id, [name, area]])),
    zones: digests(
      zones.map(({ id, name, reason, threshold, schedule, area }) => [
        id,
        [name, reason, threshold.value, schedule.text, area],
      ]),
    ),
    spaces: digests(
      spaces.map(({ id, name, quarter, address, position }) => [id, [name, quarter, address, position]]),
    ),
  };
}

function pointsOf(points: readonly Hotspot[]): PlacedPoints {
  // The order in the file makes no difference.
  const sorted = points.toSorted((one, other) => (one.id < other.id ? -1 : 1));
  const digest = (aspect: (point: Hotspot) => unknown) => checksum(sorted.map(aspect), 8);
  return {
    count: points.length,
    ids: digest(aspects.ids),
    devices: digest(aspects.devices),
    places: digest(aspects.places),
    radios: digest(aspects.radios),
    hours: digest(aspects.hours),
  };
}

function digests(entries: readonly [string, unknown][]): Record<string, string> {
  return Object.fromEntries(entries.map(([id, value]) => [id, checksum(value, 8)]));
}
