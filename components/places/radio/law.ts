import { writeDecibels } from "../../foundation/declaration/decibel.ts";
import type { Radio } from "../places/declaration.ts";
import { at } from "../places/finding.ts";
import { type Hotspot, isRoundTheClock } from "../places/places.ts";
import type { RadioFinding } from "./finding.ts";
import { allowedChannels, eirp, limitsOf } from "./regulation.ts";

/** Channels as messages list them. */
export function showChannels(channels: readonly number[]): string {
  return channels.length > 0 ? channels.join(", ") : "none";
}

/** Finds where a hotspot's radios break the law, with what it would allow. */
export function lawFindings(hotspot: Hotspot): RadioFinding[] {
  return [
    ...hotspot.radios.flatMap((radio, index) => radioFindings(hotspot, radio, index)),
    ...radarFindings(hotspot),
  ];
}

function radioFindings(hotspot: Hotspot, radio: Radio, index: number): RadioFinding[] {
  const { band, channel, width } = radio;
  const { setting } = hotspot;
  const field = (name: string) => ["properties", "radios", index, name];
  const limits = limitsOf(radio);
  if (limits === undefined || (limits.indoorOnly && setting === "outdoor")) {
    const channels = allowedChannels(radio, setting);
    const fault = limits ? "may only be used indoors" : "is not a channel that the law knows";
    const message = `${channel} at ${band}, ${width} wide, ${fault}. Allowed ${setting}: ${showChannels(channels)}.`;
    return [{ rule: "channel", ...at(hotspot, field("channel"), message), remedies: { channels } }];
  }
  const sent = eirp(radio);
  // Declarations have tenths, the law's milliwatts do not: 27 dBm are the 500 mW that 26.98 dBm are.
  if (sent <= limits.eirp + 0.05) return [];
  const most = Math.floor(limits.eirp + 0.05 - (sent - radio.power.value));
  const strong = allowedChannels(radio, setting).filter((other) => {
    const there = limitsOf({ band, width, channel: other });
    return there !== undefined && sent <= there.eirp + 0.05;
  });
  const ways = [
    most >= 0 ? `power at most ${most} dBm` : "",
    strong.length > 0 ? `channel ${showChannels(strong)}` : "",
  ].filter((way) => way !== "");
  const advice =
    ways.length > 0 ? `It complies with ${ways.join(", or ")}.` : "Use an antenna with less gain.";
  const beam = radio.beamforming.value > 0 ? ` and ${radio.beamforming.text} of beamforming` : "";
  const density = limits.density === undefined ? "" : ` (${limits.density} mW/MHz in frames of 20 MHz)`;
  const message = `${radio.power.text} and ${radio.gain.text}${beam} less ${radio.loss.text} are ${writeDecibels(sent, "dBm")} sent; channel ${channel} is allowed ${writeDecibels(limits.eirp, "dBm")} ${setting}${density}. ${advice}`;
  return [
    {
      rule: "power",
      ...at(hotspot, field("power"), message),
      remedies: {
        ...(most >= 0 && { powers: [{ band, dBm: most }] }),
        ...(strong.length > 0 && { channels: strong }),
      },
    },
  ];
}

/** A radar silences a channel for a minute at least, and ten where it forecasts weather. */
function radarFindings(hotspot: Hotspot): RadioFinding[] {
  const { radios, setting } = hotspot;
  if (!isRoundTheClock(hotspot) || !radios.every((radio) => limitsOf(radio)?.radars)) return [];
  const message = `is open 24/7 on channels that radars interrupt only. Add a radio at 2.4 GHz, or use another channel.`;
  const channels = radios.flatMap((radio) =>
    allowedChannels(radio, setting).filter((channel) => !limitsOf({ ...radio, channel })?.radars),
  );
  return [{ rule: "radar", ...at(hotspot, ["properties", "radios"], message), remedies: { channels } }];
}
