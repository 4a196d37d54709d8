import type { RefusedSetting } from "../../foundation/declaration/settings.ts";
import { isTree, type SettingTree } from "./settings.ts";

/** Keys of production.yaml that the toolkit decides, and why `settings:` may not. */
interface Refused {
  paths: readonly string[];
  reason: string;
}

const refused: readonly Refused[] = [
  {
    paths: ["webserver"],
    reason:
      "PeerTube cannot change its address after its first start; write subdomain: and domain: before it",
  },
  { paths: ["secrets"], reason: "PeerTube's secret comes from the commune's seed" },
  { paths: ["database"], reason: "the database comes from database: and dedicatedDatabase:" },
  { paths: ["redis"], reason: "the cache is part of the service" },
  { paths: ["smtp"], reason: "the relay comes from mail:" },
  { paths: ["admin.email"], reason: "the address comes from contact:" },
  { paths: ["storage"], reason: "nginx and the backups count on these folders of the volume" },
  { paths: ["listen", "trust_proxy"], reason: "nginx stands in front, in the same pod" },
  {
    paths: [
      "object_storage.enabled",
      "object_storage.endpoint",
      "object_storage.region",
      "object_storage.force_path_style",
      "object_storage.credentials",
      "object_storage.streaming_playlists",
      "object_storage.web_videos",
      "object_storage.user_exports",
      "object_storage.original_video_files",
      "object_storage.captions",
    ],
    reason: "the store comes from media:",
  },
  {
    paths: ["federation.prevent_ssrf"],
    reason: "it follows from the site: pulumi config set commune:privatePeers <ranges>",
  },
  {
    paths: ["webadmin.configuration.edition.allowed"],
    reason: "the declaration is the only place where this PeerTube is configured",
  },
  {
    paths: ["transcoding.remote_runners", "live.transcoding.remote_runners"],
    reason: "it comes from runners:",
  },
  {
    paths: ["log.level"],
    reason: "below warn, PeerTube prints root's password into its log at the first start",
  },
];

/** The settings that the toolkit decides itself, among those declared. */
export function refusedSettings(settings: Readonly<SettingTree>): RefusedSetting[] {
  return refused.flatMap(({ paths, reason }) =>
    paths.flatMap((text) => {
      const path = text.split(".");
      return has(settings, path)
        ? [{ path, message: `"${text}" cannot be passed through: ${reason}. Remove it.` }]
        : [];
    }),
  );
}

function has(settings: Readonly<SettingTree>, [name = "", ...rest]: readonly string[]): boolean {
  const value = settings[name];
  if (value === undefined) return false;
  if (rest.length === 0) return true;
  // A section that is not one would replace ours with all that stands in it.
  return isTree(value) ? has(value, rest) : true;
}
