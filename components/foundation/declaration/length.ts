import { readQuantity, type Unit } from "./quantity.ts";
import { Refusal, written } from "./written.ts";

/** A length, such as the height of an antenna. */
export interface Length {
  metres: number;
  /** As declared, such as `4.5 m`. */
  text: string;
}

const units: readonly Unit[] = [
  { one: "m", many: "m", worth: 10, meant: ["metre", "metres", "meter", "meters", "mètre", "mètres"] },
];

/** A written length such as `4.5 m`: metres to a tenth, both bounds included. */
export function length({ minimum, maximum, example }: { minimum: number; maximum: number; example: string }) {
  return written<Length>({
    title: `length from ${minimum} m to ${maximum} m`,
    noun: "a length",
    example,
    pattern: /^(0|[1-9][0-9]{0,4})(\.[1-9])? m$/,
    maximumLength: 20,
    bareNumber: "has no unit",
    read(text) {
      const decimetres = readQuantity(text, units, 1);
      if (decimetres instanceof Refusal) return decimetres;
      const metres = decimetres / 10;
      if (metres < minimum) return new Refusal(`is less than ${minimum} m, the least allowed`);
      if (metres > maximum) return new Refusal(`is more than ${maximum} m, the most allowed`);
      return { metres, text };
    },
  });
}
