import type { Conformity } from "../../foundation/page/statement.ts";
import type { Mail } from "../../platform/mail/plan.ts";
import type { Decision } from "./decisions.ts";
import type { AskedService } from "./request.ts";

/** Paths at which associations request hosting, confirm the request, and follow it, below the commune's domain. */
export const requestsPath = "/demande-association";
export const confirmPath = "/demande-association/confirmer";
export const followPath = "/demande-association/suivi";

/** Port of the form. */
export const requestsPort = 8080;

/** Mount paths of its settings and its secrets; each secret is a file. */
export const requestsSettingsFile = "/etc/requests/settings.json";
export const requestsSecretsFolder = "/run/secrets/requests";
export const requestsKeyFile = "signing-key";
export const relayPasswordFile = "mail-password";

/** Mount path of the decisions. They are read again for each request to a page: a decision restarts nothing. */
export const decisionsFolder = "/etc/requests-decisions";
export const decidedFile = "decisions.json";

/** Decisions, by the digest of the request. */
export type Decided = Readonly<Record<string, Pick<Decision, "decision" | "at">>>;

/** An application that an association can ask for, with its description in French. */
export interface Tool {
  name: string;
  what: string;
}

/** Look of the commune's own pages, if it has some. */
export interface RequestsLook {
  colour: string | undefined;
  hasArms: boolean;
  conformity: Conformity;
}

/** Settings that the form gets from its stack. None is secret. */
export interface RequestsSettings {
  commune: string;
  name: string;
  domain: string;
  /** Domain of the tenants. */
  tenantsDomain: string;
  /** Address to which requests are sent. */
  contact: string;
  phone: string | undefined;
  mail: Mail;
  perDay: number;
  /** Whether the form asks for an administrator: the commune then has pages of accounts with which to invite them. */
  asksAdministrator: boolean;
  /** Applications that can be requested, in the order of the catalogue. */
  tools: readonly Tool[];
  /** Services of the commune that an association can request a share of. */
  services: readonly AskedService[];
  look: RequestsLook | undefined;
}
