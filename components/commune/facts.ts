import type { Site } from "../foundation/site/site.ts";
import { schoolFolders } from "../schools/schools/folders.ts";
import { sectionOf, services } from "../services/index.ts";
import type { CommuneFacts, HostedLists } from "../services/service.ts";
import { listsDomain } from "../tenants/tenant/declaration.ts";
import type { CommuneDeclaration } from "./declaration.ts";
import { linkedKindsOf } from "./links.ts";

/** Address of the service that can keep the folders of groups; nothing where it is not declared. */
export function foldersAddress(declaration: CommuneDeclaration): string | undefined {
  const service = services.find(({ keepsFolders }) => keepsFolders !== undefined);
  const section = service && sectionOf(declaration, service);
  return section && `https://${section.subdomain}.${declaration.domain}`;
}

/** The mailing lists of the associations that run; nothing where the commune hosts none. */
function hostedLists({ tenants, directory, associations }: CommuneDeclaration): HostedLists | undefined {
  if (tenants === undefined) return undefined;
  const running = Object.values(associations).filter(({ retired }) => retired === undefined);
  return {
    hasDirectory: directory !== undefined && directory.retired === undefined,
    associations: running.map(({ id, name, contact, suspended, lists }) => ({
      ...{ id, name, contact, domain: listsDomain(id, tenants) },
      isSuspended: suspended !== undefined,
      lists: Object.entries(lists).map(([list, { purpose, readers, writers }]) => ({
        ...{ name: list, purpose, readers, writers },
      })),
    })),
  };
}

/** What each service may know of a commune beside its own section. */
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
    contact,
    media,
    federation: federation && { ...federation, kinds: linkedKindsOf(declaration) },
    folders: schoolFolders(schools),
    lists: hostedLists(declaration),
    storageClass,
  };
}
