import type * as z from "zod";
import type { Availability } from "../foundation/availability/availability.ts";
import type { Size } from "../foundation/declaration/size.ts";
import type { mediaSection } from "../platform/media/declaration.ts";

/** Facts about its commune that a service may know beside its own section. */
export interface CommuneFacts {
  id: string;
  /** Name that people read. */
  name: string;
  domain: string;
  /** Inhabitants. */
  population: number;
  availability: Availability;
  /** Address at which citizens reach the people in charge. */
  contact: string;
  media: z.output<typeof mediaSection> | undefined;
  federation: Federating | undefined;
  /** Folders that groups share, for the service that keeps documents. */
  folders: readonly GroupFolder[];
  /** Mailing lists of the associations that it hosts; undefined if it hosts none. */
  mailing: HostedLists | undefined;
  /** Accounts that associations have of services, as their files say. */
  accounts: readonly HostedAccount[];
  /** The associations that sell tickets. */
  organisers: readonly Organiser[];
  storageClass: string | undefined;
}

/** Links that a commune declares, as far as a service has to act on them itself. */
interface Federating {
  /** Kinds of services that are linked with anybody. */
  kinds: readonly string[];
  agenda: boolean;
  period: { seconds: number };
  /** Space for copies of peers' videos. */
  redundancy?: Size | undefined;
  /** Inboxes of the relays that public posts are exchanged with. */
  relays: readonly string[];
  /** Address of the search index that videos of others are found in. */
  videoIndex?: string | undefined;
}

/** A folder that groups share. */
interface GroupFolder {
  /** Known to the toolkit by this, whatever the folder is called: `school-jules-ferry`. */
  id: string;
  /** Name that people see. */
  name: string;
  space: Size;
  /** Groups that read, write and delete. */
  writers: readonly string[];
  /** Groups that only read. */
  readers: readonly string[];
}

/** An account that an association has of a service. */
export interface HostedAccount {
  /** The service that it is of. */
  service: string;
  /** Id of the association. */
  tenant: string;
  /** Name of the account. */
  user: string;
  /** Name of the association, as people read it. */
  name: string;
  /** Mailbox of its function. */
  contact: string;
  /** Whether somebody can log in with it: not while the association is suspended, nor when it is retired. */
  isOpen: boolean;
}

/** An association that sells tickets, as its file says. */
interface Organiser {
  id: string;
  name: string;
  /** Mailbox of its function. */
  contact: string;
  isSuspended: boolean;
}

/** Mailing lists of associations, as their files say, for the service that carries them. */
export interface HostedLists {
  /** Whether the commune has a directory, which says who belongs to an association. */
  hasDirectory: boolean;
  associations: readonly {
    id: string;
    name: string;
    /** Mailbox of its function. */
    contact: string;
    /** Domain of the addresses of its lists, after the @. */
    domain: string;
    isSuspended: boolean;
    lists: readonly {
      name: string;
      /** Its purpose, in one line. */
      purpose: string;
      readers: "members" | "added";
      writers: "readers" | "moderated" | "owners";
    }[];
  }[];
}
