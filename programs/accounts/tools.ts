import type { ProgramLook } from "../../components/portal/program-page.ts";
import type { AccountsKeys } from "../../components/tenants/accounts/keys.ts";
import type { AccountsLetter } from "../../components/tenants/accounts/letters.ts";
import { type AccountsPage, stoppedPage } from "../../components/tenants/accounts/pages.ts";
import type { Person } from "../../components/tenants/accounts/person.ts";
import type { AccountsSettings } from "../../components/tenants/accounts/settings.ts";
import type { People } from "./directory.ts";

/** The largest form that is read, bytes: every field full of letters of four bytes fits. */
export const largestForm = 16 * 1024;

/** An action: names that people log in with, and names of groups; never an address. */
export interface Deed {
  actor: string;
  act:
    | "rename"
    | "invite"
    | "join"
    | "make"
    | "remove"
    | "delete"
    | "promote"
    | "demote"
    | "add-device"
    | "withdraw-device";
  who?: string;
  group?: string;
}

/** Tools of the pages. */
export interface AccountsTools {
  settings: AccountsSettings;
  look: ProgramLook;
  keys: AccountsKeys;
  /** Does something with the directory. */
  directory: <Result>(work: (directory: People) => Promise<Result>) => Promise<Result>;
  /** Sends a letter. Throws if the relay does not take it. */
  post: (letter: AccountsLetter) => Promise<void>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Receives what was done. */
  did: (deed: Deed) => void;
  /** Receives what could not be answered, and failures of letters: never their recipients. */
  failed: (error: unknown) => void;
}

/** Somebody who asks, as the directory knows them now. */
export interface Acting {
  directory: People;
  person: Person;
  groups: readonly string[];
}

/** Page for another outcome than was hoped for, with the way back to one's own account. */
export function stopped(title: string, why: string, back = { href: "/", label: "Mon compte" }): AccountsPage {
  return stoppedPage(title, why, back);
}
