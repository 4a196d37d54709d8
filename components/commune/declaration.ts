import type * as z from "zod";
import { availability } from "../foundation/availability/declaration.ts";
import { address } from "../foundation/declaration/address.ts";
import { coordinates } from "../foundation/declaration/coordinates.ts";
import { count } from "../foundation/declaration/count.ts";
import { domain } from "../foundation/declaration/domain.ts";
import { email } from "../foundation/declaration/email.ts";
import { communeId } from "../foundation/declaration/identifier.ts";
import { inseeCode } from "../foundation/declaration/insee.ts";
import { line } from "../foundation/declaration/line.ts";
import { section } from "../foundation/declaration/section.ts";
import { databaseSection } from "../platform/database/declaration.ts";
import { directorySection } from "../platform/directory/declaration.ts";
import { identitySection } from "../platform/identity/declaration.ts";
import { mailSection } from "../platform/mail/declaration.ts";
import { mediaSection } from "../platform/media/declaration.ts";
import { portalSection } from "../portal/declaration.ts";
import { serviceNames } from "../services/index.ts";
import type { Tenant } from "../tenants/tenant/declaration.ts";
import { type PartFields, partFields, thingNamed } from "./parts.ts";
import { retentionSection } from "./retention.ts";
import { secretsSection } from "./secret-names.ts";

const energySection = section({
  budget: count({ minimum: 1, maximum: 1_000_000, example: 400 }).describe(
    "Kilowatt-hours a year, by the estimate of `commune size` (docs/platform.md).",
  ),
});

const written = section({
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
  availability: availability()
    .optional()
    .describe(
      "What it tolerates: nothing (`single`, when absent), or the loss of one node, as far as each workload can (`node-loss`, on three nodes or more: docs/availability.md).",
    ),
  location: coordinates()
    .optional()
    .describe("Where the commune is, for the map of the metropolis. It is on no map when absent."),
  contact: email({ example: "numerique@villeurbanne.fr" }).describe(
    "Address at which citizens and other communes reach the people in charge.",
  ),
  website: address({ example: "https://www.villeurbanne.fr" })
    .optional()
    .describe(
      "The commune's own website, which the first page of `domain` links to. If it is at `domain` itself, this project publishes no page in its place.",
    ),
  // Sections that come before those of the other parts: their order is in the checksum that restore points carry.
  portal: portalSection
    .optional()
    .describe(
      "The commune's own pages, on the first page of `domain`: how a person is reached, news, who answers for them. A plain list of services when absent (docs/portal.md).",
    ),
  database: databaseSection(serviceNames).prefault({}).describe("PostgreSQL server shared by the services."),
  media: mediaSection.optional().describe("S3 store for what people publish. Volumes when absent."),
  mail: mailSection.optional().describe("Relay for messages to people. No service sends mail when absent."),
  directory: directorySection
    .optional()
    .describe(
      "The people of the commune and of its associations, and the groups that they are in (docs/directory.md). None when absent.",
    ),
  identity: identitySection
    .optional()
    .describe(
      "OpenID Connect provider that people log in with. Each service has its own accounts when absent.",
    ),
  ...partFields,
  retention: retentionSection
    .optional()
    .describe(
      "Time for which each kind of personal data is kept, as stated on the legal page of the portal and in reports. It deletes nothing.",
    ),
  energy: energySection
    .optional()
    .describe(
      "Energy that the commune may use in a year: a plan above it is refused. When absent, reports state the energy, and nothing is refused.",
    ),
  secrets: secretsSection
    .prefault({})
    .describe(
      'Versions of passwords and keys that are not the first: `database/superuser-password: 2` makes another one, never back (docs/seed.md, "Rotate").',
    ),
});

/** Sections that can be retired: their part says so. */
type Retirable = {
  [Name in keyof PartFields]: HasRetired<keyof NonNullable<z.output<PartFields[Name]>>> extends true
    ? Name
    : never;
}[keyof PartFields];

/** Whether a section has that field; a record with names as keys has not. */
type HasRetired<Keys> = string extends Keys ? false : "retired" extends Keys ? true : false;

/** Names of the sections that can be retired. */
export const retirable = Object.keys(partFields).filter((name): name is Retirable => {
  const [section, field] = thingNamed(name)?.retirement ?? [];
  return section === name && field === "retired";
});

type Written = z.output<typeof written>;

/** A commune's declaration with its defaults. A retired service is missing from it, and stands in `retired`. */
export type CommuneDeclaration = Written & {
  retired: Partial<Pick<Written, Retirable>>;
  /** The hosted associations, each declared in its own file, including retired ones. */
  associations: Readonly<Record<string, Tenant>>;
  /** The commune of which this is a copy for a drill; undefined in what a commune declares (docs/drill.md). */
  drillOf?: string;
};

/** Separates retired services from running ones, so that a declared service is always one that runs. */
function withoutRetired(declared: Written): CommuneDeclaration {
  const running: Written = { ...declared };
  const retired: CommuneDeclaration["retired"] = {};
  for (const service of retirable) {
    if (declared[service]?.retired === undefined) continue;
    Object.assign(retired, { [service]: declared[service] });
    delete running[service];
  }
  return { ...running, retired, associations: {} };
}

/** Schema of `stacks/<id>/commune.yaml`: what a commune declares. An absent service does not exist. */
export const communeSchema = written.transform(withoutRetired);
