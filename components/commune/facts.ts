import type { Site } from "../foundation/site/site.ts";
import { schoolFolders } from "../schools/schools/folders.ts";
import type { CommuneFacts } from "../services/facts.ts";
import { sectionOf, services } from "../services/index.ts";
import { hostedAccounts } from "../tenants/tenant/accounts.ts";
import { mailingOf } from "../tenants/tenant/mailing.ts";
import { organisersOf } from "../tenants/tenant/tickets.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { linkedKindsOf } from "./links.ts";

/** Returns the address of the service that can keep the folders of groups; undefined if it is not declared. */
export function foldersAddress(declaration: CommuneDeclaration): string | undefined {
  const service = services.find(({ keepsFolders }) => keepsFolders !== undefined);
  const section = service && sectionOf(declaration, service);
  return section && `https://${section.subdomain}.${declaration.domain}`;
}

/** Returns what each service may know of a commune beyond its own section. */
export function factsOf(
  declaration: CommuneDeclaration,
  { storageClass }: Pick<Site, "storageClass">,
): CommuneFacts {
  const { id, name, domain, population, contact, media, federation, schools } = declaration;
  return {
    id,
    name,
    domain,
    population,
    availability: declaration.availability ?? "single",
    contact,
    media,
    federation: federation && { ...federation, kinds: linkedKindsOf(declaration) },
    folders: schoolFolders(schools),
    mailing: mailingOf(declaration),
    // A copy for a drill makes no accounts, and writes to nobody.
    accounts: declaration.drillOf === undefined ? hostedAccounts(declaration.associations) : [],
    organisers: organisersOf(declaration),
    storageClass,
  };
}
