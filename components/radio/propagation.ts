import type { Radio } from "../places/declaration.ts";
import type { Hotspot } from "../places/places.ts";
import { eirp, frequencies } from "./regulation.ts";

/** In metres a second. */
const speedOfLight = 299_792_458;

/** Nearer than this the formulas do not hold: a receiver is taken to be this far away at least. In metres. */
export const nearest = 1;

/**
 * What a radio comes to one metre away in free space, in milliwatts, at the lowest frequency of its channel: the
 * worst case, to be divided by the square of the distance in metres. No wall, no tree, no body takes anything.
 */
export function strength(radio: Radio): number {
  const used = frequencies(radio);
  if (used === undefined) return 0;
  const wavelength = speedOfLight / (used.from * 1e6);
  return milliwatts(eirp(radio)) * (wavelength / (4 * Math.PI)) ** 2;
}

export function milliwatts(dBm: number): number {
  return 10 ** (dBm / 10);
}

export function dBm(milliwatts: number): number {
  return 10 * Math.log10(milliwatts);
}

/**
 * ITU-R P.1411, section 4.1.1, below rooftops in an urban street without line of sight: L = 10 α log d + β +
 * 10 γ log f, d in metres and f in GHz. `deviation` is of its measurements around the line, in dB.
 */
const street = { alpha: 4, beta: 10.2, gamma: 2.36, deviation: 7.6 };

/** What an outer wall of stone takes, in dB (COST 231). */
const wall = 12;

/** Levels at which a telephone has good service. In dBm. */
const goodService = -67;

/** How far a point reaches, in metres. */
export interface Reach {
  /** Five in six places at that distance have good service: the model's line less one deviation. */
  sure: number;
  /** Half of the places have. */
  half: number;
}

/** Where the radio of a hotspot has good service outdoors; the street starts behind a wall for a point indoors. */
export function reachOf(radio: Radio, setting: Hotspot["setting"]): Reach {
  const used = frequencies(radio);
  if (used === undefined) return { sure: 0, half: 0 };
  const gigahertz = (used.from + used.to) / 2000;
  const budget = eirp(radio) - goodService - (setting === "indoor" ? wall : 0);
  const metres = (margin: number) =>
    10 ** ((budget - margin - street.beta - 10 * street.gamma * Math.log10(gigahertz)) / (10 * street.alpha));
  return { sure: metres(street.deviation), half: metres(0) };
}

/** How far a hotspot reaches with the radio that reaches farthest. */
export function reach({ radios, setting }: Pick<Hotspot, "radios" | "setting">): Reach {
  const reaches = radios.map((radio) => reachOf(radio, setting));
  return {
    sure: Math.max(...reaches.map(({ sure }) => sure)),
    half: Math.max(...reaches.map(({ half }) => half)),
  };
}
