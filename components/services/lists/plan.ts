import type * as z from "zod";
import { gibibytes } from "../../foundation/declaration/size.ts";
import { type OwnServers, planOwnServers } from "../../platform/database/plan.ts";
import { groupsOf } from "../../platform/directory/plan.ts";
import type { CommuneFacts, HostedLists } from "../facts.ts";
import type { listsSection } from "./declaration.ts";

/** A list of an association. */
export interface ListPlan {
  name: string;
  /** Its purpose, in one line. */
  purpose: string;
  /** Recipients: the association's group in the directory, or whoever an owner adds. */
  readers: "members" | "added";
  /** People who may write to it. */
  writers: "readers" | "moderated" | "owners";
}

/** The lists of one association: what Sympa calls a robot. */
export interface RobotPlan {
  /** Id of the association. */
  tenant: string;
  /** Its name, as people read it. */
  name: string;
  /** Domain of the addresses of its lists, after the @. */
  domain: string;
  /** Mailbox of its function: an owner of each of its lists. */
  contact: string;
  /** Groups of the directory whose members receive, and who owns. */
  groups: { members: string; admins: string };
  /** Whether its lists answer nobody, since it is suspended. */
  isClosed: boolean;
  lists: readonly ListPlan[];
}

/** Mailing lists with every size known; their database and secrets come from elsewhere. */
export interface ListsPlan extends OwnServers {
  commune: string;
  /** Name of the commune, for people. */
  name: string;
  /** The commune's own domain, which entries of the directory are below. */
  domain: string;
  /** Address to which problems are reported. */
  contact: string;
  version: string;
  /** Public host name of the page. It cannot change after the first start. */
  host: string;
  size: { databaseMiB: number };
  storageGiB: number;
  storageClass: string | undefined;
  /** Whether there is a directory to look people up in: none in a drill. */
  hasDirectory: boolean;
  /** By association. */
  robots: readonly RobotPlan[];
}

/** Plans the `lists:` section. Pure. */
export function planLists(
  { version, subdomain, storage, dedicatedDatabase }: z.output<typeof listsSection>,
  { id, name, domain, contact, storageClass, availability, mailing }: CommuneFacts,
): ListsPlan {
  // Five programs with a few connections each; rows are small.
  const size = { databaseMiB: 64 };
  return {
    ...{ commune: id, name, domain, contact, version },
    host: `${subdomain}.${domain}`,
    size,
    storageGiB: gibibytes(storage),
    storageClass,
    hasDirectory: mailing?.hasDirectory ?? false,
    robots: (mailing?.associations ?? []).flatMap((association) =>
      association.lists.length === 0 ? [] : [robotOf(association)],
    ),
    ...planOwnServers({ commune: id, service: "lists" }, dedicatedDatabase, size.databaseMiB, {
      storageClass,
      availability,
    }),
  };
}

function robotOf({
  id,
  name,
  domain,
  contact,
  isSuspended,
  lists,
}: HostedLists["associations"][number]): RobotPlan {
  return { tenant: id, name, domain, contact, groups: groupsOf(id), isClosed: isSuspended, lists };
}
