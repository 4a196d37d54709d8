import { Refusal, written } from "./written.ts";

/** A place on Earth, WGS 84, degrees. */
export interface Coordinates {
  latitude: number;
  longitude: number;
}

const pattern = /^-?\d{1,2}\.\d{2,7}, -?\d{1,3}\.\d{2,7}$/;

/** A place such as `45.7719, 4.8902`: latitude, then longitude, in degrees, as maps show them. */
export function coordinates() {
  return written<Coordinates>({
    title: "latitude and longitude in degrees",
    noun: "a place",
    example: "45.7719, 4.8902",
    pattern,
    maximumLength: 40,
    read(text) {
      if (!pattern.test(text))
        return new Refusal("is not a latitude and a longitude, with two decimals or more");
      const [latitude = 0, longitude = 0] = text.split(", ").map(Number);
      if (Math.abs(latitude) > 90) return new Refusal("has a latitude beyond the poles");
      if (Math.abs(longitude) > 180) return new Refusal("has a longitude beyond 180 degrees");
      return { latitude, longitude };
    },
  });
}
