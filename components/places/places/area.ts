import type { Position } from "geojson";

/** An area, whichever way it was written: polygons of rings, each closed, the outer ring first. */
export type Area = Position[][][];

/** Corners of all outlines together: the public map draws them all, and is one ConfigMap (test/components/places/map.test.ts). */
export const mostCorners = 30_000;
