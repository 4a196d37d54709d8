import type * as z from "zod";
import { databaseSection } from "../database/declaration.ts";
import { coordinates } from "../declaration/coordinates.ts";
import { count } from "../declaration/count.ts";
import { domain } from "../declaration/domain.ts";
import { email } from "../declaration/email.ts";
import { communeId } from "../declaration/identifier.ts";
import { inseeCode } from "../declaration/insee.ts";
import { line } from "../declaration/line.ts";
import { section } from "../declaration/section.ts";
import { federationSection } from "../federation/declaration.ts";
import { hotspotsSection } from "../hotspots/declaration.ts";
import { identitySection } from "../identity/declaration.ts";
import { mailSection } from "../mail/declaration.ts";
import { mastodonSection } from "../mastodon/declaration.ts";
import { mediaSection } from "../media/declaration.ts";
import { nextcloudSection } from "../nextcloud/declaration.ts";
import { peertubeSection } from "../peertube/declaration.ts";
import { schoolsSection } from "../schools/declaration.ts";
import { spacesSection } from "../spaces/declaration.ts";

/** `stacks/<id>/commune.yaml`: what a commune wants. A service that is absent is not there. */
export const communeSchema = section({
  id: communeId().describe(
    "Short name: its folder, its Pulumi stack, the start of its namespaces. Never changes.",
  ),
  name: line({ maximumLength: 100, example: "Villeurbanne" }).describe("Name that people read."),
  insee: inseeCode().describe("Official code of the commune (not the postal code)."),
  domain: domain({ example: "villeurbanne.fr" }).describe(
    "Domain of the commune; every public address is below it. Never changes after the first start.",
  ),
  population: count({ minimum: 1, maximum: 10_000_000, example: 160_000 }).describe(
    "Inhabitants; sizes everything that has no explicit size.",
  ),
  location: coordinates()
    .optional()
    .describe("Where the commune is, for the map of the metropolis. It is on no map when absent."),
  contact: email({ example: "numerique@villeurbanne.fr" }).describe(
    "Where citizens and other communes reach the people in charge.",
  ),
  database: databaseSection.prefault({}).describe("PostgreSQL server shared by the services."),
  media: mediaSection.optional().describe("S3 store for what people publish. Volumes when absent."),
  mail: mailSection.optional().describe("Relay for messages to people. No service sends mail when absent."),
  identity: identitySection
    .optional()
    .describe(
      "OpenID Connect provider that people log in with. Each service has its own accounts when absent.",
    ),
  nextcloud: nextcloudSection.optional().describe("Documents, agenda and contacts."),
  mastodon: mastodonSection.optional().describe("What the commune says in public, and who answers."),
  peertube: peertubeSection.optional().describe("The commune's videos."),
  hotspots: hotspotsSection
    .optional()
    .describe("Public Wi-Fi: what the points of places.geojson say and do, and how changes reach them."),
  schools: schoolsSection.optional().describe("OpenBoard in schools, and the libraries that they share."),
  spaces: spacesSection
    .optional()
    .describe("Public digital spaces: where anybody finds a computer, and somebody who helps."),
  federation: federationSection
    .optional()
    .describe("Other communes whose services are linked with this one's. None when absent."),
});

/** A commune's declaration, read and with its defaults. */
export type CommuneDeclaration = z.output<typeof communeSchema>;
