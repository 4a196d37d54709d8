import { address } from "../../foundation/declaration/address.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { folder } from "../../foundation/declaration/folder.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { line } from "../../foundation/declaration/line.ts";
import { list } from "../../foundation/declaration/list.ts";
import { named, section } from "../../foundation/declaration/section.ts";
import { sha256 } from "../../foundation/declaration/sha256.ts";
import { size } from "../../foundation/declaration/size.ts";
import { version } from "../../foundation/declaration/version.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";
import { levels } from "../levels.ts";

const placeId = (example: string) => identifier({ noun: "an id", title: "id", example });

const library = section({
  name: line({ example: "Métropole de Lyon" }).describe("Name of the folder that teachers see in OpenBoard."),
  folder: folder({ example: "library/commune" })
    .optional()
    .describe("Folder beside the declaration with pictures, audios, videos and so on (docs/schools.md)."),
  source: section({
    address: address({ example: "https://ecoles.metropole.test/library/metropole" }).describe(
      "A library that somebody else publishes: the folder that holds its SHA256SUMS.",
    ),
    sha256: sha256().describe("Checksum of that SHA256SUMS: what was looked at is what is published."),
  })
    .optional()
    .describe("A library that somebody else publishes, taken over as it was looked at."),
});

const school = section({
  name: line({ example: "École Jules-Ferry" }).describe("Name that people read."),
  levels: list(choice(levels), { minimum: 1, noun: "levels" }).describe("What is taught there."),
  library: folder({ example: "library/jules-ferry" })
    .optional()
    .describe("Folder beside the declaration with the school's own pictures, audios, lessons and so on."),
  teachers: list(line({ maximumLength: 64, example: "Enseignants Jules-Ferry" }), {
    noun: "groups",
    maximum: 20,
  })
    .prefault([])
    .describe("Groups of Nextcloud that read, write and delete in the school's folder Médias."),
  readers: list(line({ maximumLength: 64, example: "Élèves Jules-Ferry" }), { noun: "groups", maximum: 20 })
    .prefault([])
    .describe("Groups of Nextcloud that only read there."),
  mediaQuota: size({ minimum: "1 MiB", maximum: "10 TiB", example: "10 GiB" })
    .prefault("10 GiB")
    .describe("Space of the folder Médias."),
  rooms: named(
    placeId("salle-1"),
    section({
      name: line({ example: "Salle des CM1" }).describe("Name that people read."),
      devices: count({ minimum: 0, maximum: 40, example: 1 })
        .prefault(1)
        .describe("Workstations in the room: one with the board, or a shared trolley."),
    }),
    "rooms",
  )
    .prefault({})
    .describe("Rooms that have a workstation."),
  bandwidth: count({ minimum: 64, maximum: 1_000_000, example: 2000 })
    .prefault(2000)
    .describe("What one workstation may take of the school's line for the library, in kilobytes a second."),
});

/** The `schools:` section: OpenBoard, the libraries that schools share, and the schools. */
export const schoolsSection = section({
  subdomain: identifier({ noun: "a name", title: "name", example: "ecoles" })
    .prefault("ecoles")
    .describe("Public address below the commune's domain. Workstations are built for it."),
  storage: size({ minimum: "1 GiB", maximum: "100 TiB", example: "20 GiB" })
    .prefault("20 GiB")
    .describe("Volume for what is published and can be gone back to. It cannot shrink."),
  openboard: version({ example: "1.7.7" })
    .prefault("1.7.7")
    .describe("Version of OpenBoard that workstations are told to have."),
  packages: folder({ example: "packages" })
    .optional()
    .describe("Folder beside the declaration with Debian packages to publish, such as OpenBoard's own."),
  libraries: named(placeId("metropole"), library, "libraries")
    .prefault({})
    .describe("Libraries that every school has, the widest first: metropolis, then commune."),
  establishments: named(placeId("jules-ferry"), school, "schools")
    .prefault({})
    .describe("The schools, each with its rooms."),
  retired: retirementSection
    .optional()
    .describe(
      "Retires it: it stops, and its data stays until it is released. Write this instead of taking the section out (docs/retirement.md).",
    ),
});
