import { checksum } from "../../../components/foundation/manifest/checksum.ts";
import type { Answer } from "../place.ts";
import { type Account, type Adapter, administratorBy, form, type Reached } from "./adapter.ts";

/** Sends one of its forms as a browser does: each page has a token that belongs to the cookie of its visitor. */
async function submit(
  at: Reached,
  page: string,
  path: string,
  fields: Readonly<Record<string, string>>,
  cookie = "",
): Promise<Answer> {
  const shown = await at.ask(page, cookie ? { headers: { cookie } } : {});
  const [, token = ""] = /name="csrf-token" content="([^"]*)"/.exec(shown.text) ?? [];
  return at.ask(path, form({ authenticity_token: token, ...fields }, shown.cookies || cookie));
}

/** Logs in; returns the cookies of the session, none if the password was refused. */
async function login(at: Reached, account: Account | undefined): Promise<string | undefined> {
  if (account === undefined) throw new Error("it has no account");
  const { user: nick, password } = account;
  const { status, cookies } = await submit(at, "/f/login", "/f/sessions", { nick, password });
  return status === 302 ? cookies : undefined;
}

const administers = administratorBy(login);

/** Creates a producer whose number is that mark, with these cookies. */
async function write(at: Reached, mark: string, cookie: string): Promise<boolean> {
  const fields = {
    // At most thirty letters, and no second one of that name.
    "supplier[name]": `Ferme ${checksum([mark], 8)}`,
    "supplier[address]": "1 chemin du Pré",
    "supplier[phone]": "0400000000",
    "supplier[supplier_category_id]": "1",
    "supplier[customer_number]": mark,
  };
  const { location } = await submit(at, "/f/home/profile", "/f/suppliers", fields, cookie);
  return location?.endsWith("/f/suppliers") ?? false;
}

/** The list of producers with these cookies, if it has that mark; else undefined. */
async function found(at: Reached, mark: string, cookie = ""): Promise<string | undefined> {
  const { status, text } = await at.ask("/f/suppliers", cookie ? { headers: { cookie } } : {});
  return status === 200 && text.includes(`>${mark}<`) ? text : undefined;
}

const member: Account = { user: "lectrice@essai.test", password: "Une-phrase-de-membre-27" };

/** Creates somebody who may order, as the administrator. At a second call they exist already. */
async function addMember(at: Reached, cookie: string): Promise<void> {
  const fields = {
    "user[first_name]": "Lectrice",
    "user[email]": member.user,
    "user[password]": member.password,
    "user[password_confirmation]": member.password,
    "user[create_ordergroup]": "1",
  };
  await submit(at, "/f/admin/users/new", "/f/admin/users", fields, cookie);
}

/** Orders with producers: one is written down, and found again, by the forms of who administers. */
export const foodsoft: Adapter = {
  // Not where passwords are sent, of which somebody gets 20 in a minute.
  page: "/f/login",
  async write(at, mark) {
    if (!(await write(at, mark, await administers(at)))) throw new Error("a producer cannot be written down");
  },
  async find(at, mark) {
    return found(at, mark, await administers(at));
  },
  async visits(at, access) {
    const cookie = await administers(at);
    const mark = `visites-${access}`;
    await write(at, mark, cookie);
    await addMember(at, cookie);
    const asMember = (await login(at, member)) ?? "";
    const opens = async (path: string, as = "") =>
      (await at.ask(path, as ? { headers: { cookie: as } } : {})).status === 200;
    const wrong = at.account && { ...at.account, password: "wrong" };
    return [
      { who: "a stranger reads", may: false, did: (await found(at, mark)) !== undefined },
      { who: "a stranger writes", may: false, did: await write(at, `etranger-${access}`, "") },
      { who: "a stranger asks for a new password", may: false, did: await opens("/f/login/forgot_password") },
      { who: "a stranger comes by another word", may: false, did: await opens("/x/login") },
      { who: "a wrong password logs in", may: false, did: (await login(at, wrong)) !== undefined },
      { who: "a member reads", may: true, did: (await found(at, mark, asMember)) !== undefined },
      { who: "a member writes", may: false, did: await write(at, `membre-${access}`, asMember) },
      { who: "a member administers", may: false, did: await opens("/f/admin/users", asMember) },
      { who: "who administers reads", may: true, did: (await found(at, mark, cookie)) !== undefined },
    ];
  },
};
