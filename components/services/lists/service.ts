import { defineService } from "../define.ts";
import { listsDatabaseClient } from "./database.ts";
import { listsSection } from "./declaration.ts";
import { listsHelp } from "./help.ts";
import { listsHolders, listsPoint } from "./holders.ts";
import { images } from "./images.ts";
import { listsNetworkPolicies } from "./network-policies.ts";
import { planLists } from "./plan.ts";
import { listsWorkload } from "./workloads.ts";

/** Mailing lists of associations, with Sympa. */
export const lists = defineService({
  name: "lists",
  title: "Sympa",
  section: listsSection,
  description: "Mailing lists of the associations that the commune hosts.",
  whenNodeIsLost:
    "Waits for its node: messages are on a volume. Mail from outside waits at its sender, which tries again.",
  plan: planLists,
  holders: listsHolders,
  database: listsDatabaseClient,
  // Sympa's five programs have a connection each, and so has each command that the receiver or a Job starts.
  connections: () => [{ process: "web", pods: 1, each: 8 }],
  restorePoint: listsPoint,
  keys: [],
  passwords: [],
  hasNoCache: true,
  needs: ["tenants", "directory", "mail"],
  versions: { series: "minor series", newest: ["6.2.76"], during: "interrupted" },
  images: Object.values(images),
  networkPolicies: listsNetworkPolicies,
  looksUp: (plan) => (plan.hasDirectory ? [listsWorkload(plan)] : []),
  mailDomains: ({ robots }) => robots.map(({ domain }) => domain),
  takenAlong: ({ robots }) =>
    robots.map(({ tenant, domain }) => ({
      ...{ tenant, path: "listes/personnes.csv", container: "sympa" },
      what: "qui est sur vos listes de diffusion, et qui s’en occupe : un tableau, que lit tout tableur",
      command: ["perl", "/opt/lists/people.pl", domain],
    })),
  forgets: {
    what: "de ses listes de diffusion, qui y était inscrit et ce qui y attendait",
    container: "sympa",
    command: (tenant, domain) => ["perl", "/opt/lists/erase.pl", `${tenant}.${domain}`],
  },
  help: listsHelp,
  component: async () => (await import("./index.ts")).Lists,
});
