import type { Conformity } from "../../foundation/page/statement.ts";
import type { Mail } from "../../platform/mail/plan.ts";

/** Path of the page that an invitation leads to: who has no account yet reads it, so that no login stands before it. */
export const invitationPath = "/invitation";

/** Where the pages about the associations are; below it, the id of one. */
export const associationsPath = "/associations";

/** Port of the program, on the pod's own loopback: whoever reaches it says who they are. */
export const accountsPort = 8081;

/** Where people see the telephones that have a password of theirs. */
export const devicesPath = "/appareils";

/** Port of the program that agendas of associations ask about passwords of telephones, behind the front's. */
export const devicesProgramPort = 8083;

/** Where its settings and its secrets are mounted; each secret is a file. */
export const accountsSettingsFile = "/etc/accounts/settings.json";
export const accountsSecretsFolder = "/run/secrets/accounts";
export const accountsKeyFile = "key";
export const directoryPasswordFile = "directory-password";
export const relayPasswordFile = "mail-password";
/** What the agenda of an association asks with: it says which one asks. */
export const agendaKeyFile = (association: string) => `agenda-${association}`;

/** The word after the program by which it writes the invitation of its standard input, in the commune's name, and ends. */
export const commissionWord = "commission";

/** How the commune's own pages look, where it has some. */
export interface AccountsLook {
  colour: string | undefined;
  hasArms: boolean;
  conformity: Conformity;
}

/** The agenda of an association, which telephones open with a password of their own. */
export interface Agenda {
  host: string;
  /** Whether members read it; otherwise who administers the association comes in alone. */
  isForMembers: boolean;
}

/** An association whose administrators look after its members here. */
export interface Association {
  id: string;
  name: string;
  /** Nothing where it has none. */
  agenda?: Agenda | undefined;
}

/** What the program is told by its stack: nothing of it is secret. */
export interface AccountsSettings {
  commune: string;
  name: string;
  domain: string;
  /** Public name of these pages, and of the login. */
  host: string;
  loginHost: string;
  contact: string;
  mail: Mail;
  look: AccountsLook | undefined;
  associations: readonly Association[];
  /** Address of the directory, and what all its entries are below. */
  server: string;
  suffix: string;
}
