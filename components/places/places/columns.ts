/** The columns of a data set that say where something is. */
export const placeColumns = {
  latitude: "degrés, WGS 84",
  longitude: "degrés, WGS 84",
} as const;

/** Returns a position for those columns; empty if none is known. */
export function coordinates(position: readonly number[] | undefined) {
  const [longitude, latitude] = position ?? [];
  return { latitude, longitude };
}
