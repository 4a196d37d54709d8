import { describe, expect, test } from "vitest";
import { mailOf } from "../letters/directory.ts";
import { clubName } from "../letters/town.ts";
import { passwordOf } from "./people.ts";
import type { PeopleTown } from "./town.ts";
import { said } from "./visitor.ts";

/** The commune's login in browsers without JavaScript: pages that it stands before, its tiles, and passwords. */
export function login(town: PeopleTown): void {
  const { commune, domain, portal, mailbox } = town;
  const [chorale, judo] = [town.site("chorale"), town.site("judo")];
  const browser = () => town.browser();

  describe("a page of an association, for its members", () => {
    test("sends a stranger to the login, and shows nothing", async () => {
      const stranger = browser();
      for (const path of ["/", "/index.html", "/?a=b"]) {
        const { status, location, text } = await stranger.get(`${chorale}${path}`);
        expect(status).toBe(302);
        expect(location).toMatch(new RegExp(`^${portal}/\\?url=`));
        expect(text).not.toContain(clubName("chorale"));
      }
      const forged = { "auth-user": "alix", "x-sso-host": "x", cookie: "__Host-connexion=c:forged" };
      expect((await stranger.get(`${chorale}/`, { headers: forged })).status).toBe(302);
    });

    test("is there for a member, who comes back to it from the login", async () => {
      const alix = browser();
      const wrong = await alix.logIn("alix", "another", `${chorale}/`);
      expect(wrong.text).toContain("Ce nom et ce mot de passe ne vont pas ensemble.");
      const { location } = await alix.logIn("alix", passwordOf("alix"), `${chorale}/`);
      const page = await alix.follow(location ?? "");
      expect(page.at).toBe(`${chorale}/`);
      expect(page.text).toContain(`<h1>${clubName("chorale")}</h1>`);
      expect((await alix.get(`${chorale}/`)).status).toBe(200);
    });

    test("is refused to who is of another group, in French", async () => {
      for (const who of ["camille", "lou"]) {
        const other = browser();
        const { location } = await other.logIn(who, passwordOf(who), `${chorale}/`);
        const page = await other.follow(location ?? "");
        const said = page.status === 403 || page.at.startsWith(portal);
        expect(said, `${page.status} ${page.at}`).toBe(true);
        expect(page.text).toContain("réservée à d’autres personnes");
        expect(page.text).not.toContain(clubName("chorale"));
      }
    });

    test("gives a cookie that opens neither another association nor the login", async () => {
      const alix = browser();
      const { location } = await alix.logIn("alix", passwordOf("alix"), `${chorale}/`);
      await alix.follow(location ?? "");
      const [stolen = ""] = alix.cookiesOf(new URL(chorale).host);
      expect(stolen).toMatch(/^__Host-connexion=c:/);
      const thief = { headers: { cookie: stolen } };
      expect((await browser().get(`${chorale}/`, thief)).status).toBe(200);
      expect((await browser().get(`${judo}/`, thief)).status).toBe(302);
      expect((await browser().get(`${portal}/`, thief)).text).toContain("<h1>Se connecter</h1>");
    });

    test("is closed again for who has logged out of the login", async () => {
      const alix = browser();
      const { location } = await alix.logIn("alix", passwordOf("alix"), `${chorale}/`);
      await alix.follow(location ?? "");
      await alix.get(`${portal}/?logout=1`);
      const again = async () => (await alix.get(`${chorale}/`)).status;
      await expect.poll(again, { timeout: 90_000, interval: 2000 }).toBe(302);
    });
  });

  test("the login shows each person the tiles that are theirs", async () => {
    const shown = async (who: string) => {
      const visitor = browser();
      const { location } = await visitor.logIn(who, passwordOf(who));
      const { text } = await visitor.follow(location ?? "");
      expect(text).toContain("<h1>Ce qui vous est ouvert</h1>");
      return [...text.matchAll(/<li><a href="([^"]*)">/g)].map(([, address]) => address);
    };
    const services = [`https://cloud.${domain}/`, `https://social.${domain}/`];
    const own = `${town.accounts}/`;
    expect(await shown("camille")).toEqual([...services, own]);
    const [blog, wiki, agenda] = ["blog.", "wiki.", "agenda."].map((name) => town.site("chorale", name));
    expect(await shown("alix")).toEqual([
      ...[`${chorale}/`, `${blog}/wp-login.php`, `${wiki}/start?do=login`, `${agenda}/.web/`],
      own,
    ]);
    expect(await shown("lou")).toEqual([
      `https://billets.${domain}/`,
      ...[
        `${judo}/`,
        `${town.site("judo", "wiki.")}/start?do=login`,
        `${town.site("judo", "agenda.")}/.web/`,
      ],
      own,
    ]);
  });

  test("a person changes their password, and the former one is none any more", async () => {
    const paule = browser();
    const { location } = await paule.logIn("paule", passwordOf("paule"));
    const { text } = await paule.follow(location ?? "");
    const form = { text: text.slice(text.indexOf("Changer de mot de passe")) };
    const [former, other] = [passwordOf("paule"), "another-horse-33"];
    const filled = { oldpassword: former, newpassword: other, confirmpassword: other };
    const answer = await paule.fillIn(form, `${portal}/`, filled);
    expect(answer.text).toContain("Votre mot de passe est changé.");
    expect((await browser().logIn("paule", former)).status).toBe(200);
    expect((await browser().logIn("paule", other)).status).toBe(302);
  });

  test("who has no password, or has lost it, chooses one by a letter, once; nobody learns who has an account", async () => {
    const reset = `${portal}/resetpwd`;
    const asked = async (mail: string) => {
      const visitor = browser();
      return visitor.fillIn(await visitor.get(reset), reset, { mail });
    };
    const before = (await mailbox.letters()).length;
    const since = async () => (await mailbox.letters()).slice(before);
    const [known, unknown] = [await asked(mailOf("noe")), await asked(mailOf("nobody"))];
    expect(said(known)).toContain("Si cette adresse est celle d’un compte, un courriel y part");
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    const letters = await since();
    expect(letters.map(({ from, to }) => [from, to])).toEqual([
      [`ne-pas-repondre@${domain}`, [mailOf("noe")]],
    ]);
    const [link = ""] = /https:\/\/\S+/.exec((letters[0]?.raw ?? "").split("ouvrez ce lien")[1] ?? "") ?? [];
    expect(link).toMatch(new RegExp(`^${reset}\\?mail_token=[0-9a-f]{64}`));
    const [noe, chosen] = [browser(), "a-horse-of-ones-own"];
    const short = { newpassword: "short", confirmpassword: "short" };
    const refused = await noe.fillIn(await noe.get(link), reset, short);
    expect(said(refused)).toContain("douze caractères au moins");
    const done = await noe.fillIn(refused, reset, { newpassword: chosen, confirmpassword: chosen });
    expect(said(done)).toBe("Votre mot de passe est changé.");
    expect(said(await browser().get(link))).toContain("Ce lien a déjà servi");
    expect((await browser().logIn("noe", chosen)).status).toBe(302);
    const [, confirmed] = await since();
    expect(confirmed?.raw).toContain("vient d’être changé");
    expect(confirmed?.raw).not.toContain(chosen);
  });

  test("nobody is sent more than three letters an hour, whoever asks, who is told the same each time", async () => {
    const reset = `${portal}/resetpwd`;
    const before = (await mailbox.letters()).length;
    const answers: string[] = [];
    for (let asked = 0; asked < 5; asked += 1) {
      const visitor = browser();
      const answer = await visitor.fillIn(await visitor.get(reset), reset, { mail: mailOf("noe") });
      answers.push(said(answer) ?? "");
    }
    expect(new Set(answers).size).toBe(1);
    expect((await mailbox.letters()).slice(before).map(({ to }) => to)).toEqual([
      [mailOf("noe")],
      [mailOf("noe")],
      [mailOf("noe")],
    ]);
  });

  test("what is for fronts inside the cluster is no visitor's, and nothing else in it is reached", async () => {
    const visitor = browser();
    for (const path of [
      "/check",
      "/sessions/global/x",
      "/config/latest",
      "/adminSessions",
      "/index.psgi/sessions",
    ])
      expect((await visitor.get(`${portal}${path}`)).text, path).not.toMatch(/_session_id|managerPassword/);
    const [check, database] = await Promise.all([
      town.serviceAddress(`${commune}-login`, "login-check"),
      town.serviceAddress(`${commune}-database`, "database"),
    ]);
    const mastodon = {
      namespace: `${commune}-mastodon`,
      workload: "deployment/mastodon-web",
      container: "puma",
    };
    const to = [check, 8081] as const;
    const controls = [
      { from: town.siteOf("chorale"), to },
      { from: mastodon, to: [database, 5432] } as const,
    ];
    expect(await town.passed([{ from: mastodon, to }], controls)).toEqual([]);
  });
}
