import type { DatabaseSpec } from "../database/manifests.ts";
import type { NextcloudSpec } from "../nextcloud/manifests.ts";
import { nextcloudSize } from "../nextcloud/sizing.ts";
import type { Site } from "../site/site.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/** What a declaration comes to at a site, with every size known. */
export interface CommunePlan {
  database: DatabaseSpec | undefined;
  nextcloud: Omit<NextcloudSpec, "secretLabels"> | undefined;
}

const gibibyte = 2 ** 30;
const mebibyte = 2 ** 20;

/** Decides what a commune is made of. Pure: the same declaration and site always give the same plan. */
export function planCommune(declaration: CommuneDeclaration, site: Pick<Site, "storageClass">): CommunePlan {
  const nextcloud = planNextcloud(declaration, site);
  if (nextcloud === undefined) return { database: undefined, nextcloud };
  const { database } = declaration;
  return {
    database: {
      commune: declaration.id,
      memoryMiB: database.memory ? Math.round(database.memory.bytes / mebibyte) : nextcloud.size.databaseMiB,
      storageGiB: Math.ceil(database.storage.bytes / gibibyte),
      storageClass: site.storageClass,
    },
    nextcloud,
  };
}

function planNextcloud(
  { id, domain, population, nextcloud }: CommuneDeclaration,
  { storageClass }: Pick<Site, "storageClass">,
): CommunePlan["nextcloud"] {
  if (nextcloud === undefined) return undefined;
  const size = nextcloudSize(nextcloud.expectedUsers ?? Math.max(10, Math.round(population / 64)));
  return {
    commune: id,
    version: nextcloud.version,
    host: `${nextcloud.subdomain}.${domain}`,
    size,
    storageGiB: nextcloud.storage ? Math.ceil(nextcloud.storage.bytes / gibibyte) : size.dataGiB,
    storageClass,
    // Nextcloud reads "MB" as mebibytes. Source: lib/public/Util.php, computerFileSize.
    quotaPerUser: `${Math.round(nextcloud.quotaPerUser.bytes / mebibyte)} MB`,
    settings: nextcloud.settings,
  };
}
