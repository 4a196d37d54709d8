import * as z from "zod";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { duration } from "../../foundation/declaration/duration.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { ipAddress } from "../../foundation/declaration/ip-address.ts";
import { line } from "../../foundation/declaration/line.ts";
import { list } from "../../foundation/declaration/list.ts";
import { section } from "../../foundation/declaration/section.ts";
import { weeklyHours } from "../../foundation/declaration/weekly-hours.ts";
import { Refusal, written } from "../../foundation/declaration/written.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";
import { languages } from "./portal.ts";

/** Bytes of the longest network name, IEEE 802.11; the encrypted network is called the same and " OWE". */
const longestName = 32 - " OWE".length;

function networkName() {
  return written<string>({
    title: `network name of at most ${longestName} bytes`,
    noun: "a name",
    example: "Villeurbanne Wi-Fi",
    pattern: /^[^'"\\\s]+( [^'"\\\s]+)*$/,
    maximumLength: longestName,
    read(text) {
      // What UCI files and hostapd would need quoted, each in its own way.
      if (/['"\\]/.test(text)) {
        return new Refusal("has a quote or a backslash", text.replaceAll("'", "’").replace(/["\\]/g, ""));
      }
      if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return new Refusal("has a character that cannot be seen");
      if (text !== text.trim() || text.includes("  ")) {
        return new Refusal("has more spaces than it shows", text.trim().replace(/ +/g, " ") || undefined);
      }
      if (Buffer.byteLength(text) > longestName) {
        return new Refusal(`takes ${Buffer.byteLength(text)} bytes, and ${longestName} is the most`);
      }
      return text;
    },
  });
}

const rolloutSection = section({
  sharePerDay: count({ minimum: 1, maximum: 100, example: 20 })
    .prefault(20)
    .describe("Per cent of the points that a change reaches each day, after the first quarter."),
  firstQuarter: identifier({ noun: "the id of a quarter", title: "id of a quarter", example: "gratte-ciel" })
    .optional()
    .describe(
      "Quarter of places.geojson that changes reach first, a day before all others. Without it the first day takes its share anywhere.",
    ),
  stopAtErrors: count({ minimum: 1, maximum: 1000, example: 1 })
    .prefault(1)
    .describe("Points that may report an error before the change reaches no more of them."),
});

/** The `hotspots:` section: the public Wi-Fi whose points are in places.geojson. */
export const hotspotsSection = section({
  subdomain: identifier({ noun: "a name", title: "name", example: "hotspots" })
    .prefault("hotspots")
    .describe("Address below the commune's domain where points ask for their configuration."),
  network: networkName()
    .optional()
    .describe(
      "Name of the Wi-Fi network, open; devices that can encrypt without a password do (OWE). The commune's name and “Wi-Fi” when absent.",
    ),
  vlan: count({ minimum: 1, maximum: 4094, example: 30 })
    .optional()
    .describe(
      "Tagged network that points are connected by, apart from the commune's own. Untagged when absent.",
    ),
  portal: choice(["page", "none"])
    .prefault("page")
    .describe(
      "What stands before the first use: a page with one button, or nothing. With none, devices are told where the same page is (RFC 8908 and 8910).",
    ),
  information: line({ maximumLength: 300, example: "Ce réseau est offert par la commune." })
    .optional()
    .describe("One more sentence on the page about the network."),
  help: line({ maximumLength: 200, example: "Accueil de la mairie, place Lazare-Goujon" })
    .optional()
    .describe(
      "Where somebody answers in person, without a device. The reception of the town hall when absent.",
    ),
  languages: list(choice(languages), { minimum: 1, noun: "languages" })
    .prefault(["fr", "en"])
    .describe("Languages of that page, in this order."),
  resolvers: list(ipAddress(), { minimum: 1, maximum: 4, noun: "IP addresses" })
    .prefault(["80.67.169.12", "80.67.169.40"])
    .describe("DNS servers that points ask. Those of the association FDN when absent."),
  quietHours: z
    .union([choice(["never"]), weeklyHours({ example: "Mo-Su 23:00-06:00" })])
    .meta({ title: "weekly hours in OpenStreetMap's spelling, or never" })
    .prefault("Mo-Su 23:00-06:00")
    .describe(
      "When points that are not there around the clock keep one radio, at a quarter of its power; the others are off.",
    ),
  connectionRecords: choice(["one year", "none"])
    .prefault("one year")
    .describe(
      "Time, hardware address and private address of each connection, kept on the point itself, then deleted. Have a lawyer confirm before writing none.",
    ),
  pollingInterval: duration({ minimum: "30 seconds", maximum: "1 hour", example: "2 minutes" })
    .prefault("2 minutes")
    .describe("How often a point asks for changes: the longest that a radio stays on in a new white zone."),
  rollout: rolloutSection
    .prefault({})
    .describe("How a change reaches the points. What makes them emit less reaches all of them at once."),
  retired: retirementSection
    .optional()
    .describe(
      "Retires it: it stops, and its data stays until it is released. Write this instead of taking the section out (docs/retirement.md).",
    ),
});
