import { address } from "../../foundation/declaration/address.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { debianPackage } from "../../foundation/declaration/debian-package.ts";
import { duration } from "../../foundation/declaration/duration.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { line } from "../../foundation/declaration/line.ts";
import { list } from "../../foundation/declaration/list.ts";
import { named, section } from "../../foundation/declaration/section.ts";
import { weeklyHours } from "../../foundation/declaration/weekly-hours.ts";
import { soberPackages } from "./profile.ts";

/** Facilities of a public digital space for people who need them. */
export const accessibilities = [
  "step-free",
  "accessible-toilet",
  "hearing-loop",
  "screen-reader",
  "large-screen",
  "adjustable-desk",
  "sign-language",
] as const;

const space = section({
  name: line({ example: "Médiathèque du Rize" }).describe("Name that people read."),
  place: identifier({ noun: "the id of a place", title: "id of a place", example: "rize" })
    .optional()
    .describe("Feature of places.geojson where the space stands; not on the map when absent."),
  opening: weeklyHours({ example: "Tu-Fr 10:00-18:30; Sa 09:00-12:00" })
    .optional()
    .describe("Hours with somebody who helps, in local time."),
  autonomous: weeklyHours({ example: "Tu-Fr 18:30-21:00" })
    .optional()
    .describe("Hours when the door is open and nobody helps."),
  accessibility: list(choice(accessibilities), { noun: "facilities" })
    .prefault([])
    .describe("What people who need it find there."),
  workstations: section({
    count: count({ minimum: 1, maximum: 200, example: 6 }).prefault(1).describe("How many there are."),
    packages: list(debianPackage(), { noun: "packages", maximum: 60 })
      .prefault([...soberPackages])
      .describe("Debian packages that a workstation has, beside the base system."),
    homepage: address({ example: "https://www.villeurbanne.fr" })
      .optional()
      .describe("Page that the browser opens. The commune's own domain when absent."),
    session: duration({ minimum: "5 minutes", maximum: "8 hours", example: "1 hour" })
      .prefault("1 hour")
      .describe("Longest session; the person is told five minutes before."),
    idle: duration({ minimum: "2 minutes", maximum: "1 hour", example: "10 minutes" })
      .prefault("10 minutes")
      .describe("Time without a touch after which the session ends and everything in it is erased."),
  })
    .prefault({})
    .describe("The workstations, all alike."),
});

/** The `spaces:` section: places where anybody finds a computer, and somebody who helps. */
export const spacesSection = named(
  identifier({ noun: "an id", title: "id", example: "rize" }),
  space,
  "spaces",
);
