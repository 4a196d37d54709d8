import type * as z from "zod";
import { gibibytes } from "../../foundation/declaration/size.ts";
import { type OwnServers, planOwnServers } from "../../platform/database/plan.ts";
import { type Media, planMedia } from "../../platform/media/plan.ts";
import type { CommuneFacts, HostedAccount } from "../facts.ts";
import type { peertubeSection } from "./declaration.ts";
import type { SettingTree } from "./settings.ts";
import { type PeertubeSize, peertubeSize, peertubeStorage, storageBesideS3 } from "./sizing.ts";

/** A plugin in one exact version, whose archive has one exact content. */
export interface PinnedPlugin {
  version: string;
  /** Subresource Integrity of the archive, SHA-512. */
  integrity: string;
}

/** A PeerTube with every size known; its database and secrets come from elsewhere. */
export interface PeertubePlan extends OwnServers {
  commune: string;
  /** Name of the commune, for people. */
  name: string;
  /** Address to which people write. */
  contact: string;
  /** Exact version, for example `8.3.1`. */
  version: string;
  /** Public host name. It cannot change after the first start. */
  host: string;
  size: PeertubeSize;
  /** Volume that is always there: with videos on it, or with what an S3 store does not take. GiB. */
  storageGiB: number;
  storageClass: string | undefined;
  media: Media;
  transcoding: "sober" | "full";
  live: boolean;
  runners: "none" | "outside";
  signup: boolean;
  /** Space of one person's uploads, bytes. */
  quotaBytes: number;
  originals: boolean;
  /** Space for copies of peers' videos, GiB; none are made at 0. */
  copiesGiB: number;
  /** Address of a search index that is offered beside its own search; none when absent. */
  videoIndex: string | undefined;
  p2p: boolean;
  /** The plugins to have; they are left alone when absent. */
  plugins: Readonly<Record<string, PinnedPlugin>> | undefined;
  /** Address of a folder with their archives; the npm registry when absent. */
  pluginMirror: string | undefined;
  settings: SettingTree;
  /** Channels of associations. */
  associations: readonly HostedAccount[];
}

/** Plans the `peertube:` section. Pure. */
export function planPeertube(
  peertube: z.output<typeof peertubeSection>,
  {
    id,
    name,
    domain,
    population,
    contact,
    media: mediaDeclared,
    federation,
    accounts,
    storageClass,
    availability,
  }: CommuneFacts,
): PeertubePlan {
  const { version, subdomain, transcoding, live, runners, signup, originals, p2p, plugins, settings } =
    peertube;
  const viewers = peertube.expectedViewers ?? Math.max(20, Math.round(population / 500));
  const size = peertubeSize(viewers, { transcoding, live, runners });
  const usual = mediaDeclared === undefined ? peertubeStorage(population) : storageBesideS3;
  const copiesGiB = federation?.redundancy ? gibibytes(federation.redundancy) : 0;
  const storageGiB = peertube.storage ? gibibytes(peertube.storage) : usual + copiesGiB;
  return {
    commune: id,
    name,
    contact,
    version,
    host: `${subdomain}.${domain}`,
    size,
    storageGiB,
    storageClass,
    media: planMedia(mediaDeclared, "peertube", { sizeGiB: storageGiB, storageClass }),
    transcoding,
    live,
    runners,
    signup,
    quotaBytes: peertube.quotaPerUser.bytes,
    originals,
    copiesGiB,
    videoIndex: federation?.videoIndex,
    p2p,
    plugins,
    pluginMirror: peertube.pluginMirror,
    settings,
    associations: accounts.filter(({ service }) => service === "peertube"),
    ...planOwnServers({ commune: id, service: "peertube" }, peertube.dedicatedDatabase, size.databaseMiB, {
      storageClass,
      availability,
    }),
  };
}
