import {
  type Account,
  type Adapter,
  expectStatus,
  form,
  hidden,
  pretended,
  type Reached,
  tellsOfOthers,
} from "./adapter.ts";

const member: Account = { user: "membre", password: "Une-phrase-de-membre-27" };

/** Logs in; returns the cookies of the session, none if the password was refused. */
async function login({ ask }: Reached, account: Account | undefined): Promise<string | undefined> {
  if (account === undefined) throw new Error("it has no account");
  const { user: u, password: p } = account;
  const answer = await ask("/start", form({ do: "login", u, p }));
  return answer.status === 302 ? answer.cookies : undefined;
}

async function administers(at: Reached): Promise<string> {
  const cookie = await login(at, at.account);
  if (cookie === undefined) throw new Error("who administers it cannot log in");
  return cookie;
}

async function save(at: Reached, page: string, text: string, cookie: string) {
  const editor = await at.ask(`/${page}?do=edit`, { headers: { cookie } });
  const of = (name: string) => hidden(editor.text, name);
  const fields = { sectok: of("sectok"), date: of("date"), changecheck: of("changecheck") };
  const more = { prefix: ".", suffix: "", target: "section", "do[save]": "1" };
  return at.ask("/doku.php", form({ id: page, wikitext: text, ...fields, ...more }, cookie));
}

async function addMember(at: Reached, cookie: string): Promise<void> {
  const manager = "/doku.php?id=start&do=admin&page=usermanager";
  const { text } = await at.ask(manager, { headers: { cookie } });
  await at.ask(
    manager,
    form(
      {
        ...{ "fn[add]": "1", sectok: hidden(text, "sectok"), userid: member.user, userpass: member.password },
        ...{
          userpass2: member.password,
          username: "Membre",
          usermail: "membre@essai.test",
          usergroups: "user",
        },
      },
      cookie,
    ),
  );
}

const content = (mark: string) => `Texte ${mark} fin`;

/** A wiki: pages are saved and read as in its editor; a member's account is made in its manager of users. */
export const dokuwiki: Adapter = {
  page: "/start",
  async write(at, mark) {
    const answer = await save(at, mark, `${content(mark)}\n\n[[start]]`, await administers(at));
    expectStatus(answer, 302, 303);
  },
  async find(at, mark) {
    const cookie = await administers(at);
    const { text } = await at.ask(`/${mark}`, { headers: { cookie } });
    return text.includes(content(mark)) ? text : undefined;
  },
  async visits(at, access) {
    const cookie = await administers(at);
    const mark = `visites-${access}`;
    await save(at, mark, content(mark), cookie);
    await addMember(at, cookie);
    const reads = async (own = "") =>
      (await at.ask(`/${mark}`, own ? { headers: { cookie: own } } : {})).text.includes(content(mark));
    await save(at, `etranger-${access}`, "x", "");
    const written = await at.ask(`/etranger-${access}`, { headers: { cookie } });
    const asMember = await login(at, member);
    const wrong = at.account && { ...at.account, password: "wrong" };
    return [
      await tellsOfOthers(at),
      { who: "a stranger reads", may: access === "public", did: await reads() },
      { who: "a stranger writes", may: false, did: written.status === 200 },
      { who: "a wrong password logs in", may: false, did: (await login(at, wrong)) !== undefined },
      { who: "a member logs in", may: true, did: asMember !== undefined },
      { who: "a member reads", may: access !== "admins", did: await reads(asMember) },
      { who: "who administers reads", may: true, did: await reads(cookie) },
    ];
  },
  async visitsByLogin(at, access, { administrator, member: own, other }) {
    const mark = `connexion-${access}`;
    await save(at, mark, content(mark), administrator);
    const page = async (path: string, cookie: string, more = {}) =>
      (await at.ask(path, { headers: { ...more, ...(cookie && { cookie }) } })).text;
    const reads = async (cookie: string, more = {}) =>
      (await page(`/${mark}`, cookie, more)).includes(content(mark));
    const writes = async (who: string, cookie: string) => {
      await save(at, `${mark}-${who}`, content(who), cookie);
      return (await page(`/${mark}-${who}`, administrator)).includes(content(who));
    };
    const administrates = async (cookie: string, more = {}) =>
      (await page("/start?do=admin", cookie, more)).includes("page=acl");
    const isPublic = access === "public";
    const first = await login(at, at.account);
    return [
      { who: "a stranger reads", may: isPublic, did: await reads("") },
      { who: "a stranger who says to be another reads", may: isPublic, did: await reads("", pretended) },
      { who: "a stranger writes", may: false, did: await writes("etranger", "") },
      {
        who: "a stranger who says to be another administers",
        may: false,
        did: await administrates("", pretended),
      },
      { who: "a member reads", may: access !== "admins", did: await reads(own) },
      { who: "a member writes", may: access !== "admins", did: await writes("membre", own) },
      {
        who: "a member who says to be another administers",
        may: false,
        did: await administrates(own, pretended),
      },
      { who: "a member of another association reads", may: isPublic, did: await reads(other) },
      { who: "a member of another association writes", may: false, did: await writes("voisine", other) },
      { who: "who administers reads", may: true, did: await reads(administrator) },
      { who: "who administers administers", may: true, did: await administrates(administrator) },
      { who: "its first password administers", may: false, did: await administrates(first ?? "") },
    ];
  },
};
