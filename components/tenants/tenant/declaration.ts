import type * as z from "zod";
import { count } from "../../foundation/declaration/count.ts";
import { cpu } from "../../foundation/declaration/cpu.ts";
import { date } from "../../foundation/declaration/date.ts";
import { domain } from "../../foundation/declaration/domain.ts";
import { email } from "../../foundation/declaration/email.ts";
import { flag } from "../../foundation/declaration/flag.ts";
import { identifier, tenantId } from "../../foundation/declaration/identifier.ts";
import { line } from "../../foundation/declaration/line.ts";
import { named, section } from "../../foundation/declaration/section.ts";
import { size } from "../../foundation/declaration/size.ts";
import { ownedNames } from "../../foundation/part/names.ts";
import { retirementSection } from "../../foundation/retirement/declaration.ts";
import { associationDatabaseSection } from "../../platform/database/declaration.ts";
import { dedicatedMariadbSection, mariadbSection } from "../../platform/mariadb/declaration.ts";
import { type Applications, applicationsSection } from "../applications/list.ts";
import type { Pages } from "../applications/pages.ts";
import { tenantAccountsSection } from "./accounts.ts";
import { tenantListsSection } from "./lists.ts";
import { rna, siren } from "./registration.ts";
import { tenantTicketsSection } from "./tickets.ts";

function planName() {
  return identifier({ noun: "the name of a plan", title: "plan", example: "small" });
}

const planSection = section({
  storage: size({ minimum: "1 GiB", maximum: "100 TiB", example: "5 GiB" }).describe(
    "Sum of the volumes of a tenant's applications.",
  ),
  memory: size({ minimum: "64 MiB", maximum: "1 TiB", example: "512 MiB" }).describe(
    "Sum of the memory that its pods may use.",
  ),
  cpu: cpu({ minimum: "0.1 cores", example: "1 core" }).describe(
    "Sum of the processor time that its pods may take; the rest is for others.",
  ),
  rows: size({ minimum: "16 MiB", maximum: "10 TiB", example: "1 GiB" })
    .prefault("1 GiB")
    .describe(
      "Sum of the databases of its applications on the MariaDB that all share. Beyond it nothing can be added (docs/tenants.md).",
    ),
});

export type TenantPlanSize = z.output<typeof planSection>;

/** The `tenants:` section of a commune: number, domain and plans of the associations that it hosts. */
export const tenantsSection = section({
  domain: domain({ example: "assos-villeurbanne.fr" }).describe(
    "Domain of the tenants, each below it. It differs from the commune's: pages of a sibling can set cookies for the commune's services (docs/tenants.md).",
  ),
  maximum: count({ minimum: 1, maximum: 1000, example: 120 })
    .prefault(100)
    .describe("Most tenants that the commune hosts."),
  plans: named(planName(), planSection, "plans")
    .prefault({
      small: { storage: "5 GiB", memory: "640 MiB", cpu: "1.5 cores" },
      large: { storage: "50 GiB", memory: "2 GiB", cpu: "3.5 cores", rows: "5 GiB" },
    })
    .describe("Limits of a tenant, by the name of its plan. Plans written here replace the default ones."),
  mariadb: mariadbSection
    .optional()
    .describe("A MariaDB server for the applications that need one (docs/charts.md). None when absent."),
  requests: section({
    perDay: count({ minimum: 1, maximum: 10_000, example: 50 })
      .prefault(50)
      .describe("Most messages that the form sends in a day, so that its misuse fills no mailbox."),
  })
    .optional()
    .describe("A form with which associations request hosting. It needs mail:. None when absent."),
});

export type TenantsDeclaration = z.output<typeof tenantsSection>;

/**
 * Schema of `stacks/<commune>/tenants/<id>.yaml`: one association, in a form that the association itself can read.
 *
 * @param applications that it can have.
 */
