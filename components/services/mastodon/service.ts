import { poolerSoftware } from "../../platform/pooler/manifests.ts";
import { defineService } from "../define.ts";
import { forgetsAccount } from "./associations.ts";
import { mastodonDatabaseClient } from "./database.ts";
import { mastodonSection } from "./declaration.ts";
import { french } from "./french.ts";
import { mastodonHelp } from "./help.ts";
import { mastodonHolders } from "./holders.ts";
import { images } from "./images.ts";
import { mastodonLink } from "./link.ts";
import { mastodonNetworkPolicies } from "./network-policies.ts";
import { planMastodon } from "./plan.ts";
import { mediaClaim } from "./pods.ts";
import { mastodonPoint } from "./restore-point.ts";
import { accountLabel, mastodonKeys, reconcilerLabel } from "./secrets.ts";
import { mastodonConnections } from "./sizing.ts";
import { mastodonWatched } from "./watched.ts";

/** Mastodon, as the commune knows it. */
export const mastodon = defineService({
  name: "mastodon",
  title: mastodonLink.title,
  section: mastodonSection,
  description: "What the commune says in public, and who answers.",
  whenNodeIsLost:
    "With media in a bucket it goes on: pages, open lines and workers are on other nodes too, and recurring work goes on after about six minutes. With media on a volume it waits for its node.",
  french,
  plan: planMastodon,
  holders: mastodonHolders,
  database: mastodonDatabaseClient,
  connections: ({ size }) => mastodonConnections(size),
  restorePoint: mastodonPoint,
  keys: Object.values(mastodonKeys),
  passwords: [accountLabel, reconcilerLabel],
  versions: {
    // "Do not skip" a minor series. Source: https://docs.joinmastodon.org/admin/upgrading/
    series: "minor series",
    newest: ["4.5.9", "4.6.5"],
    // It migrates around a roll.
    during: "in use",
  },
  images: Object.values(images),
  networkPolicies: mastodonNetworkPolicies,
  link: {
    of: mastodonLink,
    label: reconcilerLabel,
    published: ({ host, handleDomain, owner }) => ({
      account: `${owner.name}@${handleDomain}`,
      feeds: [`https://${host}/@${owner.name}.rss`],
      endpoints: {
        api: `https://${host}/api/v2/instance`,
        nodeinfo: `https://${host}/.well-known/nodeinfo`,
      },
    }),
  },
  formerVolume: mediaClaim,
  // Source: config/initializers/3_omniauth.rb of v4.6.5.
  login: {
    tile: "Ce que la commune publie, et lui répondre",
    redirects: ["/auth/auth/openid_connect/callback"],
  },
  forgets: forgetsAccount,
  help: mastodonHelp,
  software: ({ size }) => (size.pooler === undefined ? [] : poolerSoftware),
  watched: mastodonWatched,
  expectedPeople: ({ expectedUsers }) => expectedUsers,
  component: async () => (await import("./index.ts")).Mastodon,
});
