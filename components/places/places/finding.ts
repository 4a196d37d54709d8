import type { Position } from "geojson";
import type { Path } from "../../foundation/declaration/position.ts";
import type { Placed } from "./places.ts";

/** Something about a place, before it has a position in a file. */
export interface PlaceProblem {
  /** Id of the place. */
  id: string;
  path: Path;
  message: string;
}

/** A finding at a field of a place. `field` starts at the feature. */
export function at({ id, feature }: Placed, field: Path, message: string): PlaceProblem {
  return { id, path: ["features", feature, ...field], message: `(${id}) ${message}` };
}

/** A position as GeoJSON has it: longitude first, to about 10 cm. */
export function showPosition(position: Position): string {
  const [longitude = 0, latitude = 0] = asWritten(position);
  return `[${Number(longitude.toFixed(6))}, ${Number(latitude.toFixed(6))}]`;
}

/** A position with its longitude from -180 to 180: places across the antimeridian are worked with beyond (`placesOf`). */
export function asWritten([longitude = 0, latitude = 0]: Position): Position {
  const turns = Math.round(longitude / 360);
  return [Math.abs(longitude) > 180 ? longitude - 360 * turns : longitude, latitude];
}
