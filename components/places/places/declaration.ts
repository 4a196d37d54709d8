import * as z from "zod";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { decibels } from "../../foundation/declaration/decibel.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { length } from "../../foundation/declaration/length.ts";
import { line } from "../../foundation/declaration/line.ts";
import { reference } from "../../foundation/declaration/reference.ts";
import { show } from "../../foundation/declaration/show.ts";
import { uuid } from "../../foundation/declaration/uuid.ts";
import { weeklyHours } from "../../foundation/declaration/weekly-hours.ts";
import { areaGeometry, member, pointGeometry, several, word } from "./geometry.ts";
import { boardName } from "./model.ts";

/** Kinds of features in `places.geojson`. */
export const kinds = ["quarter", "hotspot", "white-zone", "space"] as const;
export type Kind = (typeof kinds)[number];

const name = () => line({ example: "Le Rize" }).describe("Name that people read.");
const quarter = () =>
  identifier({ noun: "the id of a quarter", title: "id of a quarter", example: "gratte-ciel" }).describe(
    "Id of the quarter that it stands in.",
  );
const address = () =>
  line({ example: "23 rue Valentin-Haüy", maximumLength: 200 })
    .optional()
    .describe("Street address, as people say it.");

/** Written by some programs, used by nothing here. */
const box = z.array(z.number()).optional().meta({ title: "box", description: "Not used." });

function feature<const Name extends Kind, Geometry extends z.ZodType, const Properties extends z.ZodRawShape>(
  kind: Name,
  geometry: Geometry,
  properties: Properties,
) {
  return member({
    type: word("Feature", "the type of a feature"),
    id: identifier({ noun: "the id of a place", title: "id of a place", example: "rize" }).describe(
      "Stable id: hostname of a device, name in the declaration. Never changes.",
    ),
    bbox: box,
    geometry,
    properties: member({ kind: word(kind, "the kind of this feature"), ...properties }),
  });
}

/** Frequency bands of public Wi-Fi. */
const bands = ["2.4 GHz", "5 GHz"] as const;
/** Widths of a channel. */
const widths = ["20 MHz", "40 MHz", "80 MHz", "160 MHz"] as const;

const radio = member({
  band: choice(bands).describe("Frequency band."),
  channel: count({ minimum: 1, maximum: 177, example: 6 }).describe(
    "Primary channel, by IEEE 802.11's numbers.",
  ),
  width: choice(widths).prefault("20 MHz").describe("Width of the channel."),
  power: decibels({ unit: "dBm", minimum: 0, maximum: 36, noun: "a power", example: "14 dBm" }).describe(
    "What the radio gives to its antenna.",
  ),
  gain: decibels({
    unit: "dBi",
    minimum: -10,
    maximum: 30,
    noun: "an antenna gain",
    example: "3 dBi",
  }).describe("Gain of the antenna in its strongest direction."),
  loss: decibels({ unit: "dB", minimum: 0, maximum: 30, noun: "a loss", example: "0.5 dB" })
    .prefault("0 dB")
    .describe("What cables and connectors take."),
  beamforming: decibels({
    unit: "dB",
    minimum: 0,
    maximum: 9,
    noun: "a gain by beamforming",
    example: "3 dB",
  })
    .prefault("0 dB")
    .describe(
      "What several antennas add when they send one beam: 3 dB for two, 6 dB for four; at 0 dB the device is told not to.",
    ),
});

/** One radio of a device, as it is to be set. What it sends is power + gain + beamforming − loss. */
export type Radio = z.output<typeof radio>;

const hotspot = feature("hotspot", pointGeometry, {
  name: name(),
  quarter: quarter(),
  address: address(),
  uuid: uuid().describe("Identity of the device: its agent asks for its configuration with it."),
  model: boardName().describe("The device."),
  setting: choice(["indoor", "outdoor"]).describe("Where its antennas are: some channels are indoor only."),
  height: length({ minimum: 0, maximum: 100, example: "4.5 m" }).describe("Antennas above the ground."),
  open: weeklyHours().describe("When its radios are on."),
  quiet: weeklyHours({ example: "Mo-Su 22:00-24:00" })
    .optional()
    .describe("Hours within `open` when its radios are off all the same. None at a point that is open 24/7."),
  radios: several(radio, "radios")
    .check(({ value, issues }) => {
      if (value.length === 0)
        issues.push({ code: "custom", input: value, message: "is empty. Write a radio." });
      for (const [index, { band }] of value.entries()) {
        if (value.findIndex((other) => other.band === band) === index) continue;
        const message = `is a second radio at ${band}. A device has one radio per band.`;
        issues.push({ code: "custom", input: value[index], path: [index, "band"], message });
      }
    })
    .meta({ title: "list of radios", description: "Its radios, at most one per band." }),
});

/** Reasons for a white zone. The law names crèches and classrooms: docs/radio.md. */
const reasons = ["residents", "creche", "classroom", "hospital", "care-home", "nature"] as const;

const whiteZone = feature("white-zone", areaGeometry, {
  name: name(),
  reason: choice(reasons).describe("Why: residents asked for it, or who is inside."),
  threshold: decibels({
    unit: "dBm",
    minimum: -100,
    maximum: -30,
    noun: "a threshold",
    example: "-70 dBm",
  }).describe("What all hotspots together may come to at any place of the zone, at worst."),
  schedule: weeklyHours({ example: "Mo-Tu,Th-Fr 08:20-16:30" })
    .prefault("24/7")
    .describe("When the zone holds."),
});

const quarterFeature = feature("quarter", areaGeometry, { name: name() });

const space = feature("space", pointGeometry, { name: name(), quarter: quarter(), address: address() });

/** The schema of a feature, by its kind. */
export const featureSchemas = { quarter: quarterFeature, hotspot, "white-zone": whiteZone, space };

const longitudeLatitude = ["urn:ogc:def:crs:OGC:1.3:CRS84", "urn:ogc:def:crs:OGC::CRS84"] as const;

/**
 * Members around the features. `name`, `bbox` and `crs` are written by geographic information systems; a `crs` other
 * than longitude and latitude is refused: RFC 7946 has only that one.
 */
export const collectionSchema = member({
  type: word("FeatureCollection", "what places.geojson holds"),
  name: z.string().optional().describe("Not used."),
  bbox: box,
  crs: member({
    type: word("name", "a kind of coordinate system known here"),
    properties: member({
      name: z.literal(longitudeLatitude, {
        error: ({ input }) =>
          `${show(input)} is another coordinate system. Export in WGS 84 (EPSG:4326), as RFC 7946 wants.`,
      }),
    }),
  })
    .optional()
    .describe("Longitude and latitude only."),
  features: several(z.unknown(), "features"),
});

/** `stacks/<id>/places.geojson`: what stands where in a commune (RFC 7946). */
export const placesSchema = collectionSchema.extend({
  features: several(z.union(Object.values(featureSchemas)), "features"),
});

/** The reference of every kind of place, in Markdown. */
export function placesReference(): string {
  return [
    ...kinds.map((kind) => reference(featureSchemas[kind].shape.properties, `Properties of a \`${kind}\``)),
    reference(radio, "Fields of a radio"),
  ].join("\n\n");
}
