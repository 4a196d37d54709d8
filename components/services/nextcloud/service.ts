import { defineService } from "../define.ts";
import { nextcloudDatabaseClient } from "./database.ts";
import { nextcloudSection } from "./declaration.ts";
import { french } from "./french.ts";
import { nextcloudHelp } from "./help.ts";
import { nextcloudHolders } from "./holders.ts";
import { images } from "./images.ts";
import { nextcloudLink } from "./link.ts";
import { nextcloudNetworkPolicies } from "./network-policies.ts";
import { planNextcloud } from "./plan.ts";
import { nextcloudPoint } from "./restore-point.ts";
import { accountLabel, instanceKeys, reconcilerLabel } from "./secrets.ts";
import { nextcloudConnections } from "./sizing.ts";

/** Nextcloud, as the commune knows it. */
export const nextcloud = defineService({
  name: "nextcloud",
  title: nextcloudLink.title,
  section: nextcloudSection,
  description: "Documents, agenda and contacts.",
  whenNodeIsLost:
    "Waits for its node, since code, configuration and files are on volumes; with its files in a bucket and `node-loss`, the other server goes on.",
  french,
  plan: planNextcloud,
  holders: nextcloudHolders,
  database: nextcloudDatabaseClient,
  connections: nextcloudConnections,
  restorePoint: nextcloudPoint,
  hasOwnBucket: true,
  keys: Object.values(instanceKeys),
  // On a volume it makes its own, in config.php.
  keysIn: ({ media }) => (media === undefined ? [] : Object.values(instanceKeys)),
  passwords: [accountLabel, reconcilerLabel],
  versions: {
    // One major at a time: the image's entry point refuses more. Source: nextcloud/docker, docker-entrypoint.sh.
    series: "major version",
    newest: ["32.0.13", "33.0.7", "34.0.2"],
    during: "interrupted",
  },
  images: Object.values(images),
  networkPolicies: nextcloudNetworkPolicies,
  link: {
    of: nextcloudLink,
    label: reconcilerLabel,
    published: ({ host }) => ({
      endpoints: {
        webdav: `https://${host}/remote.php/webdav/`,
        caldav: `https://${host}/.well-known/caldav`,
        carddav: `https://${host}/.well-known/carddav`,
        ocm: `https://${host}/ocm-provider/`,
      },
    }),
  },
  keepsFolders: ({ apps }) => apps.includes("groupfolders"),
  // Source: nextcloud/user_oidc, README.md at v8.10.1.
  login: {
    tile: "Documents, agendas et contacts",
    redirects: ["/apps/user_oidc/code", "/index.php/apps/user_oidc/code"],
    // Of the provider that configureScript calls "commune".
    logoutPath: "/index.php/apps/user_oidc/backchannel-logout/commune",
  },
  help: nextcloudHelp,
  expectedPeople: ({ expectedUsers }) => expectedUsers,
  component: async () => (await import("./index.ts")).Nextcloud,
});
