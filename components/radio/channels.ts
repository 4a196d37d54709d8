import { common } from "../declaration/weekly-hours.ts";
import { at } from "../places/check.ts";
import type { Radio } from "../places/declaration.ts";
import { type Hotspot, hoursOn } from "../places/places.ts";
import { metresBetween } from "./distance.ts";
import type { RadioFinding } from "./finding.ts";
import { showChannels } from "./law.ts";
import { reachOf } from "./propagation.ts";
import { allowedChannels, overlap } from "./regulation.ts";

/** At 2.4 GHz, channels of 20 MHz that leave each other alone. */
const apart = [1, 6, 11];

interface Served {
  hotspot: Hotspot;
  radio: Radio;
  index: number;
  /** Where it surely has good service, in metres. */
  metres: number;
}

/** Whether two radios would serve the same place at the same time. */
function meet(one: Served, other: Served): boolean {
  const far = one.metres + other.metres;
  // A degree of latitude is 111 km: most pairs are told apart by that.
  const north = Math.abs((one.hotspot.position[1] ?? 0) - (other.hotspot.position[1] ?? 0)) * 111_000;
  return (
    north < far &&
    metresBetween(one.hotspot.position, other.hotspot.position) < far &&
    common(hoursOn(one.hotspot), hoursOn(other.hotspot)).length > 0
  );
}

/** Two points that serve the same place share no frequencies there: each would silence the other. */
export function channelFindings(hotspots: readonly Hotspot[]): RadioFinding[] {
  const served: Served[] = hotspots.flatMap((hotspot) =>
    hotspot.radios.map((radio, index) => ({
      hotspot,
      radio,
      index,
      metres: reachOf(radio, hotspot.setting).sure,
    })),
  );
  return served.flatMap((one, place) => {
    const neighbours = (among: readonly Served[]) =>
      among.filter(
        (other) => other.hotspot !== one.hotspot && other.radio.band === one.radio.band && meet(one, other),
      );
    // The later one is told, so that one change is asked for and not two.
    const disturbed = neighbours(served.slice(0, place)).find(({ radio }) => overlap(radio, one.radio));
    if (disturbed === undefined) return [];
    const around = neighbours(served);
    const free = candidates(one).filter((channel) =>
      around.every(({ radio }) => !overlap(radio, { ...one.radio, channel })),
    );
    const advice =
      free.length > 0
        ? `Free here: ${showChannels(free)}.`
        : "No channel is free here: less power, or another place.";
    const message = `${one.radio.channel} at ${one.radio.band} has frequencies in common with "${disturbed.hotspot.id}", and both serve the same street. ${advice}`;
    return [
      {
        rule: "overlap",
        ...at(one.hotspot, ["properties", "radios", one.index, "channel"], message),
        remedies: { channels: free },
      },
    ];
  });
}

function candidates({ radio, hotspot }: Served): readonly number[] {
  const allowed = allowedChannels(radio, hotspot.setting);
  return radio.band === "2.4 GHz" && radio.width === "20 MHz"
    ? allowed.filter((channel) => apart.includes(channel))
    : allowed;
}

/** The channels that nothing around a new point uses, for a plan. */
export function freeChannels(hotspot: Hotspot, radio: Radio, others: readonly Hotspot[]): readonly number[] {
  const one = { hotspot, radio, index: 0, metres: reachOf(radio, hotspot.setting).sure };
  const around = others.flatMap((other) =>
    other.radios
      .map((theirs, index) => ({
        hotspot: other,
        radio: theirs,
        index,
        metres: reachOf(theirs, other.setting).sure,
      }))
      .filter((theirs) => theirs.radio.band === radio.band && meet(one, theirs)),
  );
  return candidates(one).filter((channel) =>
    around.every((theirs) => !overlap(theirs.radio, { ...radio, channel })),
  );
}
