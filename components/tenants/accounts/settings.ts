import type { Conformity } from "../../foundation/page/statement.ts";
import type { Mail } from "../../platform/mail/plan.ts";

/** Path of the page that an invitation leads to. Its readers may have no account yet, so no login stands before it. */
export const invitationPath = "/invitation";

/** Path of the pages about associations; below it follows the id of one. */
export const associationsPath = "/associations";

/** Port of the program, on the pod's own loopback: its callers say who they are. */
export const accountsPort = 8081;

/** Path of the page on which people see their telephones with a password. */
export const devicesPath = "/appareils";

/** Port of the program on which agendas of associations check passwords of telephones, behind the front's. */
export const devicesProgramPort = 8083;

/** Mount paths of its settings and its secrets; each secret is a file. */
export const accountsSettingsFile = "/etc/accounts/settings.json";
export const accountsSecretsFolder = "/run/secrets/accounts";
export const accountsKeyFile = "key";
export const directoryPasswordFile = "directory-password";
export const relayPasswordFile = "mail-password";
/** Returns the file of the key with which an association's agenda asks: the key says which one asks. */
export const agendaKeyFile = (association: string) => `agenda-${association}`;

/**
 * Argument with which the program writes the invitation described on its standard input, in the commune's name, and
 * ends.
 */
export const commissionWord = "commission";

/** Look of the commune's own pages, if it has some. */
export interface AccountsLook {
  colour: string | undefined;
  hasArms: boolean;
  conformity: Conformity;
}

/** The agenda of an association, which each telephone opens with its own password. */
export interface Agenda {
  host: string;
  /** Whether members read it; otherwise only administrators of the association do. */
  isForMembers: boolean;
}

/** An association whose administrators manage its members here. */
export interface Association {
  id: string;
  name: string;
  /** Undefined if it has none. */
  agenda?: Agenda | undefined;
}

/** Settings that the program gets from its stack. None is secret. */
export interface AccountsSettings {
  commune: string;
  name: string;
  domain: string;
  /** Public names of these pages and of the login. */
  host: string;
  loginHost: string;
  contact: string;
  mail: Mail;
  look: AccountsLook | undefined;
  associations: readonly Association[];
  /** Address of the directory, and the suffix of all its entries. */
  server: string;
  suffix: string;
}
