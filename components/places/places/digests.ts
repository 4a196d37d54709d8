import * as z from "zod";
import { checksum } from "../../foundation/manifest/checksum.ts";
import type { Hotspot, Places } from "./places.ts";

const names = z.record(z.string(), z.string());

/** The hotspots of one quarter: their number, and digests that show which aspect of them changed. */
const quarterDigests = z.object({
  count: z.number(),
  /** Digest of their ids. */
  ids: z.string(),
  /** Digest of their devices. */
  devices: z.string(),
  /** Digest of their positions and mountings. */
  places: z.string(),
  /** Digest of channels, widths, powers and antennas. */
  radios: z.string(),
  /** Digest of the hours at which their radios are on. */
  hours: z.string(),
});

/** Places as a stack publishes them: thousands of hotspots in a few digests for each quarter. */
export const placesDigests = z.object({
  /** Hotspots, by quarter. */
  points: z.record(z.string(), quarterDigests),
  /** Outlines and names of quarters, rules of white zones, and positions of spaces. */
  quarters: names,
  zones: names,
  spaces: names,
});

/** Digests of places, for later ones to be compared with. */
export type PlacesDigests = z.output<typeof placesDigests>;

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
export function digestsOf({ quarters, hotspots, zones, spaces }: Places, served: boolean): PlacesDigests {
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

function pointsOf(points: readonly Hotspot[]): PlacesDigests["points"][string] {
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
