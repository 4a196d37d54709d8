import type { Position } from "geojson";
import * as z from "zod";
import { show, whatItIs } from "../../foundation/declaration/show.ts";
import { type Area, mostCorners } from "./area.ts";

/** An object of GeoJSON: its members and no others. */
export function member<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "invalid_type" ? `${whatItIs(issue.input)}. Write an object in { }.` : undefined,
  });
}

/** A word that must stand here, such as the type of a geometry. `meaning` says what for. */
export function word<const Word extends string>(value: Word, meaning: string) {
  return z
    .literal(value, { error: ({ input }) => `${show(input)} is not ${meaning}. Write "${value}".` })
    .meta({ title: `"${value}"`, description: `Says ${meaning}.` });
}

/** A list of GeoJSON. `noun` names what it holds. */
export function several<Item extends z.ZodType>(item: Item, noun: string) {
  return z.array(item, { error: ({ input }) => `${whatItIs(input)}. Write ${noun} in [ ].` });
}

/** RFC 7946, section 3.1.1: longitude, latitude, and perhaps a height, which nothing here uses. */
const position = several(z.number(), "longitude and latitude in degrees")
  .check(({ value, issues }) => {
    const [longitude = Number.NaN, latitude = Number.NaN] = value;
    if (value.length === 2 || value.length === 3) {
      if (Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90) return;
    }
    const message =
      "is no position. Write [longitude, latitude] in degrees: from -180 to 180, and from -90 to 90.";
    issues.push({ code: "custom", input: value, message });
  })
  .transform((value): Position => value.slice(0, 2));

/** Section 3.1.6: at least four positions, the last the same as the first. */
const ring = several(position, "positions").check(({ value, issues }) => {
  const [first, last] = [value[0], value.at(-1)];
  const refuse = (message: string) => issues.push({ code: "custom", input: value, message });
  if (value.length < 4) refuse("is no ring. Write at least four positions, the last the same as the first.");
  else if (first?.[0] !== last?.[0] || first?.[1] !== last?.[1]) {
    refuse("is not closed. Write the first position once more at the end.");
  }
});

/** At least one of what a list holds. */
function filled<Item extends z.ZodType>(item: Item, noun: string) {
  return several(item, noun).check(({ value, issues }) => {
    if (value.length > 0) return;
    issues.push({ code: "custom", input: value, message: `is empty. Write ${noun} in [ ].` });
  });
}

const polygon = filled(ring, "rings, the outer one first,");

/** Position of a place. */
export const pointGeometry = member({
  type: word("Point", "a geometry for this place"),
  coordinates: position,
}).describe("One position, [longitude, latitude] in degrees (WGS 84).");

/** Area of a place: a polygon, or several. */
export const areaGeometry = z
  .discriminatedUnion(
    "type",
    [
      member({ type: z.literal("Polygon"), coordinates: polygon }),
      member({ type: z.literal("MultiPolygon"), coordinates: filled(polygon, "polygons") }),
    ],
    {
      error: ({ input }) =>
        `${input !== null && typeof input === "object" && "type" in input ? `${show(input.type)} is no area` : whatItIs(input)}. Write a geometry of type "Polygon" or "MultiPolygon".`,
    },
  )
  .meta({
    title: "geometry Polygon or MultiPolygon",
    description: `Rings of positions, the outer one first. All outlines of a file have at most ${mostCorners} corners together.`,
  });

/** The polygons of a geometry as written. */
function polygonsOf(geometry: z.output<typeof areaGeometry>): Area {
  return geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
}

/** The area of a geometry, near `origin`; a corner that is written again right after itself is the same corner. */
export function areaOf(geometry: z.output<typeof areaGeometry>, origin: Position): Area {
  return polygonsOf(geometry).map((rings) =>
    rings.map((ring) => {
      const corners = ring.map((position) => near(position, origin));
      return corners.filter(
        ([x, y], index) => index === 0 || x !== corners[index - 1]?.[0] || y !== corners[index - 1]?.[1],
      );
    }),
  );
}

/**
 * The position at the turn of the earth that is nearest to another: 179 and -179 degrees are two degrees apart.
 * What is across the antimeridian so has a longitude beyond 180, and everything else is as it was.
 */
export function near([longitude = 0, latitude = 0]: Position, [origin = 0]: Position): Position {
  const turns = Math.round((longitude - origin) / 360);
  return [longitude - 360 * turns, latitude];
}

/** Corners of a geometry as a file has it, whatever else is wrong with it: counted before anything is made of them. */
export function cornersIn(coordinates: unknown): number {
  if (!Array.isArray(coordinates)) return 0;
  if (coordinates.length > 0 && !coordinates.some(Array.isArray)) return 1;
  return coordinates.reduce((sum: number, inner) => sum + cornersIn(inner), 0);
}