export function tenantSchemaFor(applications: z.ZodType<Applications>) {
  return section({
    id: tenantId().describe("Short name: its file, its address, its namespace. Never changes."),
    name: line({ maximumLength: 100, example: "Chorale des Gratte-Ciel" }).describe("Name that people read."),
    rna: rna().optional().describe("Its number in the register of associations. Alsace-Moselle has none."),
    siren: siren().optional().describe("Its number in INSEE's register, if it has one."),
    contact: email({ example: "bureau@chorale.example" }).describe(
      "Mailbox of a function, never of a person: the file keeps its history.",
    ),
    plan: planName().describe("Its limits: a plan of the commune's `tenants:` section."),
    domain: domain({ example: "chorale.fr" })
      .optional()
      .describe("Its address. `<id>` below the tenants' domain when absent."),
    applications: applications.describe("Its applications, each with its few settings."),
    dedicatedDatabase: dedicatedMariadbSection
      .optional()
      .describe(
        "A MariaDB server of its own, for demanding applications. To be decided at the beginning: rows do not move automatically. The commune's `tenants: mariadb:` when absent (docs/tenants.md).",
      ),
    postgresql: associationDatabaseSection
      .optional()
      .describe(
        "Its own PostgreSQL server, if an application needs one. The smallest when absent (docs/tenants.md).",
      ),
    lists: tenantListsSection.describe(
      "Its mailing lists, each `<name>@<id>.` and the tenants' domain, if the commune has `lists:`. None when absent (docs/lists.md).",
    ),
    accounts: tenantAccountsSection.describe(
      "Its accounts at services of the commune. None when absent (docs/tenants.md).",
    ),
    tickets: tenantTicketsSection
      .optional()
      .describe(
        "Its ticketing, if the commune has `tickets:`: an organiser with its name. It sells nothing when absent (docs/tickets.md).",
      ),
    expires: date().describe(
      "Day until which the commune agreed to host it. Nothing is deleted on that day (docs/tenants.md).",
    ),
    listed: flag()
      .prefault(true)
      .describe(
        "Whether the commune's portal and its open data show it, if its pages are public. Set to `false` at the association's request.",
      ),
    suspended: section({
      since: date().describe("Day on which it was suspended."),
      reason: line({ maximumLength: 300, example: "Sur demande de l’association." }).describe(
        "Reason, for readers of the file and for the letter to the association. No page shows it.",
      ),
    })
      .optional()
      .describe(
        "A page says that it is suspended, nothing of it runs, and all its data stays. Once the section is removed, it comes back as it was.",
      ),
    retired: retirementSection
      .optional()
      .describe(
        "It no longer runs, and its data stays until it is released. Write this instead of removing the file (docs/retirement.md).",
      ),
  });
}

let known: ReturnType<typeof tenantSchemaFor> | undefined;

/**
 * Returns that schema with the toolkit's catalogue, which is read with the first association's file. Throws
 * DeclarationError.
 */
export function tenantSchema() {
  known ??= tenantSchemaFor(applicationsSection());
  return known;
}

/** An association's file with its defaults. */
export type TenantDeclaration = z.output<ReturnType<typeof tenantSchemaFor>>;

/** An association's file with the files of its site. */
export type Tenant = TenantDeclaration & { pages: Pages };

/** Suffix of an association's namespace and name of the objects in it; and back, undefined for the commune's own. */
export const { of: tenantService, ownerOf: tenantOf } = ownedNames("t-");

/** Returns the domain of an association: its own, or the one below the tenants' domain. */
export function domainOf(
  { id, domain }: Pick<TenantDeclaration, "id" | "domain">,
  section: Pick<TenantsDeclaration, "domain">,
): string {
  return domain ?? `${id}.${section.domain}`;
}

/** Returns the domains of a commune's associations; empty if it hosts none. */
export function domainsOf({
  tenants,
  associations,
}: {
  tenants?: Pick<TenantsDeclaration, "domain"> | undefined;
  associations: Readonly<Record<string, Pick<TenantDeclaration, "id" | "domain">>>;
}): string[] {
  return tenants ? Object.values(associations).map((each) => domainOf(each, tenants)) : [];
}
