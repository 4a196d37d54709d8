import {
  type Account,
  type Adapter,
  administratorBy,
  form,
  pretended,
  type Reached,
  tellsOfOthers,
} from "./adapter.ts";

/** Another than the directory's member, who would get this account, and its rank with it. */
const member: Account = { user: "lectrice", password: "Une-phrase-de-membre-27" };

/** The value of a field between either kind of quotation marks, wherever its name stands in the tag. */
function field(html: string, name: string): string {
  const tag = new RegExp(`<input[^>]*name=['"]${name}['"][^>]*>`).exec(html)?.[0] ?? "";
  return (/value=['"]([^'"]*)['"]/.exec(tag)?.[1] ?? "").replaceAll("&amp;", "&");
}

/** Sends one of its forms as a browser does: with what the page that has it says of it. */
async function submit(
  at: Reached,
  path: string,
  name: string,
  fields: Readonly<Record<string, string>>,
  cookie = "",
) {
  const page = await at.ask(path, cookie ? { headers: { cookie } } : {});
  // A page has several forms, and each says its name and then what it is about.
  const [, own = ""] = page.text.split(
    new RegExp(`name=['"]formulaire_action['"][^>]*value=['"]${name}['"]`),
  );
  const said = ["formulaire_action_args", "formulaire_action_sign"].map((each) => [each, field(own, each)]);
  return at.ask(
    path,
    form(
      { formulaire_action: name, ...Object.fromEntries(said), ...fields },
      [page.cookies, cookie].filter(Boolean).join("; "),
    ),
  );
}

/** Logs in; returns the cookies of the session, none if the password was refused. */
async function login(at: Reached, account: Account | undefined): Promise<string | undefined> {
  if (account === undefined) throw new Error("it has no account");
  const fields = { page: "login", url: "/", var_login: account.user, password: account.password };
  const { cookies } = await submit(at, "/spip.php?page=login&url=%2F", "login", fields);
  return /(^|; )spip_session=(?!deleted)\w/.test(cookies) ? cookies : undefined;
}

const administers = administratorBy(login);

const content = (mark: string) => `Texte ${mark} fin`;

/** Writes an article and publishes it, with these cookies; returns whether it was accepted. */
async function write(at: Reached, mark: string, cookie: string): Promise<boolean> {
  const texte = `${content(mark)}\n\n[ici->https://${at.host}/]`;
  const edit = "/ecrire/?exec=article_edit&new=oui&id_rubrique=1";
  const { location } = await submit(
    at,
    edit,
    "editer_article",
    { titre: mark, texte, id_parent: "1", id_article: "oui" },
    cookie,
  );
  const id = /id_article=(\d+)/.exec(location ?? "")?.[1];
  if (id === undefined) return false;
  const status = { statut_old: "prepa", statut: "publie" };
  await submit(at, `/ecrire/?exec=article&id_article=${id}`, "instituer_objet", status, cookie);
  // Its name is made when somebody asks for it by its number.
  return (await at.ask(`/spip.php?article${id}`, { headers: { cookie } })).status < 400;
}

async function addMember(at: Reached, cookie: string): Promise<void> {
  const { user, password } = member;
  const fields = {
    ...{ nom: user, email: "lectrice@essai.test", new_login: user },
    ...{ new_pass: password, new_pass2: password, statut: "6forum" },
    current_password: at.account?.password ?? "",
  };
  await submit(at, "/ecrire/?exec=auteur_edit&new=oui", "editer_auteur", fields, cookie);
}

/** Addresses that would give an article, or lists of them, past a log-in that looks at a part of them alone. */
const waysAround = (mark: string) => [
  ...[`/${mark}?page=login`, `/spip.php?page=login&${mark}`, "/?page=login&page=backend", "/sitemap.xml"],
  ...["/spip.php?page=backend", `/spip.php?page=recherche&recherche=${mark}`, "//spip.php?page=backend"],
  ...["/spip.php?action=cookie&page=backend", "/spip.php?page=login&action=cron&page=backend"],
  ...["/index.php?page=backend", "/spip.php?page=login&connect=x&page=backend", "/prive.php?page=backend"],
];

