import type { Statement } from "../../foundation/page/statement.ts";
import type { Mail } from "../mail/plan.ts";
import type { SecondFactorOf } from "./second-factor.ts";

/** Where people log in, below the commune's domain. */
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
  /** Path that is told when somebody logs out of the login (OpenID Connect Back-Channel Logout 1.0); nothing where it cannot be told. */
  logoutPath?: string | undefined;
  /** Groups that are let in; nobody is where there are none. */
  groups: readonly string[];
}

/** An application of an association whose front asks the login who a visitor is. */
export interface ProtectedApplication {
  /** Whose it is, and what its tile says it is. */
  title: string;
  tile: string;
  host: string;
  /** Where its tile leads. */
  path: string;
  /** The groups whose members are let in. */
  groups: readonly string[];
  /** The group of who administers it; nothing where it is not told who asks. */
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
  /** The commune's statement of accessibility; nothing where it has none. */
  statement: Statement | undefined;
  /** How it writes to people; it writes nothing when absent. */
  mail: Mail | undefined;
  /** Who gets in with a second factor alone; everybody else may have one. */
  secondFactorOf: readonly SecondFactorOf[];
  /** Services, each for the groups that it names: members of associations are in the same directory as agents. */
  clients: readonly LoginClient[];
  applications: readonly ProtectedApplication[];
  /** Where people see their own account, and associations look after their members; nothing where there is no such page. */
  accounts: { host: string } | undefined;
  /** Certificate authority of the site where it is deployed, PEM, beside the system's. */
  authority?: string | undefined;
}

/** Public name of a commune's login. */
export function loginHost({ domain }: { domain: string }): string {
  return `${loginSubdomain}.${domain}`;
}
