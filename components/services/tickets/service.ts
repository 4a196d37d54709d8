import { defineService } from "../define.ts";
import { ticketsDatabaseClient } from "./database.ts";
import { ticketsSection } from "./declaration.ts";
import { ticketsHelp } from "./help.ts";
import { ticketsHolders, ticketsPoint } from "./holders.ts";
import { images } from "./images.ts";
import { ticketsNetworkPolicies } from "./network-policies.ts";
import { planTickets } from "./plan.ts";
import { accountLabel, ticketsKey } from "./secrets.ts";

/** Ticketing of associations, with pretix. */
export const tickets = defineService({
  name: "tickets",
  title: "pretix",
  section: ticketsSection,
  description: "Ticketing for the associations that the commune hosts.",
  whenNodeIsLost: "Waits for its node: its files are on a volume. Nobody buys meanwhile.",
  plan: planTickets,
  holders: ticketsHolders,
  database: ticketsDatabaseClient,
  // gunicorn's two, celery's one, and what is due: Django has one connection for each process.
  connections: () => [
    { process: "web", pods: 1, each: 3 },
    { process: "periodic", pods: 1, each: 1 },
  ],
  restorePoint: ticketsPoint,
  keys: [ticketsKey],
  passwords: [accountLabel],
  needs: ["tenants", "mail"],
  // Versions may be skipped, years may not. Source: https://docs.pretix.eu/self-hosting/updates
  versions: { series: "major version", newest: ["2026.8.0"], during: "interrupted" },
  images: Object.values(images),
  networkPolicies: ticketsNetworkPolicies,
  takenAlong: ({ organisers }) =>
    organisers.flatMap(({ tenant }) => [
      {
        ...{ tenant, path: "billetterie/commandes.csv", container: "pretix" },
        what: "vos commandes et vos participants : un tableau, que lit tout tableur",
        command: ["python3", "/opt/tickets/export.py", "orders", tenant],
      },
      {
        ...{ tenant, path: "billetterie/evenements.json", container: "pretix" },
        what: "vos événements et leurs commandes, avec tout ce que la billetterie en sait (JSON)",
        command: ["python3", "/opt/tickets/export.py", "events", tenant],
      },
    ]),
  forgets: {
    what: "de sa billetterie, ses événements, leurs commandes et leurs billets",
    container: "pretix",
    command: (tenant) => ["python3", "/opt/tickets/erase.py", tenant],
  },
  login: {
    tile: "Vendre et donner des billets, pour les associations",
    // It comes back to its own log-in page.
    redirects: ["/control/login"],
  },
  loginGroups: ({ organisers }) => organisers.flatMap(({ admins, isClosed }) => (isClosed ? [] : [admins])),
  help: ticketsHelp,
  component: async () => (await import("./index.ts")).Tickets,
});
