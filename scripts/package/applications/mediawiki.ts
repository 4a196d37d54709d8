import {
  type Account,
  type Adapter,
  administratorBy,
  form,
  pretended,
  type Reached,
  tellsOfOthers,
} from "./adapter.ts";

const member: Account = { user: "Membre", password: "Une-phrase-de-membre-27" };

/** Answer of its interface for programs; each module has fields of its own. */
interface Said {
  query?: { tokens?: { logintoken?: string; csrftoken?: string; createaccounttoken?: string } };
  clientlogin?: { status?: string };
  edit?: { result?: string };
}

const asked = (fields: Record<string, string>) =>
  `/api.php?${new URLSearchParams({ format: "json", ...fields })}`;

async function tokens({ ask }: Reached, type: string, cookie = "") {
  const path = asked({ action: "query", meta: "tokens", type });
  const { text, cookies } = await ask(path, cookie ? { headers: { cookie } } : {});
  return { ...(JSON.parse(text) as Said).query?.tokens, cookies };
}

/** Logs in; returns the cookies of the session, none if the password was refused. */
async function login(at: Reached, account: Account | undefined): Promise<string | undefined> {
  if (account === undefined) throw new Error("it has no account");
  const { logintoken = "", cookies } = await tokens(at, "login");
  const { user: username, password } = account;
  const fields = { username, password, loginreturnurl: `https://${at.host}/`, logintoken };
  const answer = await at.ask(asked({ action: "clientlogin" }), form(fields, cookies));
  const isIn = (JSON.parse(answer.text) as Said).clientlogin?.status === "PASS";
  return isIn ? merged(cookies, answer.cookies) : undefined;
}

/** Cookies as a browser keeps them: of one name the later one. */
function merged(...parts: string[]): string {
  const all = parts.flatMap((part) => part.split("; ").filter(Boolean));
  const byName = new Map(all.map((cookie) => [cookie.split("=")[0], cookie]));
  return [...byName.values()].join("; ");
}

const administers = administratorBy(login);

const content = (mark: string) => `Texte ${mark} fin`;

/** Saves a page as a program does, with these cookies; returns whether it was accepted. */
async function save(at: Reached, title: string, text: string, cookie: string, more = {}): Promise<boolean> {
  const { csrftoken: token = "+\\" } = await tokens(at, "csrf", cookie);
  const sent = form({ title, text, token }, cookie);
  const answer = await at.ask(asked({ action: "edit" }), { ...sent, headers: { ...more, ...sent.headers } });
  return (JSON.parse(answer.text) as Said).edit?.result === "Success";
}

async function addMember(at: Reached, cookie: string): Promise<void> {
  const { createaccounttoken: createtoken = "" } = await tokens(at, "createaccount", cookie);
  const { user: username, password } = member;
  const fields = {
    username,
    password,
    retype: password,
    createreturnurl: `https://${at.host}/`,
    createtoken,
  };
  await at.ask(asked({ action: "createaccount" }), form(fields, cookie));
}

/** The address of a page. */
const page = (title: string) => `/wiki/${title.charAt(0).toUpperCase()}${title.slice(1)}`;

/** A wiki: pages are saved as its editors' programs do, and read as visitors do. */
export const mediawiki: Adapter = {
  page: page("Accueil"),
  async write(at, mark) {
    const text = `${content(mark)}\n\n[[Accueil]]`;
    if (!(await save(at, mark, text, await administers(at)))) throw new Error("a page cannot be saved");
  },
  async find(at, mark) {
    const { status, text } = await at.ask(page(mark), { headers: { cookie: await administers(at) } });
    return status === 200 && text.includes(content(mark)) ? text : undefined;
  },
  async visits(at, access) {
    const cookie = await administers(at);
    const mark = `visites-${access}`;
    await save(at, mark, content(mark), cookie);
    await addMember(at, cookie);
    const reads = async (own = "") =>
      (await at.ask(page(mark), own ? { headers: { cookie: own } } : {})).text.includes(content(mark));
    const asMember = await login(at, member);
    const wrong = at.account && { ...at.account, password: "wrong" };
    return [
      await tellsOfOthers(at),
      { who: "a stranger reads", may: access === "public", did: await reads() },
      { who: "a stranger writes", may: false, did: await save(at, `etranger-${access}`, "x", "") },
      { who: "a wrong password logs in", may: false, did: (await login(at, wrong)) !== undefined },
      { who: "a member logs in", may: true, did: asMember !== undefined },
      { who: "a member reads", may: access !== "admins", did: await reads(asMember) },
      {
        who: "a member writes",
        may: access !== "admins",
        did: await save(at, `membre-${access}`, "x", asMember ?? ""),
      },
      { who: "who administers reads", may: true, did: await reads(cookie) },
    ];
  },
  async visitsByLogin(at, access, { administrator, member: own, other }) {
    const mark = `connexion-${access}`;
    const written = await save(at, mark, content(mark), administrator);
    const show = async (path: string, cookie: string, more = {}) =>
      (await at.ask(path, { headers: { ...more, ...(cookie && { cookie }) } })).text;
    const reads = async (cookie: string, more = {}) =>
      (await show(page(mark), cookie, more)).includes(content(mark));
    const writes = (who: string, cookie: string, more = {}) =>
      save(at, `${mark}-${who}`, "x", cookie, more).catch(() => false);
    // What it says to a program of who asks.
    const rights = asked({ action: "query", meta: "userinfo", uiprop: "rights" });
    const administrates = async (cookie: string, more = {}) =>
      (await show(rights, cookie, more)).includes('"protect"');
    const isNamed = async (cookie: string, name: string) =>
      (await show(page(mark), cookie)).includes(`"wgUserName":"${name}"`);
    const isPublic = access === "public";
    // A form of a neighbour's page has no token of this person.
    const foreign = await at.ask(
      asked({ action: "edit" }),
      form({ title: `${mark}-piege`, text: "x", token: "+\\" }, administrator),
    );
    const first = await login(at, at.account).catch(() => undefined);
    return [
      { who: "a stranger reads", may: isPublic, did: await reads("") },
      { who: "a stranger who says to be another reads", may: isPublic, did: await reads("", pretended) },
      { who: "a stranger writes", may: false, did: await writes("etranger", "") },
      {
        who: "a stranger who says to be another writes",
        may: false,
        did: await writes("dit", "", pretended),
      },
      {
        who: "a stranger who says to be another administers",
        may: false,
        did: await administrates("", pretended),
      },
      { who: "a member reads", may: access !== "admins", did: await reads(own) },
      { who: "a member is named there", may: access !== "admins", did: await isNamed(own, "Membre") },
      { who: "a member writes", may: access !== "admins", did: await writes("membre", own) },
      {
        who: "a member who says to be another administers",
        may: false,
        did: await administrates(own, pretended),
      },
      { who: "a member of another association reads", may: isPublic, did: await reads(other) },
      { who: "a member of another association writes", may: false, did: await writes("voisine", other) },
      { who: "who administers writes", may: true, did: written },
      { who: "who administers reads", may: true, did: await reads(administrator) },
      { who: "who administers is named there", may: true, did: await isNamed(administrator, "Gerante") },
      { who: "who administers administers", may: true, did: await administrates(administrator) },
      {
        who: "a page of somebody else's writes in the name of who administers",
        may: false,
        did: foreign.text.includes('"Success"'),
      },
      { who: "its first password logs in", may: false, did: first !== undefined },
    ];
  },
};
