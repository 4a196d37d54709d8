import type { Statement } from "../../foundation/page/statement.ts";
import type { Mail } from "../mail/plan.ts";
import type { SecondFactorOf } from "./second-factor.ts";

/** Subdomain of the login, below the commune's domain. */
export const loginSubdomain = "connexion";

/** A service that asks the login who somebody is, by OpenID Connect. */
export interface LoginClient {
  /** Its name, by which the login knows it: `nextcloud`. */
  service: string;
  /** Its name as people read it, and what its tile says it is. */
  title: string;
  tile: string;
  /** Its public name. */
  host: string;
  /** Paths that somebody comes back to. */
  redirects: readonly string[];
  /**
   * Path that is notified when somebody logs out of the login (OpenID Connect Back-Channel Logout 1.0); undefined if it
   * has none.
   */
  logoutPath?: string | undefined;
  /** Groups that are let in; nobody is where there are none. */
  groups: readonly string[];
}

/** An application of an association whose front asks the login who a visitor is. */
export interface ProtectedApplication {
  /** Name of the association, and the text of its tile. */
  title: string;
  tile: string;
  host: string;
  /** Path to which its tile leads. */
  path: string;
  /** The groups whose members are let in. */
  groups: readonly string[];
  /** Group of those who administer it; undefined if it does not learn who asks. */
  admins: string | undefined;
}

/** The login of a commune. */
export interface LoginPlan {
  commune: string;
  /** Name of the commune, as people read it. */
  name: string;
  /** The commune's domain. */
  domain: string;
  /** Its public name. */
  host: string;
  /** The commune's statement of accessibility; undefined if it has none. */
  statement: Statement | undefined;
  /** Relay for its letters; undefined if it writes none. */
  mail: Mail | undefined;
  /** People who must have a second factor; everybody else may have one. */
  secondFactorOf: readonly SecondFactorOf[];
  /** Address that gets the answers of who approves a change in a browser; undefined if nobody does. */
  approvals: { contact: string } | undefined;
  /** Services, each for the groups that it names: members of associations are in the same directory as agents. */
  clients: readonly LoginClient[];
  applications: readonly ProtectedApplication[];
  /** Pages on which people see their own account, and associations look after their members; undefined if there are none. */
  accounts: { host: string } | undefined;
  /** Certificate authority of the site where it is deployed, PEM, beside the system's. */
  authority?: string | undefined;
}

/** Public name of a commune's login. */
export function loginHost({ domain }: { domain: string }): string {
  return `${loginSubdomain}.${domain}`;
}
