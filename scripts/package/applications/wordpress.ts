import {
  type Account,
  type Adapter,
  administratorBy,
  expectStatus,
  form,
  pretended,
  type Reached,
  tellsOfOthers,
} from "./adapter.ts";

const member: Account = { user: "membre", password: "Une-phrase-de-membre-27" };

/** Logs in; returns the cookies of the session, none if the password was refused. */
async function login({ ask }: Reached, account: Account | undefined): Promise<string | undefined> {
  if (account === undefined) throw new Error("it has no account");
  const fields = { log: account.user, pwd: account.password, testcookie: "1" };
  const answer = await ask("/wp-login.php", form(fields, "wordpress_test_cookie=WP%20Cookie%20check"));
  return answer.cookies.includes("wordpress_logged_in") ? answer.cookies : undefined;
}

const administers = administratorBy(login);

/** Sends something to the interface of its editor, with these cookies. */
async function send({ ask }: Reached, path: string, body: object, cookie: string) {
  const nonce = await ask("/wp-admin/admin-ajax.php?action=rest-nonce", { headers: { cookie } });
  // Who is nobody there is answered with a page.
  const isNonce = /^\w{1,20}$/.test(nonce.text);
  return ask(`/wp-json/wp/v2/${path}`, {
    method: "POST",
    headers: { cookie, "x-wp-nonce": isNonce ? nonce.text : "", "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const content = (mark: string) => `Texte ${mark} fin`;
const post = (mark: string, host: string) => ({
  ...{ title: mark, slug: mark, status: "publish" },
  content: `<p>${content(mark)}</p><p><a href="https://${host}/">ici</a></p>`,
});

/** A site that is written in the browser: posts and a member's account are made as its editor makes them. */
export const wordpress: Adapter = {
  page: "/",
  async write(at, mark) {
    expectStatus(await send(at, "posts", post(mark, at.host), await administers(at)), 201);
  },
  async find(at, mark) {
    const { status, text } = await at.ask(`/${mark}/`, { headers: { cookie: await administers(at) } });
    return status === 200 && text.includes(content(mark)) ? text : undefined;
  },
  async visits(at, access) {
    const cookie = await administers(at);
    const mark = `visites-${access}`;
    await send(at, "posts", post(mark, at.host), cookie);
    const { user, password } = member;
    await send(
      at,
      "users",
      { username: user, password, email: "membre@essai.test", roles: ["subscriber"] },
      cookie,
    );
    const reads = async (own = "") =>
      (await at.ask(`/${mark}/`, own ? { headers: { cookie: own } } : {})).text.includes(content(mark));
    const strange = await send(at, "posts", post("etranger", at.host), "");
    const asMember = await login(at, member);
    const written = await send(at, "posts", post("membre", at.host), asMember ?? "");
    const wrong = at.account && { ...at.account, password: "wrong" };
    return [
      await tellsOfOthers(at),
      { who: "a stranger reads", may: access === "public", did: await reads() },
      { who: "a stranger writes", may: false, did: strange.status === 201 },
      { who: "a wrong password logs in", may: false, did: (await login(at, wrong)) !== undefined },
      { who: "a member logs in", may: true, did: asMember !== undefined },
      { who: "a member reads", may: access !== "admins", did: await reads(asMember) },
      { who: "a member writes", may: false, did: written.status === 201 },
      { who: "who administers reads", may: true, did: await reads(cookie) },
    ];
  },
  async visitsByLogin(at, access, { administrator, member: own, other }) {
    const mark = `connexion-${access}`;
    const asAdministrator = await send(at, "posts", post(mark, at.host), administrator);
    const page = (path: string, cookie: string, more = {}) =>
      at.ask(path, { headers: { ...more, ...(cookie && { cookie }) } });
    const reads = async (cookie: string, more = {}) =>
      (await page(`/${mark}/`, cookie, more)).text.includes(content(mark));
    const writes = async (cookie: string) =>
      (await send(at, "posts", post("autre", at.host), cookie)).status === 201;
    const administrates = async (cookie: string, more = {}) =>
      (await page("/wp-admin/options-general.php", cookie, more)).status === 200;
    const isPublic = access === "public";
    return [
      { who: "a stranger reads", may: isPublic, did: await reads("") },
      { who: "a stranger who says to be another reads", may: isPublic, did: await reads("", pretended) },
      {
        who: "a stranger who says to be another administers",
        may: false,
        did: await administrates("", pretended),
      },
      { who: "a member reads", may: access !== "admins", did: await reads(own) },
      { who: "a member writes", may: false, did: await writes(own) },
      {
        who: "a member who says to be another administers",
        may: false,
        did: await administrates(own, pretended),
      },
      { who: "a member of another association reads", may: isPublic, did: await reads(other) },
      { who: "a member of another association administers", may: false, did: await administrates(other) },
      { who: "who administers writes", may: true, did: asAdministrator.status === 201 },
      { who: "who administers reads", may: true, did: await reads(administrator) },
      { who: "who administers administers", may: true, did: await administrates(administrator) },
      { who: "its first password logs in", may: false, did: (await login(at, at.account)) !== undefined },
    ];
  },
};
