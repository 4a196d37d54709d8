import type { Access } from "../../../components/tenants/applications/access.ts";
import type { Visit } from "../bench.ts";
import type { Answer, Asked } from "../place.ts";

/** Account of an application from its first start. */
export interface Account {
  user: string;
  password: string;
}

/** One installed application of one association, as its visitors reach it. */
export interface Reached {
  /** Public name. */
  host: string;
  account: Account | undefined;
  members: Account | undefined;
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** Declares pages beside the association's file, and waits until they are applied. */
  publish(html: string): Promise<void>;
}

/** Cookies of the application's host that each of those sends who has logged in at the commune's login. */
export interface AtLogin {
  /** Cookies of whoever administers the association's applications. */
  administrator: string;
  member: string;
  /** A member of another association. */
  other: string;
}

/** Headers of somebody who pretends to be the administrator. */
export const pretended = { "auth-user": "gerante", "auth-role": "admins", "auth-mail": "x@essai.test" };

/** Requests by which one application is written to, read and logged in to: what a person does in it. */
export interface Adapter {
  /**
   * Writes something with a mark, and a link to the application as it makes links itself, as the administrator.
   * Throws if it cannot.
   */
  write(at: Reached, mark: string): Promise<void>;
  /** Returns the page with a mark, as the administrator reads it; undefined if there is none. */
  find(at: Reached, mark: string): Promise<string | undefined>;
  /** Each kind of visitor under one access: what they may do, and what they did. */
  visits(at: Reached, access: Access): Promise<Visit[]>;
  /**
   * Each kind of visitor under one access, if the commune's login says who asks; absent if the application takes
   * nobody from there.
   */
  visitsByLogin?(at: Reached, access: Access, people: AtLogin): Promise<Visit[]>;
  /** Path of one page that it makes for each visitor anew. */
  page: string;
}

/** A form as a browser sends it. */
export function form(fields: Readonly<Record<string, string>>, cookie = ""): Asked {
  return {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...(cookie && { cookie }) },
    body: new URLSearchParams(fields).toString(),
  };
}

/** The value of a hidden field; empty if there is none. */
export function hidden(html: string, name: string): string {
  const tag = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(html)?.[0] ?? "";
  return /value="([^"]*)"/.exec(tag)?.[1] ?? "";
}

/** Throws unless an answer is one of those. */
export function expectStatus({ status, text }: Answer, ...wanted: number[]): void {
  if (!wanted.includes(status)) throw new Error(`it answered ${status}: ${text.slice(0, 120)}`);
}

/** Returns the cookies of the session after a log-in, none if the password was refused. */
export type Login = (at: Reached, account: Account | undefined) => Promise<string | undefined>;

/** The cookies of who administers, by what installed them: log-ins in a row are slowed down, so that one is enough. */
export function administratorBy(login: Login): (at: Reached) => Promise<string> {
  const sessions = new WeakMap<Reached, Promise<string>>();
  const loginOrThrow = async (at: Reached) => {
    const cookie = await login(at, at.account);
    if (cookie === undefined) throw new Error("who administers it cannot log in");
    return cookie;
  };
  return (at) => {
    const session = sessions.get(at) ?? loginOrThrow(at);
    sessions.set(at, session);
    return session;
  };
}

/**
 * Visit of a stranger who tries to learn from Apache, which takes the front for its own machine, what others ask for.
 */
export async function tellsOfOthers({ ask }: Reached): Promise<Visit> {
  const { text } = await ask("/server-status");
  return {
    who: "a stranger sees what others ask for",
    may: false,
    did: text.includes("Apache Server Status"),
  };
}
