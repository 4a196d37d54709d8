import { defineService } from "../define.ts";
import { forgetsChannel } from "./associations.ts";
import { peertubeDatabaseClient } from "./database.ts";
import { peertubeSection } from "./declaration.ts";
import { french } from "./french.ts";
import { peertubeHelp } from "./help.ts";
import { peertubeHolders } from "./holders.ts";
import { images } from "./images.ts";
import { peertubeLink } from "./link.ts";
import { peertubeNetworkPolicies } from "./network-policies.ts";
import { planPeertube } from "./plan.ts";
import { peertubePoint } from "./restore-point.ts";
import { accountLabel, peertubeKey } from "./secrets.ts";
import { peertubeConnections } from "./sizing.ts";

/** PeerTube, as the commune knows it. */
export const peertube = defineService({
  name: "peertube",
  title: peertubeLink.title,
  section: peertubeSection,
  description: "The commune's videos.",
  whenNodeIsLost:
    "One server, which is placed again by itself where its volume follows a pod, and otherwise waits for its node. Work for runners elsewhere stays in its rows.",
  french,
  plan: planPeertube,
  holders: peertubeHolders,
  database: peertubeDatabaseClient,
  connections: peertubeConnections,
  restorePoint: peertubePoint,
  keys: [peertubeKey],
  passwords: [accountLabel],
  versions: {
    // Release notes ask for scripts of each major. Source: https://github.com/Chocobozzz/PeerTube/releases
    series: "major version",
    newest: ["8.3.1"],
    during: "interrupted",
  },
  images: Object.values(images),
  networkPolicies: peertubeNetworkPolicies,
  link: {
    of: peertubeLink,
    // Its driver logs in as root: no other account may change whom the server follows.
    published: ({ host }) => ({
      feeds: [
        `https://${host}/feeds/videos.xml?isLocal=true`,
        `https://${host}/feeds/videos.atom?isLocal=true`,
      ],
      endpoints: {
        api: `https://${host}/api/v1/config`,
        nodeinfo: `https://${host}/.well-known/nodeinfo`,
      },
    }),
  },
  forgets: forgetsChannel,
  help: peertubeHelp,
  expectedPeople: ({ expectedViewers }) => expectedViewers,
  component: async () => (await import("./index.ts")).Peertube,
});
