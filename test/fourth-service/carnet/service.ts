import { defineService } from "../../../components/services/define.ts";
import { carnetSection } from "./declaration.ts";
import { carnetLink } from "./link.ts";
import { carnetDatabaseClient, carnetHolders, carnetNetworkPolicies, images } from "./manifests.ts";
import { planCarnet } from "./plan.ts";
import { editorLabel, reconcilerLabel, signingKey } from "./secrets.ts";

/** A fourth service, for test/fourth-service.test.ts: it runs nowhere. */
export const carnet = defineService({
  name: "carnet",
  title: "Carnet",
  section: carnetSection,
  description: "What happens in the commune, and when.",
  whenNodeIsLost: "Waits for its node.",
  plan: planCarnet,
  holders: carnetHolders,
  database: carnetDatabaseClient,
  connections: () => [{ process: "web", pods: 1, each: 5 }],
  restorePoint: () => ({ uid: 1000, volumes: [], afterFiles: [], afterAll: [], afterPath: [] }),
  keys: [signingKey],
  passwords: [editorLabel, reconcilerLabel],
  versions: { series: "major version", newest: ["2.4.0", "3.1.0", "4.0.2"], during: "interrupted" },
  images: Object.values(images),
  networkPolicies: carnetNetworkPolicies,
  link: {
    of: carnetLink,
    label: reconcilerLabel,
    published: ({ host }) => ({
      feeds: [`https://${host}/events.atom`],
      endpoints: { caldav: `https://${host}/caldav` },
    }),
  },
  component: async () => (await import("./index.ts")).Carnet,
});
