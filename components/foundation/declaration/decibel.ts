import { Refusal, written } from "./written.ts";

/** A level, a gain or a loss, in decibels of its unit. */
export interface Decibels {
  value: number;
  /** As declared, such as `20 dBm`. */
  text: string;
}

/** Power or level against a milliwatt, gain against an isotropic antenna, loss of a cable. */
export type DecibelUnit = "dBm" | "dBi" | "dB";

const shape = /^\s*([-+−–]?)(\d{1,3})(?:[.,](\d{1,3}))?\s*(dBm|dBi|dB|mW|W)?\s*$/i;

/** A value as a declaration writes it: at most one decimal. */
export function writeDecibels(value: number, unit: DecibelUnit): string {
  const rounded = Math.round(value * 10) / 10;
  return `${Object.is(rounded, -0) ? 0 : rounded} ${unit}`;
}

/** A written level such as `-70 dBm` or a gain such as `2.5 dBi`, to a tenth, both bounds included. */
export function decibels({
  unit,
  minimum,
  maximum,
  noun,
  example,
}: {
  unit: DecibelUnit;
  minimum: number;
  maximum: number;
  /** With its article: `a power`. */
  noun: string;
  example: string;
}) {
  const limits = `from ${writeDecibels(minimum, unit)} to ${writeDecibels(maximum, unit)}`;
  return written<Decibels>({
    title: `${noun.replace(/^an? /, "")} ${limits}`,
    noun,
    example,
    pattern: new RegExp(`^(0|-?[1-9][0-9]{0,2}|-?(0|[1-9][0-9]{0,2})\\.[1-9]) ${unit}$`),
    maximumLength: 20,
    bareNumber: "has no unit",
    read(text) {
      const [, sign = "", whole, fraction = "0", word = ""] = shape.exec(text) ?? [];
      if (whole === undefined) return new Refusal(`is not a number and the unit ${unit}`);
      const number = Number(`${/[-−–]/.test(sign) ? "-" : ""}${whole}.${fraction}`);
      const watts = /^m?w$/i.test(word);
      if (watts && (unit !== "dBm" || number <= 0)) return new Refusal(`is not in ${unit}`);
      const value = watts ? 10 * Math.log10(word.toLowerCase() === "w" ? number * 1000 : number) : number;
      const spelling = writeDecibels(value, unit);
      if (value < minimum || value > maximum) return new Refusal(`is out of the limits (${limits})`);
      if (watts) return new Refusal("is a power in watts", spelling);
      if (word === "") return new Refusal("has no unit", spelling);
      if (word.toLowerCase() !== unit.toLowerCase()) return new Refusal(`is not in ${unit}`);
      if (fraction.length > 1) return new Refusal("is finer than a tenth", spelling);
      return spelling === text ? { value, text } : new Refusal("is not the usual spelling", spelling);
    },
  });
}