/** A site of articles: they are written and published, and a member's account is made, by the forms of its private part. */
export const spip: Adapter = {
  page: "/",
  async write(at, mark) {
    if (!(await write(at, mark, await administers(at)))) throw new Error("an article cannot be published");
  },
  async find(at, mark) {
    const { status, text } = await at.ask(`/${mark}`, { headers: { cookie: await administers(at) } });
    return status === 200 && text.includes(content(mark)) ? text : undefined;
  },
  async visits(at, access) {
    const cookie = await administers(at);
    const mark = `visites-${access}`;
    await write(at, mark, cookie);
    await addMember(at, cookie);
    const reads = async (own = "") =>
      (await at.ask(`/${mark}`, own ? { headers: { cookie: own } } : {})).text.includes(content(mark));
    const reachesFiles = async (own = "") =>
      (await at.ask("/IMG/jpg/absent.jpg", own ? { headers: { cookie: own } } : {})).status === 404;
    const around = await Promise.all(waysAround(mark).map((way) => at.ask(way)));
    const byStranger = await write(at, `etranger-${access}`, "");
    const asMember = await login(at, member);
    const byMember = await write(at, `membre-${access}`, asMember ?? "");
    const wrong = at.account && { ...at.account, password: "wrong" };
    return [
      await tellsOfOthers(at),
      { who: "a stranger reads", may: access === "public", did: await reads() },
      {
        who: "a stranger is asked who they are before a picture",
        may: access !== "public",
        did: !(await reachesFiles()),
      },
      {
        who: "a stranger reads by an address that names the log-in or a feed",
        may: access === "public",
        did: around.some(({ text }) => text.includes(content(mark))),
      },
      { who: "a stranger writes", may: false, did: byStranger },
      { who: "a wrong password logs in", may: false, did: (await login(at, wrong)) !== undefined },
      { who: "a member logs in", may: true, did: asMember !== undefined },
      { who: "a member reads", may: access !== "admins", did: await reads(asMember) },
      { who: "a member reaches pictures", may: access !== "admins", did: await reachesFiles(asMember) },
      { who: "a member writes", may: false, did: byMember },
      { who: "who administers reads", may: true, did: await reads(cookie) },
    ];
  },
  async visitsByLogin(at, access, { administrator, member: own, other }) {
    const mark = `connexion-${access}`;
    const written = await write(at, mark, administrator);
    const show = async (path: string, cookie: string, more = {}) =>
      (await at.ask(path, { headers: { ...more, ...(cookie && { cookie }) } })).text;
    const reads = async (cookie: string, more = {}) =>
      (await show(`/${mark}`, cookie, more)).includes(content(mark));
    const reachesFiles = async (cookie: string, more = {}) =>
      (await at.ask("/IMG/jpg/absent.jpg", { headers: { ...more, ...(cookie && { cookie }) } })).status ===
      404;
    // An article in the private part, where members propose theirs.
    const edits = async (cookie: string, more = {}) =>
      (await show("/ecrire/?exec=article_edit&new=oui&id_rubrique=1", cookie, more)).includes(
        "formulaire_editer_article",
      );
    const publishes = async (who: string, cookie: string) => {
      await write(at, `${mark}-${who}`, cookie).catch(() => false);
      return (await show(`/${mark}-${who}`, administrator)).includes(content(`${mark}-${who}`));
    };
    const administrates = async (cookie: string, more = {}) =>
      (await show("/ecrire/?exec=configurer_identite", cookie, more)).includes(
        "formulaire_configurer_identite",
      );
    const around = await Promise.all(waysAround(mark).map((way) => at.ask(way, { headers: pretended })));
    const isPublic = access === "public";
    const first = await login(at, at.account);
    return [
      { who: "a stranger reads", may: isPublic, did: await reads("") },
      { who: "a stranger who says to be another reads", may: isPublic, did: await reads("", pretended) },
      {
        who: "a stranger who says to be another reads by an address that names the log-in or a feed",
        may: isPublic,
        did: around.some(({ text }) => text.includes(content(mark))),
      },
      {
        who: "a stranger who says to be another reaches pictures",
        may: isPublic,
        did: await reachesFiles("", pretended),
      },
      { who: "a stranger who says to be another edits", may: false, did: await edits("", pretended) },
      {
        who: "a stranger who says to be another administers",
        may: false,
        did: await administrates("", pretended),
      },
      { who: "a stranger publishes", may: false, did: await publishes("etranger", "") },
      { who: "a member reads", may: access !== "admins", did: await reads(own) },
      { who: "a member reaches pictures", may: access !== "admins", did: await reachesFiles(own) },
      { who: "a member edits", may: access !== "admins", did: await edits(own) },
      { who: "a member publishes", may: false, did: await publishes("membre", own) },
      {
        who: "a member who says to be another administers",
        may: false,
        did: await administrates(own, pretended),
      },
      { who: "a member of another association reads", may: isPublic, did: await reads(other) },
      { who: "a member of another association edits", may: false, did: await edits(other) },
      { who: "who administers publishes", may: true, did: written && (await reads(administrator)) },
      { who: "who administers administers", may: true, did: await administrates(administrator) },
      { who: "its first password logs in", may: false, did: first !== undefined },
    ];
  },
};
