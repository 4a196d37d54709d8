import type { Radio } from "../places/declaration.ts";
import type { Hotspot } from "../places/places.ts";

/** A range of frequencies and what the law allows in it. */
export interface Range {
  /** In MHz. */
  from: number;
  to: number;
  /** Widest channel, in MHz. */
  widest: number;
  /** Equivalent isotropically radiated power, in dBm; without transmit power control. */
  eirp: number;
  /** Limit in each MHz, in mW; undefined if there is none. */
  density: number | undefined;
  /** Antennas may not stand outdoors. */
  indoorOnly: boolean;
  /** The radio looks for radars first, leaves when one comes, and is silent meanwhile. */
  radars: boolean;
  /** A channel may reach into the next range. */
  joins: boolean;
}

/**
 * France, 2.4 and 5 GHz: the entry FR of wireless-regdb, which Linux itself obeys; a test compares it with Debian's
 * package. Arcep's decisions behind it are named in docs/radio.md. It knows no density: that is of EN 300 328
 * (2.4 GHz, all but frequency hopping) and ECC/DEC/(04)08, decides 2 to 4: half as much from 5250 MHz on without power
 * control.
 */
export const france: readonly Range[] = [
  {
    from: 2400,
    to: 2483.5,
    widest: 40,
    eirp: 20,
    density: 10,
    indoorOnly: false,
    radars: false,
    joins: false,
  },
  {
    from: 5150,
    to: 5250,
    widest: 80,
    eirp: 23.01,
    density: 10,
    indoorOnly: true,
    radars: false,
    joins: true,
  },
  { from: 5250, to: 5350, widest: 80, eirp: 20, density: 5, indoorOnly: true, radars: true, joins: true },
  {
    from: 5470,
    to: 5725,
    widest: 160,
    eirp: 26.98,
    density: 25,
    indoorOnly: false,
    radars: true,
    joins: false,
  },
  {
    from: 5725,
    to: 5875,
    widest: 80,
    eirp: 13.97,
    density: undefined,
    indoorOnly: false,
    radars: false,
    joins: false,
  },
];

/** Returns the power that a radio sends in its strongest direction, in dBm. The limits are on that, beamforming included. */
export function eirp({
  power,
  gain,
  loss,
  beamforming,
}: Pick<Radio, "power" | "gain" | "loss" | "beamforming">): number {
  return power.value + gain.value + beamforming.value - loss.value;
}

/**
 * Width that a frame of 20 MHz fills, in MHz: 52 subcarriers and the one left out between them (IEEE 802.11, OFDM).
 * Beacons are such frames however wide the channel is, and sent at the same power.
 */
const filled = 53 * 0.3125;

/** Settings of a radio that decide which frequencies it uses. */
export type Tuning = Pick<Radio, "band" | "channel" | "width">;

/** Frequencies of a channel, in MHz. */
export interface Frequencies {
  from: number;
  to: number;
}

/** Width of a channel, in MHz. */
function megahertz(width: Radio["width"]): number {
  return Number.parseInt(width, 10);
}

/**
 * Returns the frequencies that a channel uses (IEEE 802.11, annex E); undefined if there is no such channel. At 2.4 GHz
 * and 40 MHz the second half is above up to channel 6 and below from 7 on, as OpenWrt sets it.
 */
export function frequencies({ band, channel, width }: Tuning): Frequencies | undefined {
  const wide = megahertz(width);
  if (band === "2.4 GHz") {
    if (channel < 1 || channel > 13 || wide > 40) return undefined;
    const centre = 2407 + 5 * channel;
    if (wide === 20) return { from: centre - 10, to: centre + 10 };
    return channel < 7 ? { from: centre - 10, to: centre + 30 } : { from: centre - 30, to: centre + 10 };
  }
  const [first, last] = channel >= 149 ? [149, 177] : channel >= 100 ? [100, 144] : [36, 64];
  if (channel < first || channel > last || (channel - first) % 4 !== 0) return undefined;
  const channels = wide / 20;
  const start = first + Math.floor((channel - first) / 4 / channels) * channels * 4;
  if (start + 4 * (channels - 1) > last) return undefined;
  const from = 5000 + 5 * start - 10;
  return { from, to: from + wide };
}

/** Limits of the law on a channel. */
export interface Limits extends Pick<Range, "indoorOnly" | "radars"> {
  /** Most that may be sent, in dBm: by the limit on all of it, or by that in each MHz. */
  eirp: number;
  /** The limit in each MHz, in mW, where it is that which decides. */
  density: number | undefined;
}

/** Returns the limits of the law on a channel; undefined if no channel of that width is allowed. */
export function limitsOf(tuning: Tuning): Limits | undefined {
  const used = frequencies(tuning);
  if (used === undefined) return undefined;
  const touched = france.filter(({ from, to }) => from < used.to && to > used.from);
  const covered = touched.reduce(
    (sum, { from, to }) => sum + Math.min(to, used.to) - Math.max(from, used.from),
    0,
  );
  const wide = used.to - used.from;
  if (covered < wide) return undefined;
  if (touched.length > 1 && !touched.every(({ joins }) => joins)) return undefined;
  if (touched.reduce((sum, { widest }) => sum + widest, 0) < wide) return undefined;
  const whole = Math.min(...touched.map(({ eirp }) => eirp));
  const density = Math.min(...touched.map(({ density = Number.POSITIVE_INFINITY }) => density));
  const byDensity = 10 * Math.log10(density * filled);
  return {
    eirp: Math.min(whole, byDensity),
    density: byDensity < whole ? density : undefined,
    indoorOnly: touched.some(({ indoorOnly }) => indoorOnly),
    radars: touched.some(({ radars }) => radars),
  };
}

/** The channels of a band and width that a place may use, lowest first. */
export function allowedChannels(
  { band, width }: Pick<Radio, "band" | "width">,
  setting: Hotspot["setting"],
): number[] {
  return Array.from({ length: 177 }, (_, index) => index + 1).filter((channel) => {
    const limits = limitsOf({ band, channel, width });
    return limits !== undefined && !(limits.indoorOnly && setting === "outdoor");
  });
}

/** Whether two channels have frequencies in common. */
export function overlap(one: Tuning, other: Tuning): boolean {
  const [first, second] = [frequencies(one), frequencies(other)];
  return first !== undefined && second !== undefined && first.from < second.to && second.from < first.to;
}
