import { checksum } from "../foundation/manifest/checksum.ts";
import type { Hotspot, Places } from "../places/places/places.ts";

/** What stands where, as a stack publishes it: thousands of points in a few digests each quarter. */
export interface Placed {
  /** Points of the public Wi-Fi, by quarter. */
  points: Readonly<Record<string, PlacedPoints>>;
  /** The outline and name of each quarter, what holds in each white zone, and where each space stands. */
  quarters: Readonly<Record<string, string>>;
  zones: Readonly<Record<string, string>>;
  spaces: Readonly<Record<string, string>>;
}

/** The points of one quarter: how many, and digests that tell which aspect of them changed. */
interface PlacedPoints {
  count: number;
  /** Which ones there are. */
  ids: string;
  /** Which device each is. */
  devices: string;
  /** Where each stands, and how. */
  places: string;
  /** Channels, widths, powers and antennas. */
  radios: string;
  /** When their radios are on. */
  hours: string;
}

/** What of a point each digest is over. */
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
 * What of places.geojson later ones are compared with. Pure.
 *
 * @param served whether a server tells points what to do; without one they are nobody's.
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
  // The order of the file is no difference.
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
