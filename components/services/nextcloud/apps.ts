/** Apps that a declaration may ask for, beside documents. */
export const declarableApps = ["calendar", "contacts", "groupfolders"] as const;

/** Apps that come with another part of the declaration: the provider that people log in with, the office server. */
const impliedApps = ["user_oidc", "richdocuments"] as const;

/** An app that people add to Nextcloud. */
export type App = (typeof declarableApps)[number] | (typeof impliedApps)[number];

/** Every app that the toolkit has a release of. */
export const knownApps: readonly App[] = [...declarableApps, ...impliedApps];

/** One app as a major version of Nextcloud gets it. */
export interface PinnedApp {
  id: App;
  wanted: boolean;
  /** Release to install; undefined if the app is not wanted, or if no release is known for this Nextcloud. */
  release: { version: string; url: string } | undefined;
}

/**
 * The release of each app for a major version of Nextcloud: groupfolders has one major per major of Nextcloud, and
 * an app that is newer or older than its server is switched off by `occ upgrade`.
 *
 * Which servers a release is for was read in `appinfo/info.xml` at the tag (nextcloud/calendar, contacts,
 * groupfolders, user_oidc, August 2026), or in nixpkgs' copy of the app store (pkgs/servers/nextcloud/packages/34.json),
 * which also shows the archive: calendar 6.6.2, contacts 8.9.1, groupfolders 22.0.6, richdocuments 11.1.2. The archive of user_oidc 8.10.1 and richdocuments 9.1.0 were seen in use, 10.1.2 in 33.json.
 * The others' (calendar 6.5.4, contacts 8.3.18 and 8.7.6, groupfolders 20.1.18 and 21.0.15) have a
 * tag, and were not seen: their address follows the same rule.
 */
const releases: Record<number, Record<App, string>> = {
  32: {
    calendar: "6.5.4",
    contacts: "8.3.18",
    groupfolders: "20.1.18",
    user_oidc: "8.10.1",
    richdocuments: "9.1.0",
  },
  33: {
    calendar: "6.5.4",
    contacts: "8.7.6",
    groupfolders: "21.0.15",
    user_oidc: "8.10.1",
    richdocuments: "10.1.2",
  },
  34: {
    calendar: "6.6.2",
    contacts: "8.9.1",
    groupfolders: "22.0.6",
    user_oidc: "8.10.1",
    richdocuments: "11.1.2",
  },
};

/** Major versions of Nextcloud that have a release of each app. */
export const majorsWithApps = Object.keys(releases).map(Number);

/** The first number of a version: `33` of `33.0.7`. */
export function majorOf(version: string): number {
  return Number(version.split(".")[0]);
}

/**
 * Every app that the toolkit knows, with its release when it is wanted.
 *
 * @param version of Nextcloud, exact.
 * @param wanted apps to have; the others are switched off where they are on.
 * @param mirror address of a folder with the same archives; the apps' own releases on GitHub when absent.
 */
export function pinnedApps(
  version: string,
  wanted: readonly App[],
  mirror: string | undefined,
): readonly PinnedApp[] {
  const known = releases[majorOf(version)];
  return knownApps.map((id) => {
    if (!wanted.includes(id)) return { id, wanted: false, release: undefined };
    const release = known && { version: known[id], url: archiveOf(id, known[id], mirror) };
    return { id, wanted: true, release };
  });
}

function archiveOf(id: App, version: string, mirror: string | undefined): string {
  const file = `${id}-v${version}.tar.gz`;
  return mirror === undefined
    ? `https://github.com/nextcloud-releases/${id}/releases/download/v${version}/${file}`
    : `${mirror}/${file}`;
}

/**
 * The list that the scripts read, one app per line: `id version url`; `id none` when it is wanted and no release is
 * known; `id` alone when it is not wanted.
 */
export function appList(apps: readonly PinnedApp[]): string {
  return apps
    .map(({ id, wanted, release }) =>
      release ? `${id} ${release.version} ${release.url}\n` : wanted ? `${id} none\n` : `${id}\n`,
    )
    .join("");
}
