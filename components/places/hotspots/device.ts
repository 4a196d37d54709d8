import type { Span } from "../../foundation/declaration/weekly-hours.ts";
import type { DeviceConfiguration, OwnConfiguration, Radio, Section, Wireless } from "./netjson.ts";
import { type Network, sharedConfiguration } from "./network.ts";
import { alwaysOff, periodText, weekOf } from "./schedule.ts";

/** Radio bands, as people call them. */
type Band = "2.4 GHz" | "5 GHz";

/** A point as a device needs to know it. */
export interface AccessPoint {
  uuid: string;
  /** Hours in which its radios may emit. */
  open: readonly Span[];
  /** The radios that may emit; every other one is switched off. */
  radios: readonly AccessPointRadio[];
}

interface AccessPointRadio {
  band: Band;
  channel: number;
  /** MHz. */
  width: number;
  /** Before the antenna, whole dBm. */
  power: number;
  /** True where its antennas may send one beam together: the check of its power counted that. */
  beamforming?: boolean;
}

/**
 * Bands in the order in which OpenWrt numbers the radios of a device with one radio for each. A device that
 * numbers them otherwise is told in its firmware.
 */
const bands = ["2.4 GHz", "5 GHz"] as const;

const uciBands = { "2.4 GHz": "2g", "5 GHz": "5g" } as const;

/** A channel for a radio that is off: UCI has no radio without one. */
const idleChannels = { "2.4 GHz": 1, "5 GHz": 100 } as const;

/** The configuration of one point, as NetJSON. Pure: equal points and networks always give equal ones. */
export function deviceConfiguration(point: AccessPoint, network: Network): DeviceConfiguration {
  const [own, shared] = [ownConfiguration(point, network), sharedConfiguration(network)];
  const interfaces = [...shared.interfaces, ...own.interfaces];
  return { type: "DeviceConfiguration", ...own, ...shared, interfaces };
}

/** Returns the configuration that one hotspot alone has. */
export function ownConfiguration(point: AccessPoint, network: Network): OwnConfiguration {
  return {
    general: {
      hostname: `wifi-${point.uuid.slice(0, 8)}`,
      timezone: network.timezone,
      // In memory, in KiB: nothing is sent anywhere and nothing survives a restart.
      log_size: 64,
      cronloglevel: 9,
    },
    ntp: { enabled: true, enable_server: false, server: ["0.fr.pool.ntp.org", "1.fr.pool.ntp.org"] },
    radios: radios(point),
    interfaces: point.radios.flatMap(({ band }) => networks(band, network.name)),
    hotspot: [schedule(point, network)],
  };
}

function radioName(band: Band): string {
  return `radio${bands.indexOf(band)}`;
}

/**
 * OpenWrt switches beamforming on where the hardware has it (mac80211.sh, 802.11ac and 802.11ax), which adds 3 dB for
 * two antennas. Written either way, so that nothing is left to what was there before.
 */
function beamforming(on: boolean) {
  return { su_beamformer: on, mu_beamformer: on, he_su_beamformer: on, he_mu_beamformer: on };
}

/** Every radio that a device may have, so that one which is no longer declared goes off. */
function radios(point: AccessPoint): Radio[] {
  return bands.map((band) => {
    const radio = point.radios.find((each) => each.band === band);
    const common = {
      name: radioName(band),
      protocol: "802.11ax",
      band: uciBands[band],
      country: "FR",
      ...beamforming(radio?.beamforming ?? false),
    } as const;
    return radio
      ? {
          ...common,
          channel: radio.channel,
          channel_width: radio.width,
          tx_power: Math.floor(radio.power),
          disabled: false,
        }
      : { ...common, channel: idleChannels[band], channel_width: 20, tx_power: 1, disabled: true };
  });
}

/**
 * An open network and its encrypted twin, hidden, that name each other: devices that know OWE take the twin by
 * themselves (Wi-Fi Alliance, OWE transition mode).
 */
function networks(band: Band, name: string): Wireless[] {
  const radio = radioName(band);
  const [open, encrypted] = [`pub${bands.indexOf(band)}`, `owe${bands.indexOf(band)}`];
  const common = { radio, mode: "access_point", isolate: true, network: ["pub"] } as const;
  const owe = { protocol: "owe", cipher: "ccmp", ieee80211w: "2" } as const;
  return [
    {
      type: "wireless",
      name: open,
      wireless: {
        ...common,
        network: ["pub"],
        ssid: name,
        owe_transition_ifname: encrypted,
        encryption: { protocol: "none" },
      },
    },
    {
      type: "wireless",
      name: encrypted,
      wireless: {
        ...common,
        network: ["pub"],
        ssid: `${name} OWE`,
        hidden: true,
        owe_transition_ifname: open,
        encryption: owe,
      },
    },
  ];
}

/**
 * Returns the section that the script hotspot-radio reads: the state of every radio at every minute of the week. It is
 * complete: the agent restores options that a later configuration does not have.
 */
function schedule({ radios: emitting, open }: AccessPoint, { quietHours }: Network): Section {
  const [kept] = bands.filter((band) => emitting.some((radio) => radio.band === band));
  return {
    config_name: "schedule",
    config_value: "schedule",
    period: bands.flatMap((band) => {
      const radio = emitting.find((each) => each.band === band);
      const periods = radio
        ? weekOf({ power: Math.floor(radio.power), kept: band === kept }, open, quietHours)
        : alwaysOff;
      return periods.map((period) => periodText(radioName(band), period));
    }),
  };
}
