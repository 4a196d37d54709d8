import type * as z from "zod";
import { gibibytes, mebibytes, type Size } from "../../foundation/declaration/size.ts";
import { type OwnServers, planOwnServers } from "../../platform/database/plan.ts";
import { type BucketFiles, planObjects } from "../../platform/media/plan.ts";
import type { CommuneFacts } from "../facts.ts";
import type { App } from "./apps.ts";
import type { nextcloudSection } from "./declaration.ts";
import type { PhpValue } from "./php.ts";
import { type NextcloudSize, nextcloudSize } from "./sizing.ts";

/** A Nextcloud with every size known; what it shares with other services and its secrets come from elsewhere. */
export interface NextcloudPlan extends OwnServers {
  commune: string;
  /** Exact version, for example `33.0.7`. */
  version: string;
  /** Public host name. It cannot change after the first start. */
  host: string;
  size: NextcloudSize;
  /** The bucket with users' files; they are on a volume when absent. */
  media?: BucketFiles | undefined;
  /** Size of the volume of users' files, GiB. */
  storageGiB: number;
  storageClass: string | undefined;
  /** Space of one user, as Nextcloud writes it: `5 GB` is 5 GiB there. */
  quotaPerUser: string;
  /** Apps that the declaration asks for. */
  apps: readonly App[];
  /** Address of a folder with the apps' archives; GitHub when absent. */
  appMirror: string | undefined;
  /** Server on which documents are edited together; undefined if there is none. */
  office?: Office | undefined;
  /** Exchanges with other communes' Nextclouds. */
  sharing: Sharing;
  settings: Readonly<Record<string, PhpValue>>;
  /** Folders that groups share; none when absent. */
  teamFolders?: readonly TeamFolder[] | undefined;
}

/** A folder that groups share, by the app groupfolders. */
export interface TeamFolder {
  /** Known to the toolkit by this, whatever the folder is called: `school-jules-ferry`. */
  id: string;
  /** Name that people see. */
  name: string;
  /** As Nextcloud writes it: `5120 MB`. */
  quota: string;
  /** Groups that read, write and delete. */
  writers: readonly string[];
  /** Groups that only read. */
  readers: readonly string[];
}

/** A Collabora server of the commune's or of its metropolis (decision 0008). */
interface Office {
  /** Address of the server, without a final slash. */
  server: string;
  /** Addresses that it calls back from; whoever has the token of a document may when there are none. */
  callers: readonly string[];
}

/** Exchanges of a Nextcloud with others, and how often their jobs run. */
interface Sharing {
  /** Files and folders, with people of trusted and other servers. Nothing leaves or comes in without it. */
  documents: boolean;
  /** Calendars too. */
  agenda: boolean;
  /** Background jobs every so many minutes, 1 to 5: the exchange with a new peer takes three of them. */
  everyMinutes: number;
}

/** Plans the `nextcloud:` section. Pure. */
export function planNextcloud(
  nextcloud: z.output<typeof nextcloudSection>,
  { id, domain, population, federation, folders, storageClass, availability }: CommuneFacts,
): NextcloudPlan {
  const documents = federation?.kinds.includes("documents") ?? false;
  const media = planObjects(nextcloud.objects);
  const size = nextcloudSize(nextcloud.expectedUsers ?? Math.max(10, Math.round(population / 64)), {
    availability,
    isOnVolume: media === undefined,
  });
  return {
    commune: id,
    version: nextcloud.version,
    host: `${nextcloud.subdomain}.${domain}`,
    size,
    media,
    storageGiB: nextcloud.storage ? gibibytes(nextcloud.storage) : size.dataGiB,
    storageClass,
    quotaPerUser: sizeText(nextcloud.quotaPerUser),
    apps: nextcloud.apps,
    appMirror: nextcloud.appMirror,
    office: nextcloud.office,
    sharing: {
      documents,
      agenda: documents && federation?.agenda === true,
      everyMinutes: documents ? Math.min(5, Math.ceil((federation?.period.seconds ?? 300) / 60)) : 5,
    },
    settings: nextcloud.settings,
    teamFolders: folders.map(teamFolder),
    ...planOwnServers({ commune: id, service: "nextcloud" }, nextcloud.dedicatedDatabase, size.databaseMiB, {
      storageClass,
      availability,
    }),
  };
}

function teamFolder({ space, ...folder }: CommuneFacts["folders"][number]): TeamFolder {
  return { ...folder, quota: sizeText(space) };
}

/** Nextcloud reads "MB" as mebibytes. Source: lib/public/Util.php, computerFileSize. */
function sizeText(size: Size): string {
  return `${mebibytes(size)} MB`;
}
