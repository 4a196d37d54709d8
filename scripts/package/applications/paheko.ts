import { type Account, type Adapter, administratorBy, form, type Reached, tellsOfOthers } from "./adapter.ts";

const content = (mark: string) => `Texte ${mark} fin`;

/** The field that says that a form is Paheko's own: its name is another for each form. */
function own(html: string): Record<string, string> {
  const [, name = "", value = ""] = /name="(ct_[0-9a-f]+)" value="([^"]*)"/.exec(html) ?? [];
  return { [name]: value };
}

/** Sends one of its forms as a browser does. */
async function submit(at: Reached, path: string, fields: Readonly<Record<string, string>>, cookie = "") {
  const page = await at.ask(path, cookie ? { headers: { cookie } } : {});
  const cookies = [cookie, page.cookies].filter(Boolean).join("; ");
  return at.ask(path, form({ ...own(page.text), ...fields }, cookies));
}

/** Logs in; returns the cookies of the session, none if the password was refused. */
async function login(at: Reached, account: Account | undefined): Promise<string | undefined> {
  if (account === undefined) throw new Error("it has no account");
  const { user: id, password } = account;
  const { status, cookies } = await submit(at, "/admin/login.php", { id, password, login: "1" });
  return status === 302 ? cookies : undefined;
}

const administers = administratorBy(login);

/**
 * Makes a member of that name with these cookies; returns the path at which Paheko shows them, undefined if it did
 * not.
 */
async function write(at: Reached, mark: string, cookie: string): Promise<string | undefined> {
  const fields = { id_category: "1", nom: content(mark), save: "1" };
  const { location } = await submit(at, "/admin/users/new.php", fields, cookie);
  return location?.includes("details.php?id=") ? location : undefined;
}

/** Page of the member of that name, with these cookies; undefined if it is not found. */
async function found(at: Reached, mark: string, cookie = ""): Promise<string | undefined> {
  const asked = cookie ? { headers: { cookie } } : {};
  const list = await at.ask(`/admin/users/search.php?qt=${encodeURIComponent(content(mark))}`, asked);
  // Where it finds one alone it leads there.
  const page = list.location?.replace(/^https:\/\/[^/]*/, "");
  const { status, text } = page === undefined ? list : await at.ask(page, asked);
  return status === 200 && text.includes(`>${content(mark)}`) ? text : undefined;
}

const member: Account = { user: "lectrice@essai.test", password: "Une-phrase-de-membre-27" };
const name = "Lectrice de l’essai";

/**
 * Creates somebody who may log in, as the administrator: with a key for programs, since its pages give a password by
 * mail alone. At a second call both exist already.
 */
async function addMember(at: Reached, cookie: string): Promise<void> {
  const key = { key: "essai", secret: "0123456789abcdef0123456789abcdef" };
  const fields = { ...key, label: "essai", access_level: "2", add: "1" };
  await submit(at, "/admin/config/advanced/api.php", fields, cookie);
  const asked = form({ id_category: "1", nom: name, email: member.user, password: member.password });
  const authorization = `Basic ${Buffer.from(`${key.key}:${key.secret}`).toString("base64")}`;
  await at.ask("/api/user/new", { ...asked, headers: { ...asked.headers, authorization } });
}

/** Memberships: a member is made, and found again, by the forms of who administers. */
export const paheko: Adapter = {
  // Not the log-in, of which somebody gets 20 in a minute.
  page: "/admin/password.php",
  async write(at, mark) {
    if ((await write(at, mark, await administers(at))) === undefined)
      throw new Error("a member cannot be made");
  },
  async find(at, mark) {
    return found(at, mark, await administers(at));
  },
  async visits(at, access) {
    const cookie = await administers(at);
    const mark = `visites-${access}`;
    await write(at, mark, cookie);
    await addMember(at, cookie);
    const asMember = await login(at, member);
    const ofThem = await at.ask("/admin/me/", { headers: { cookie: asMember ?? "" } });
    const opens = async (path: string) => (await at.ask(path)).status === 200;
    const wrong = at.account && { ...at.account, password: "wrong" };
    return [
      { who: "a stranger reads", may: false, did: (await found(at, mark)) !== undefined },
      {
        who: "a stranger writes",
        may: false,
        did: (await write(at, `etranger-${access}`, "")) !== undefined,
      },
      { who: "a stranger installs", may: false, did: await opens("/admin/install.php") },
      await tellsOfOthers(at),
      { who: "a wrong password logs in", may: false, did: (await login(at, wrong)) !== undefined },
      { who: "a member reads what is of them", may: true, did: ofThem.text.includes(name) },
      {
        who: "a member reads of others",
        may: false,
        did: (await found(at, mark, asMember ?? "")) !== undefined,
      },
      {
        who: "a member writes",
        may: false,
        did: (await write(at, `membre-${access}`, asMember ?? "")) !== undefined,
      },
      { who: "who administers reads", may: true, did: (await found(at, mark, cookie)) !== undefined },
    ];
  },
};
