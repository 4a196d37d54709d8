import type { DirectoryEntry } from "./directory.ts";
import type { Group } from "./groups.ts";

/**
 * Returns, by file name, the hosts that each relay and each index of the groups is for: `microblog-<host of the relay>.json`
 * and `video-<host of the index>.json`. Whoever runs one admits or reads these alone. Empty without groups.
 *
 * The form is that which PeerTube's search index reads (`instances-index.url`). Source: conf/default.yaml of
 * YunoHost-Apps/peertube-search-index_ynh, and the format that it names.
 */
export function hostLists(
  groups: Readonly<Record<string, Group>> = {},
  members: readonly Pick<DirectoryEntry, "id" | "descriptor">[],
): Record<string, string> {
  const byId = new Map(members.map(({ id, descriptor }) => [id, descriptor?.services ?? []]));
  const byFile = new Map<string, { host: string }[]>();
  for (const { members: communes, relay, index } of Object.values(groups)) {
    const runs = [
      { kind: "microblog", at: relay.inbox },
      { kind: "video", at: index.url },
    ];
    for (const { kind, at } of runs) {
      const file = `${kind}-${new URL(at).hostname}.json`;
      const hosts = communes.flatMap((id) =>
        (byId.get(id) ?? []).filter((service) => service.kind === kind).map(({ url }) => new URL(url).host),
      );
      byFile.set(file, [...(byFile.get(file) ?? []), ...hosts.map((host) => ({ host }))]);
    }
  }
  return Object.fromEntries(
    [...byFile].map(([file, data]) => [
      file,
      `${JSON.stringify({ total: data.length, data }, undefined, 2)}\n`,
    ]),
  );
}
