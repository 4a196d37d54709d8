import { identifier } from "../../../components/foundation/declaration/identifier.ts";
import { section } from "../../../components/foundation/declaration/section.ts";
import { size } from "../../../components/foundation/declaration/size.ts";
import { version } from "../../../components/foundation/declaration/version.ts";
import { retirementSection } from "../../../components/foundation/retirement/declaration.ts";
import { serviceDatabaseSection } from "../../../components/platform/database/declaration.ts";

/** The `carnet:` section: what happens in the commune, and when. */
export const carnetSection = section({
  version: version({ example: "3.1.0" }).prefault("3.1.0").describe("Version of Carnet."),
  subdomain: identifier({ noun: "a name", title: "name", example: "carnet" })
    .prefault("carnet")
    .describe("Public address below the commune's domain."),
  storage: size({ minimum: "1 GiB", maximum: "1 TiB", example: "5 GiB" })
    .prefault("5 GiB")
    .describe("Volume for posters."),
  dedicatedDatabase: serviceDatabaseSection.optional().describe("A database server of its own."),
  retired: retirementSection.optional().describe("It runs no more."),
});
