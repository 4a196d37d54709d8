import type { Radio } from "../places/declaration.ts";
import type { Hotspot } from "../places/places.ts";
import { eirp, frequencies } from "./regulation.ts";

/** In metres a second. */
const speedOfLight = 299_792_458;

/** Nearer than this the formulas do not hold: a receiver is taken to be this far away at least. In metres. */
export const nearest = 1;

/**
 * The power of a radio one metre away in free space, in milliwatts, at the lowest frequency of its channel: the
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
 * ITU-R P.1411, section 4.1.1, below rooftops: L = 10 α log d + β + 10 γ log f, d in metres and f in GHz. `deviation`
 * is of its measurements around the line, in dB.
 */
interface Line {
  alpha: number;
  beta: number;
  gamma: number;
  deviation: number;
}

/** In an urban street without line of sight, and with it; the latter from 5 to 660 m. */
const street: Line = { alpha: 4, beta: 10.2, gamma: 2.36, deviation: 7.6 };
const inSight: Line = { alpha: 2.12, beta: 29.2, gamma: 2.11, deviation: 5.06 };

/** Distances that the street's line was measured at, in metres. Nearer, it is extended, and the page says so. */
export const modelled = { from: 30, to: 715 };

/** Loss in an outer wall of stone, in dB (COST 231). */
const wall = 12;

/** Levels at which a telephone has good service. In dBm. */
const goodService = -67;

/** Reach of a hotspot, in metres. */
export interface Reach {
  /** Five in six places at that distance have good service: the model's line less one deviation. */
  sure: number;
  /** Half of the places have. */
  half: number;
  /** Whether the model holds at `sure`: not nearer than it was measured. */
  modelled: boolean;
}

/**
 * Returns the reach of a hotspot's radio with good service outdoors; the street starts behind a wall for a hotspot
 * indoors. It never exceeds that in line of sight: near a hotspot the street's line, extended, would be the better of
 * the two.
 */
export function reachOf(radio: Radio, setting: Hotspot["setting"]): Reach {
  const used = frequencies(radio);
  if (used === undefined) return { sure: 0, half: 0, modelled: false };
  const gigahertz = (used.from + used.to) / 2000;
  const budget = eirp(radio) - goodService - (setting === "indoor" ? wall : 0);
  const metres = ({ alpha, beta, gamma, deviation }: Line, deviations: number) =>
    10 ** ((budget - deviations * deviation - beta - 10 * gamma * Math.log10(gigahertz)) / (10 * alpha));
  const within = (deviations: number) => Math.min(metres(street, deviations), metres(inSight, deviations));
  const sure = within(1);
  return { sure, half: within(0), modelled: sure >= modelled.from && sure <= modelled.to };
}

/** Returns the reach of a hotspot with the radio that reaches farthest. */
export function reach({ radios, setting }: Pick<Hotspot, "radios" | "setting">): Reach {
  const reaches = radios.map((radio) => reachOf(radio, setting));
  const [farthest = { sure: 0, half: 0, modelled: false }] = reaches.sort(
    (one, other) => other.sure - one.sure,
  );
  return { ...farthest, half: Math.max(...reaches.map(({ half }) => half)) };
}
