import type { CommuneDeclaration } from "../commune/declaration.ts";
import type { DatabaseSpec } from "../database/manifests.ts";
import { planServer } from "../database/plan.ts";
import { gibibytes, mebibytes } from "../declaration/size.ts";
import { federatedServices } from "../federation/links.ts";
import type { Site } from "../site/site.ts";
import { schoolFolders } from "./folders.ts";
import { nextcloudSize } from "./sizing.ts";
import type { NextcloudSpec } from "./spec.ts";

/** A Nextcloud with every size known; what it shares with other services and its secrets come from elsewhere. */
export interface NextcloudPlan
  extends Omit<NextcloudSpec, "secretLabels" | "database" | "cache" | "mail" | "identity" | "peers"> {
  /** The database server of its own, when it has one. */
  dedicatedDatabase: DatabaseSpec | undefined;
}

/** What the `nextcloud:` section comes to; nothing when the commune has none. */
export function planNextcloud(
  declaration: CommuneDeclaration,
  { storageClass }: Pick<Site, "storageClass">,
): NextcloudPlan | undefined {
  const { id, domain, population, nextcloud, federation } = declaration;
  if (nextcloud === undefined) return undefined;
  const documents = federatedServices(declaration).includes("documents");
  const size = nextcloudSize(nextcloud.expectedUsers ?? Math.max(10, Math.round(population / 64)));
  return {
    commune: id,
    version: nextcloud.version,
    host: `${nextcloud.subdomain}.${domain}`,
    size,
    storageGiB: nextcloud.storage ? gibibytes(nextcloud.storage) : size.dataGiB,
    storageClass,
    // Nextcloud reads "MB" as mebibytes. Source: lib/public/Util.php, computerFileSize.
    quotaPerUser: `${mebibytes(nextcloud.quotaPerUser)} MB`,
    apps: nextcloud.apps,
    appMirror: nextcloud.appMirror,
    office: nextcloud.office,
    sharing: {
      documents,
      agenda: documents && federation?.agenda === true,
      everyMinutes: documents ? Math.min(5, Math.ceil((federation?.period.seconds ?? 300) / 60)) : 5,
    },
    settings: nextcloud.settings,
    teamFolders: schoolFolders(declaration),
    dedicatedDatabase:
      nextcloud.dedicatedDatabase &&
      planServer(
        { commune: id, server: "nextcloud-database" },
        nextcloud.dedicatedDatabase,
        size.databaseMiB,
        {
          storageClass,
        },
      ),
  };
}
