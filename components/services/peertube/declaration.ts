import { address } from "../../foundation/declaration/address.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { flag } from "../../foundation/declaration/flag.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { integrity } from "../../foundation/declaration/integrity.ts";
import { named, section } from "../../foundation/declaration/section.ts";
import { settings } from "../../foundation/declaration/settings.ts";
import { size } from "../../foundation/declaration/size.ts";
import { version } from "../../foundation/declaration/version.ts";
import { Refusal, written } from "../../foundation/declaration/written.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";
import { serviceDatabaseSection } from "../../platform/database/declaration.ts";
import { refusedSettings } from "./refused-settings.ts";

const pluginName = /^peertube-(plugin|theme)-[a-z0-9]+(-[a-z0-9]+)*$/;

/** The `peertube:` section: the commune's videos, with a page and feeds that anyone can read. */
export const peertubeSection = section({
  version: version({
    example: "8.3.1",
    only: {
      major: 8,
      reason:
        "PeerTube 9 must be told where every kind of file is before its first start, which this toolkit does not do yet",
    },
  })
    .prefault("8.3.1")
    .describe("Version of PeerTube, 8.x. Security releases come almost monthly: follow them. Never back."),
  subdomain: identifier({ noun: "a name", title: "name", example: "video" })
    .prefault("video")
    .describe("Public address below the commune's domain. It cannot change after the first start."),
  expectedViewers: count({ minimum: 1, maximum: 100_000, example: 300 })
    .optional()
    .describe(
      "People who watch at the same moment, on the busiest evening; sizes memory. One in 500 inhabitants when absent, at least 20.",
    ),
  transcoding: choice(["sober", "full"])
    .prefault("sober")
    .describe(
      "Sober: 480p and 720p at 30 images per second. Full: also 240p for slow lines and 1080p, three times the work and twice the space.",
    ),
  live: flag()
    .prefault(false)
    .describe(
      "Live streams. Cameras send RTMP to port 1935, which an Ingress cannot carry: the site has to open it (docs/peertube.md).",
    ),
  runners: choice(["none", "outside"])
    .prefault("none")
    .describe(
      "Outside: videos wait for a runner, a machine elsewhere that transcodes (docs/peertube.md); this server never does it itself.",
    ),
  signup: flag()
    .prefault(false)
    .describe("Whether anyone may ask for an account. A moderator accepts each one."),
  quotaPerUser: size({ minimum: "1 MiB", maximum: "100 TiB", example: "50 GiB" })
    .prefault("50 GiB")
    .describe("Space of the videos that one person may upload, before transcoding."),
  originals: flag()
    .prefault(false)
    .describe("Keep each file as it was uploaded. It doubles the space, and is the only master copy."),
  p2p: flag()
    .prefault(false)
    .describe("Viewers send parts of videos to each other. It saves bandwidth and shows their addresses."),
  plugins: named(
    written<string>({
      title: "name of a plugin or theme in the npm registry",
      noun: "a name",
      example: "peertube-plugin-livechat",
      pattern: pluginName,
      maximumLength: 100,
      read: (text) =>
        pluginName.test(text) ? text : new Refusal("does not start with peertube-plugin- or peertube-theme-"),
    }),
    section({
      version: version({ example: "14.0.4" }).describe("Its version, exact."),
      integrity: integrity().describe(
        "Checksum of its archive: `npm view <name>@<version> dist.integrity` prints it. Another archive is not installed.",
      ),
    }),
    "plugins",
  )
    .optional()
    .describe(
      "Exactly these plugins, each in one exact version; `{}` removes all. Untouched when absent. They run with all rights of PeerTube.",
    ),
  pluginMirror: address({ example: "https://miroir.grandlyon.fr/npm" })
    .optional()
    .describe(
      "Folder with the archives of the plugins, each as `<name>-<version>.tgz`. The npm registry when absent.",
    ),
  storage: size({ minimum: "1 GiB", maximum: "1024 TiB", example: "500 GiB" })
    .optional()
    .describe(
      "Volume for videos. 8 GiB per thousand inhabitants when absent, at least 50 GiB. It cannot shrink.",
    ),
  dedicatedDatabase: serviceDatabaseSection
    .optional()
    .describe("A PostgreSQL server for PeerTube alone. It shares the commune's when absent."),
  settings: settings(refusedSettings)
    .prefault({})
    .describe(
      "Merged into production.yaml, whose names it uses; its values win over the toolkit's. PeerTube ignores names that it does not know.",
    ),
  retired: retirementSection
    .optional()
    .describe(
      "Retires it: it stops, and its data stays until it is released. Write this instead of taking the section out (docs/retirement.md).",
    ),
});
