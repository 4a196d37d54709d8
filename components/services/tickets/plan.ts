import type * as z from "zod";
import { gibibytes } from "../../foundation/declaration/size.ts";
import { type OwnServers, planOwnServers } from "../../platform/database/plan.ts";
import { groupsOf } from "../../platform/directory/plan.ts";
import type { CommuneFacts } from "../facts.ts";
import type { ticketsSection } from "./declaration.ts";
import { ticketsService } from "./workloads.ts";

/** An association that sells tickets: what pretix calls an organiser. */
interface OrganiserPlan {
  /** Id of the association, and the organiser's in addresses. */
  tenant: string;
  /** Its name, as people read it. */
  name: string;
  /** Mailbox of its function. */
  contact: string;
  /** Group of the directory whose members look after its events. */
  admins: string;
  /** Whether it sells nothing, since it is suspended. */
  isClosed: boolean;
}

/** Ticketing with every size known; its database, cache and secrets come from elsewhere. */
export interface TicketsPlan extends OwnServers {
  commune: string;
  /** Name of the commune, for people. */
  name: string;
  /** The commune's own domain. */
  domain: string;
  /** Address of the administrator, if people do not log in with the commune's login. */
  contact: string;
  version: string;
  /** Public host name. It cannot change after the first start. */
  host: string;
  size: { databaseMiB: number; cacheMiB: number };
  storageGiB: number;
  storageClass: string | undefined;
  organisers: readonly OrganiserPlan[];
}

/** Plans the `tickets:` section. Pure. */
export function planTickets(
  { version, subdomain, storage, dedicatedDatabase }: z.output<typeof ticketsSection>,
  { id, name, domain, contact, storageClass, availability, organisers }: CommuneFacts,
): TicketsPlan {
  // Four processes with a connection each, and reports that sort.
  const size = { databaseMiB: 96, cacheMiB: 64 };
  return {
    ...{ commune: id, name, domain, contact, version },
    host: `${subdomain}.${domain}`,
    size,
    storageGiB: gibibytes(storage),
    storageClass,
    organisers: organisers.map(({ isSuspended, ...organiser }) => ({
      tenant: organiser.id,
      name: organiser.name,
      contact: organiser.contact,
      admins: groupsOf(organiser.id).admins,
      isClosed: isSuspended,
    })),
    ...planOwnServers({ commune: id, service: ticketsService }, dedicatedDatabase, size.databaseMiB, {
      storageClass,
      availability,
    }),
  };
}
