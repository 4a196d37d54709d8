import type { Position } from "geojson";
import type * as z from "zod";
import { isAlways, type Span, type WeeklyHours, without } from "../../foundation/declaration/weekly-hours.ts";
import type { Area } from "./area.ts";
import type { featureSchemas, Kind } from "./declaration.ts";
import { areaOf, near } from "./geometry.ts";

type Feature<Name extends Kind> = z.output<(typeof featureSchemas)[Name]>;
type Properties<Name extends Kind> = Omit<Feature<Name>["properties"], "kind">;

/** Members of every place. */
export interface Placed {
  id: string;
  /** Position in the list of features, from 0: the way to the place in its file. */
  feature: number;
}

/** A part of a commune. */
export type Quarter = Placed & Properties<"quarter"> & { area: Area };
/** An access point of public Wi-Fi. */
export type Hotspot = Placed & Properties<"hotspot"> & { position: Position };
/** Area in which hotspots keep below a level. */
export type WhiteZone = Placed & Properties<"white-zone"> & { area: Area };
/** A public digital space: where it stands. What it offers is in the commune's `spaces:`. */
export type Space = Placed & Properties<"space"> & { position: Position };

/** Places of a commune, by kind. */
export interface Places {
  quarters: readonly Quarter[];
  hotspots: readonly Hotspot[];
  zones: readonly WhiteZone[];
  spaces: readonly Space[];
}

/** A feature that its schema understood, whatever its kind. */
export type AnyFeature = { [Name in Kind]: Feature<Name> }[Kind];

/** Some position of a geometry. */
function somewhere({ geometry }: AnyFeature): Position {
  if (geometry.type === "Point") return geometry.coordinates;
  const [ring] = geometry.type === "Polygon" ? geometry.coordinates : (geometry.coordinates[0] ?? []);
  return ring?.[0] ?? [0, 0];
}

/** Sorts features by kind. All positions are near the first one, across the antimeridian too (`near`). */
export function placesOf(features: readonly { feature: AnyFeature; index: number }[]): Places {
  const places = {
    quarters: [] as Quarter[],
    hotspots: [] as Hotspot[],
    zones: [] as WhiteZone[],
    spaces: [] as Space[],
  };
  const [first] = features;
  const origin = first ? somewhere(first.feature) : [0, 0];
  for (const { feature, index } of features) {
    const placed = { id: feature.id, feature: index };
    if (isKind(feature, "quarter")) {
      const { kind, ...own } = feature.properties;
      places.quarters.push({ ...placed, ...own, area: areaOf(feature.geometry, origin) });
    } else if (isKind(feature, "hotspot")) {
      const { kind, ...own } = feature.properties;
      places.hotspots.push({ ...placed, ...own, position: near(feature.geometry.coordinates, origin) });
    } else if (isKind(feature, "white-zone")) {
      const { kind, ...own } = feature.properties;
      places.zones.push({ ...placed, ...own, area: areaOf(feature.geometry, origin) });
    } else if (isKind(feature, "space")) {
      const { kind, ...own } = feature.properties;
      places.spaces.push({ ...placed, ...own, position: near(feature.geometry.coordinates, origin) });
    }
  }
  return places;
}

function isKind<Name extends Kind>(feature: AnyFeature, kind: Name): feature is AnyFeature & Feature<Name> {
  return feature.properties.kind === kind;
}

/** Returns the hours in which a hotspot's radios are on: its hours without its quiet ones. */
export function hoursOn({
  open,
  quiet,
}: {
  open: WeeklyHours;
  quiet?: WeeklyHours | undefined;
}): readonly Span[] {
  return quiet ? without(open.spans, quiet.spans) : open.spans;
}

/** Whether a hotspot can be reached at any time. */
export function isRoundTheClock({ open }: { open: WeeklyHours }): boolean {
  return isAlways(open);
}
