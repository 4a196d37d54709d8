import type { Conformity } from "../../foundation/page/statement.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { Decision } from "./decisions.ts";
import type { AskedService } from "./request.ts";

/** Where associations ask for a place, where they confirm it, and where they follow it, below the commune's domain. */
export const requestsPath = "/demande-association";
export const confirmPath = "/demande-association/confirmer";
export const followPath = "/demande-association/suivi";

/** Port of the form. */
export const requestsPort = 8080;

/** Where its settings and its secrets are mounted; each secret is a file. */
export const requestsSettingsFile = "/etc/requests/settings.json";
export const requestsSecretsFolder = "/run/secrets/requests";
export const requestsKeyFile = "signing-key";
export const relayPasswordFile = "mail-password";

/** Where what was decided is mounted. It is read anew for each question: a decision restarts nothing. */
export const decisionsFolder = "/etc/requests-decisions";
export const decidedFile = "decisions.json";

/** What was decided, by the digest of the request. */
export type Decided = Readonly<Record<string, Pick<Decision, "decision" | "at">>>;

/** An application that an association can ask for, and what it is, in French. */
export interface Tool {
  name: string;
  what: string;
}

/** How the commune's own pages look, where it has some. */
export interface RequestsLook {
  colour: string | undefined;
  hasArms: boolean;
  conformity: Conformity;
}

/** What the form is told by its stack: nothing of it is secret. */
export interface RequestsSettings {
  commune: string;
  name: string;
  domain: string;
  /** Domain of the tenants. */
  tenantsDomain: string;
  /** Where requests go. */
  contact: string;
  phone: string | undefined;
  mail: Mail;
  perDay: number;
  /** Whether the form asks who shall administer the place: the commune has pages of accounts to invite them by. */
  asksAdministrator: boolean;
  /** Applications that can be asked for, in the order of the catalogue. */
  tools: readonly Tool[];
  /** Services of the commune that an association can ask for a part of. */
  services: readonly AskedService[];
  look: RequestsLook | undefined;
}
