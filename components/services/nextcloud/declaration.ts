import { address } from "../../foundation/declaration/address.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { ipAddress } from "../../foundation/declaration/ip-address.ts";
import { list } from "../../foundation/declaration/list.ts";
import { section } from "../../foundation/declaration/section.ts";
import { settings } from "../../foundation/declaration/settings.ts";
import { size } from "../../foundation/declaration/size.ts";
import { version } from "../../foundation/declaration/version.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";
import { serviceDatabaseSection } from "../../platform/database/declaration.ts";
import { objectsSection } from "../../platform/media/declaration.ts";
import { declarableApps } from "./apps.ts";
import { refusedSettings } from "./refused-settings.ts";

/** The `nextcloud:` section: documents, agenda and contacts of the commune's agents and elected officials. */
export const nextcloudSection = section({
  version: version({ example: "33.0.7" })
    .prefault("33.0.7")
    .describe("Version of Nextcloud. One major version at a time, never back."),
  subdomain: identifier({ noun: "a name", title: "name", example: "cloud" })
    .prefault("cloud")
    .describe("Public address below the commune's domain. It cannot change after the first start."),
  expectedUsers: count({ minimum: 1, maximum: 500_000, example: 2500 })
    .optional()
    .describe("People with an account; sizes memory and storage. One in 64 inhabitants when absent."),
  quotaPerUser: size({ minimum: "1 MiB", maximum: "100 TiB", example: "5 GiB" })
    .prefault("5 GiB")
    .describe("Space that one person may fill."),
  storage: size({ minimum: "1 GiB", maximum: "1024 TiB", example: "500 GiB" })
    .optional()
    .describe(
      "Volume for all files. 200 MiB per expected user when absent, at least 10 GiB. It cannot shrink.",
    ),
  objects: objectsSection
    .optional()
    .describe(
      'A bucket that has all files instead of a volume, so that several servers can serve them (docs/nextcloud.md, "Files in a bucket"). For a new Nextcloud alone: one that runs would show none of its files.',
    ),
  apps: list(choice(declarableApps), { noun: "apps" })
    .prefault([...declarableApps])
    .describe(
      "Apps beside documents: calendar, contacts, groupfolders (folders of a team). The release of each follows the version; one that is taken out is switched off and keeps its data.",
    ),
  appMirror: address({ example: "https://miroir.grandlyon.fr/nextcloud" })
    .optional()
    .describe(
      "Folder with the archives of the apps, under the names that their releases have. GitHub when absent.",
    ),
  office: section({
    server: address({ example: "https://bureau.grandlyon.fr" }).describe("Address of the Collabora server."),
    callers: list(ipAddress(), { noun: "IP addresses" })
      .prefault([])
      .describe(
        "Addresses that it calls back from. Whoever has the token of an open document may when there are none.",
      ),
  })
    .optional()
    .describe(
      "A Collabora server that the commune or its metropolis runs, where several people edit one document (docs/nextcloud.md). Documents are only kept and shared when absent.",
    ),
  dedicatedDatabase: serviceDatabaseSection
    .optional()
    .describe("A database server for Nextcloud alone. It shares the commune's when absent."),
  settings: settings(refusedSettings)
    .prefault({})
    .describe("Passed through to config.php, whose keys win over those of the toolkit."),
  retired: retirementSection
    .optional()
    .describe(
      "Retires it: it stops, and its data stays until it is released. Write this instead of taking the section out (docs/retirement.md).",
    ),
});
