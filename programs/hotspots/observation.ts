import { type Emission, levelAt, momentsOf } from "../../components/places/hotspots/emission.ts";

/** One network of a radio on the air, as the kernel says it. Power before the antenna. */
interface OnAir {
  channel: number;
  dBm: number;
}

/** Radios of a device as it reported them: networks on the air, none if a radio is off. */
export interface Observation {
  radios: Record<string, OnAir[]>;
  /** The minute of the week that the device took it for; absent while it does not know the time. */
  moment?: { day: string; time: number };
  /** Milliseconds since 1970. */
  at: number;
}

/** The most radios in a report of one device. */
const mostRadios = 8;

/**
 * Reads what point/hotspot-report.sh sends: `radio0=6,14.00`, several networks with `;` between them, or `off`.
 * undefined if it does not have that form.
 */
export function readObservation(form: URLSearchParams): Omit<Observation, "at"> | undefined {
  const day = form.get("day") ?? "";
  const time = form.get("time") ?? "";
  const known = form.get("known");
  if (!/^[1-7]$/.test(day) || !/^([01]\d|2[0-3])[0-5]\d$/.test(time)) return undefined;
  if (known !== "yes" && known !== "no") return undefined;
  const radios: Observation["radios"] = {};
  for (const [name, text] of form) {
    if (!/^(radio|phy)\d{1,2}$/.test(name)) continue;
    const networks = text === "off" ? [] : text.split(";").map(readOnAir);
    if (networks.length > mostRadios || networks.includes(undefined)) return undefined;
    radios[name] = networks.filter((each) => each !== undefined);
  }
  if (Object.keys(radios).length > mostRadios) return undefined;
  return { radios, ...(known === "yes" ? { moment: { day, time: Number(time) } } : {}) };
}

function readOnAir(text: string): OnAir | undefined {
  const [, channel, dBm] = /^(\d{1,3}),(-?\d{1,3}(?:\.\d{1,2})?)$/.exec(text) ?? [];
  return channel === undefined ? undefined : { channel: Number(channel), dBm: Number(dBm) };
}

/**
 * Returns where the radios differ from the configuration for that minute, or for the minute of the week with the
 * least power if the device did not know the time. Half a dB is the driver's.
 */
export function differencesFrom(emission: Emission, { radios, moment }: Omit<Observation, "at">): string[] {
  return Object.entries(radios).flatMap(([radio, networks]) => {
    const told = (moment ? [moment] : momentsOf(emission.periods)).map((each) =>
      levelAt(emission, radio, each),
    );
    const level = Math.min(...told);
    const declared = level === Number.NEGATIVE_INFINITY ? "off" : `${level} dBm`;
    if (networks.length === 0) return declared === "off" ? [] : [`${radio} is off, ${declared} is declared`];
    const power = Math.max(...networks.map(({ dBm }) => dBm));
    const channel = emission.channels?.[radio];
    const elsewhere = networks.find((each) => channel !== undefined && each.channel !== channel);
    return [
      ...(elsewhere && declared !== "off"
        ? [`${radio} is on channel ${elsewhere.channel}, ${channel} is declared`]
        : []),
      ...(declared === "off" || Math.abs(power - level) > 0.5
        ? [`${radio} emits ${power} dBm, ${declared === "off" ? "off" : level} is declared`]
        : []),
    ];
  });
}
