import Flatbush from "flatbush";
import { common, type Span } from "../../foundation/declaration/weekly-hours.ts";
import type { Radio } from "../places/declaration.ts";
import { at } from "../places/finding.ts";
import { type Hotspot, hoursOn } from "../places/places.ts";
import { boxAround, metresBetween } from "./distance.ts";
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
  /** Distance up to which it surely has good service, in metres. */
  metres: number;
  /** Hours in which it is on. All hotspots with the same hours share one list. */
  on: readonly Span[];
}

/**
 * Comparison of hours: whether two have a minute in common, each pair worked out once. A commune has few kinds of
 * hours, and thousands of hotspots.
 */
class Hours {
  readonly #on = new Map<string, readonly Span[]>();
  readonly #meet = new Map<readonly Span[], Map<readonly Span[], boolean>>();

  of(hotspot: Hotspot): readonly Span[] {
    const key = `${hotspot.open.text}|${hotspot.quiet?.text ?? ""}`;
    const on = this.#on.get(key) ?? hoursOn(hotspot);
    this.#on.set(key, on);
    return on;
  }

  meet(one: readonly Span[], other: readonly Span[]): boolean {
    const known = this.#meet.get(one) ?? new Map<readonly Span[], boolean>();
    this.#meet.set(one, known);
    const meet = known.get(other) ?? common(one, other).length > 0;
    known.set(other, meet);
    return meet;
  }
}

/** Radios, and where they serve, ready to be asked which others serve the same place at the same time. */
class Service {
  readonly radios: readonly Served[];
  readonly #hours = new Hours();
  readonly #index: Flatbush | undefined;

  constructor(hotspots: readonly Hotspot[]) {
    this.radios = hotspots.flatMap((hotspot) => this.of(hotspot));
    if (this.radios.length === 0) return;
    this.#index = new Flatbush(this.radios.length);
    for (const { hotspot, metres } of this.radios) this.#index.add(...boxAround(hotspot.position, metres));
    this.#index.finish();
  }

  of(hotspot: Hotspot): Served[] {
    return hotspot.radios.map((radio, index) => ({
      hotspot,
      radio,
      index,
      metres: reachOf(radio, hotspot.setting).sure,
      on: this.#hours.of(hotspot),
    }));
  }

  /** The radios of other points, of the same band, that serve some of the same place at the same time; in order. */
  around(one: Served): { other: Served; place: number }[] {
    const close = this.#index?.search(...boxAround(one.hotspot.position, one.metres)) ?? [];
    return close
      .sort((first, second) => first - second)
      .flatMap((place) => {
        const other = this.radios[place];
        return other && this.#meet(one, other) ? [{ other, place }] : [];
      });
  }

  #meet(one: Served, other: Served): boolean {
    return (
      other.hotspot !== one.hotspot &&
      other.radio.band === one.radio.band &&
      metresBetween(one.hotspot.position, other.hotspot.position) < one.metres + other.metres &&
      this.#hours.meet(one.on, other.on)
    );
  }
}

/** Two points that serve the same place share no frequencies there: each would silence the other. */
export function channelFindings(hotspots: readonly Hotspot[]): RadioFinding[] {
  const service = new Service(hotspots);
  return service.radios.flatMap((one, own) => {
    const around = service.around(one);
    // The later one is told, so that one change is asked for and not two.
    const disturbed = around.find(
      ({ other, place }) => place < own && overlap(other.radio, one.radio),
    )?.other;
    if (disturbed === undefined) return [];
    const free = freeOf(one, around);
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

/** The channels that nothing around uses. */
function freeOf(one: Served, around: readonly { other: Served }[]): readonly number[] {
  // Thousands of points may be around, on a few channels.
  const used = new Map(around.map(({ other: { radio } }) => [`${radio.channel} ${radio.width}`, radio]));
  return candidates(one).filter((channel) =>
    [...used.values()].every((radio) => !overlap(radio, { ...one.radio, channel })),
  );
}

function candidates({ radio, hotspot }: Served): readonly number[] {
  const allowed = allowedChannels(radio, hotspot.setting);
  return radio.band === "2.4 GHz" && radio.width === "20 MHz"
    ? allowed.filter((channel) => apart.includes(channel))
    : allowed;
}

/** The channels that nothing around a new point uses, for a plan. */
export function freeChannels(hotspot: Hotspot, others: readonly Hotspot[]): readonly number[] {
  const service = new Service(others);
  const [one] = service.of(hotspot);
  return one ? freeOf(one, service.around(one)) : [];
}
