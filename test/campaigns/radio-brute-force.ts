import type { Radio } from "../../components/places/places/declaration.ts";
import type { Hotspot, Places, WhiteZone } from "../../components/places/places/places.ts";

/**
 * The reception in a white zone, worked out otherwise than the check does it: on a grid of receivers, at every quarter
 * of an hour, from field strengths, with distances on the ellipsoid. Shares no code with components/places/radio.
 */

/** Hours that generated declarations use, told without the library: whether they hold at a minute of the week. */
export const schedules: Record<string, (minute: number) => boolean> = {
  "24/7": () => true,
  "Mo-Fr 08:00-18:00": (minute) => day(minute) < 5 && between(minute, 8, 18),
  "Mo-Tu,Th-Fr 08:20-16:30": (minute) => [0, 1, 3, 4].includes(day(minute)) && between(minute, 25 / 3, 16.5),
  "Mo-Su 18:00-22:00": (minute) => between(minute, 18, 22),
  "Sa-Su 10:00-20:00": (minute) => day(minute) >= 5 && between(minute, 10, 20),
  "Fr-Sa 22:00-02:00": (minute) => {
    const [early, late] = [between(minute, 0, 2), between(minute, 22, 24)];
    return (early && [5, 6].includes(day(minute))) || (late && [4, 5].includes(day(minute)));
  },
};

function day(minute: number): number {
  return Math.floor(minute / 1440);
}

function between(minute: number, from: number, to: number): boolean {
  const hour = (minute % 1440) / 60;
  return hour >= from && hour < to;
}

function holds(text: string, minute: number): boolean {
  const schedule = schedules[text];
  if (!schedule) throw new Error(`${text} is no schedule of the campaign`);
  return schedule(minute);
}

/** Earth-centred coordinates on the WGS 84 ellipsoid, in metres. */
function earthCentred(longitude: number, latitude: number): [number, number, number] {
  const [major, squared] = [6_378_137, 0.006_694_379_990_14];
  const [lambda, phi] = [(longitude * Math.PI) / 180, (latitude * Math.PI) / 180];
  const normal = major / Math.sqrt(1 - squared * Math.sin(phi) ** 2);
  return [
    normal * Math.cos(phi) * Math.cos(lambda),
    normal * Math.cos(phi) * Math.sin(lambda),
    normal * (1 - squared) * Math.sin(phi),
  ];
}

/** Power that an isotropic receiver gets from a radio, in watts: by the field strength that it makes there. */
function received(radio: Radio, metres: number): number {
  const chains = 10 ** (radio.beamforming.value / 10);
  const sent = (chains * 10 ** ((radio.power.value + radio.gain.value - radio.loss.value) / 10)) / 1000;
  const field = Math.sqrt(30 * sent) / Math.max(1, metres);
  const centre = radio.band === "2.4 GHz" ? 2407 + 5 * radio.channel : 5000 + 5 * radio.channel;
  const wavelength = 299.792458 / centre;
  return ((field ** 2 / (120 * Math.PI)) * wavelength ** 2) / (4 * Math.PI);
}

/** By the number of times that a ray to the east crosses the outline. */
function inside(x: number, y: number, ring: readonly (readonly number[])[]): boolean {
  let odd = false;
  for (let index = 0; index + 1 < ring.length; index += 1) {
    const [x0 = 0, y0 = 0] = ring[index] ?? [];
    const [x1 = 0, y1 = 0] = ring[index + 1] ?? [];
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) odd = !odd;
  }
  return odd;
}

/** Receivers in a zone without holes: a grid, its corners, and points along its edges. */
function receivers(zone: WhiteZone, steps: number): [number, number][] {
  const ring = zone.area[0]?.[0] ?? [];
  const [xs, ys] = [ring.map(([x = 0]) => x), ring.map(([, y = 0]) => y)];
  const points: [number, number][] = [];
  for (let row = 0; row <= steps; row += 1) {
    for (let column = 0; column <= steps; column += 1) {
      const x = Math.min(...xs) + ((Math.max(...xs) - Math.min(...xs)) * column) / steps;
      const y = Math.min(...ys) + ((Math.max(...ys) - Math.min(...ys)) * row) / steps;
      if (inside(x, y, ring)) points.push([x, y]);
    }
  }
  for (let index = 0; index + 1 < ring.length; index += 1) {
    const [x0 = 0, y0 = 0] = ring[index] ?? [];
    const [x1 = 0, y1 = 0] = ring[index + 1] ?? [];
    for (let step = 0; step < steps; step += 1) {
      points.push([x0 + ((x1 - x0) * step) / steps, y0 + ((y1 - y0) * step) / steps]);
    }
  }
  return points;
}

function isOn({ open, quiet }: Hotspot, minute: number): boolean {
  return holds(open.text, minute) && !(quiet && holds(quiet.text, minute));
}

/** The most that any receiver of a zone gets in a week, in dBm; -∞ where nothing is on while the zone holds. */
export function bruteForce(zone: WhiteZone, { hotspots }: Places, steps = 12): number {
  const points = receivers(zone, steps).map(([x, y]) => earthCentred(x, y));
  const senders = hotspots.map((hotspot) => {
    const [longitude = 0, latitude = 0] = hotspot.position;
    const at = earthCentred(longitude, latitude);
    return { hotspot, watts: points.map((point) => sum(hotspot, Math.hypot(...difference(point, at)))) };
  });
  const seen = new Set<string>();
  let most = 0;
  for (let minute = 0; minute < 7 * 1440; minute += 10) {
    if (!holds(zone.schedule.text, minute)) continue;
    const on = senders.filter(({ hotspot }) => isOn(hotspot, minute));
    const ids = on.map(({ hotspot }) => hotspot.id).join(" ");
    if (seen.has(ids)) continue;
    seen.add(ids);
    for (const index of points.keys()) {
      most = Math.max(
        most,
        on.reduce((total, { watts }) => total + (watts[index] ?? 0), 0),
      );
    }
  }
  return 10 * Math.log10(most * 1000);
}

function sum({ radios }: Hotspot, metres: number): number {
  return radios.reduce((total, radio) => total + received(radio, metres), 0);
}

function difference([a, b, c]: [number, number, number], [x, y, z]: [number, number, number]) {
  return [a - x, b - y, c - z] as const;
}
