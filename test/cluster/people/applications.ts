import { describe, expect, test } from "vitest";
import { mailOf } from "../letters/directory.ts";
import { passwordOf } from "./people.ts";
import type { PeopleTown } from "./town.ts";
import type { Visitor } from "./visitor.ts";

/** Headers of a request by who pretends to be somebody. */
const forged = {
  ...{ "Auth-User": "noa", "Auth-Role": "admins", "Auth-Mail": "n@x.test", "Auth-Name": "Noa" },
  ...{ auth_user: "noa", "X-Sso-Host": "x" },
};
const withCookie = { ...forged, cookie: "__Host-connexion=c:forged" };
const asForm = { "content-type": "application/x-www-form-urlencoded" };
const unescaped = (address: string) => address.replaceAll("&amp;", "&").replaceAll("&#038;", "&");

/** Tests of who is logged in by the commune's login, in the applications themselves. */
export function applicationsOfMembers(town: PeopleTown): void {
  const { commune, portal } = town;
  const browser = () => town.browser();
  const kubectl = async (words: readonly string[]) => (await town.kubectl(words)).said;
  const [blog, wiki] = [town.site("chorale", "blog."), town.site("chorale", "wiki.")];
  const open = town.site("judo", "wiki.");
  const inChorale = ["-n", `${commune}-t-chorale`];

  const known = new Map<string, Visitor>();
  /** Somebody who is logged in, or logs in on the way to a page; and where that led. The login takes few tries of one address. */
  async function loggedIn(who: string, wanted: string) {
    const before = known.get(who);
    if (before) return { person: before, page: await before.follow(wanted) };
    const person = browser();
    known.set(who, person);
    const { location } = await person.logIn(who, passwordOf(who), wanted);
    return { person, page: await person.follow(location ?? "") };
  }

  const nonceOf = async (person: Visitor) =>
    (await person.get(`${blog}/wp-admin/admin-ajax.php?action=rest-nonce`)).text;
  const post = (person: Visitor, headers: Record<string, string>) =>
    person.get(`${blog}/wp-json/wp/v2/posts`, {
      ...{ method: "POST", headers: { "content-type": "application/json", ...headers } },
      body: JSON.stringify({ title: "Concert", content: "Venez.", status: "publish" }),
    });

  describe("WordPress that everybody reads", () => {
    test("shows its pages to a stranger, and leads who would log in to the login", async () => {
      const stranger = browser();
      const home = async () => (await stranger.get(`${blog}/`)).status;
      await expect.poll(home, { timeout: 60_000, interval: 1000 }).toBe(200);
      for (const path of ["/wp-admin/", "/wp-login.php", "/wp-admin/post-new.php"]) {
        const { status, location } = await stranger.get(`${blog}${path}`);
        expect([status, location?.startsWith(`${portal}/?url=`)], path).toEqual([302, true]);
      }
      expect((await stranger.get(`${blog}/wp-admin/install.php`)).status).toBe(404);
      expect((await stranger.get(`${blog}/_login`)).status).toBe(404);
    });

    test("knows a member who comes from the login, and lets them read", async () => {
      const { person, page } = await loggedIn("alix", `${blog}/wp-login.php`);
      expect(page.at).toBe(`${blog}/`);
      expect(page.text).toMatch(/<body class="[^"]*\blogged-in\b/);
      const profile = await person.get(`${blog}/wp-admin/profile.php`);
      expect(profile.text).toContain("alix Dûrand");
      expect(profile.text).toContain(mailOf("alix"));
      expect(profile.text).not.toContain('type="password"');
      expect((await person.get(`${blog}/wp-admin/edit.php`)).status).toBe(403);
      expect((await post(person, { "x-wp-nonce": await nonceOf(person) })).status).toBe(403);
    });

    test("lets who administers the association write, and no page of somebody else's in their name", async () => {
      const { person, page } = await loggedIn("noa", `${blog}/wp-login.php`);
      expect(page.at).toBe(`${blog}/wp-admin/`);
      expect(page.text).toContain("Tableau de bord");
      expect((await post(person, {})).status).toBe(401);
      expect((await post(person, { "x-wp-nonce": await nonceOf(person) })).status).toBe(201);
      expect((await person.get(`${blog}/wp-admin/user-new.php`)).status).toBe(403);
      expect((await browser().get(`${blog}/concert/`)).text).toContain("Venez.");
    });

    test("opens to no password of its own", async () => {
      const pwd = await town.secret(`${commune}-t-chorale`, "t-chorale-wordpress-admin", "password");
      expect(pwd.length).toBeGreaterThan(10);
      const body = new URLSearchParams({ log: "admin", pwd, testcookie: "1" }).toString();
      const cookie = "wordpress_test_cookie=WP%20Cookie%20check";
      const answer = await browser().get(`${blog}/wp-login.php`, {
        ...{ method: "POST", body, headers: { ...asForm, cookie } },
      });
      expect(answer.location).toMatch(new RegExp(`^${portal}/`));
      // Not even from its own machine, past the front.
      const script = `$c = stream_context_create(['http' => ['method' => 'POST', 'follow_location' => 0, 'ignore_errors' => true, 'header' => "Host: ${new URL(blog).host}\\r\\nCookie: ${cookie}\\r\\nContent-Type: application/x-www-form-urlencoded", 'content' => ${JSON.stringify(body)}]]); file_get_contents('http://127.0.0.1:8081/wp-login.php', false, $c); echo implode("\\n", $http_response_header);`;
      const inPod = [
        "exec",
        ...inChorale,
        "deployment/t-chorale-wordpress",
        "-c",
        "wordpress",
        "--",
        "php",
        "-r",
      ];
      const said = await kubectl([...inPod, script]);
      expect(said).toMatch(/^HTTP\/1\.1 302/);
      expect(said).not.toContain("wordpress_logged_in");
    });

    test("logs out where one logged in, at once and for all that one login opened", async () => {
      const { person } = await loggedIn("noa", `${blog}/wp-admin/`);
      const { text } = await person.get(`${blog}/wp-admin/`);
      const link = /href=["']([^"']*action=logout[^"']*)/.exec(text)?.[1] ?? "";
      const left = await person.follow(unescaped(link));
      expect(left.at).toBe(`${portal}/?logout=1`);
      known.delete("noa");
      expect((await person.get(`${blog}/`)).text).not.toMatch(/<body class="[^"]*\blogged-in\b/);
      expect((await person.follow(`${blog}/wp-admin/`)).text).toContain("<h1>Se connecter</h1>");
    });
  });

  describe("DokuWiki for members", () => {
    test("sends a stranger to the login, and shows a member their name", async () => {
      const health = async () => (await browser().get(`${wiki}/health.php`)).text;
      await expect.poll(health, { timeout: 60_000, interval: 1000 }).toBe("ok");
      const { status, location } = await browser().get(`${wiki}/start`, { headers: withCookie });
      expect([status, location?.startsWith(`${portal}/?url=`)]).toEqual([302, true]);
      const { person, page } = await loggedIn("alix", `${wiki}/start`);
      expect(page.at).toBe(`${wiki}/start`);
      expect(page.text).toContain("alix Dûrand");
      expect((await person.get(`${wiki}/start?do=edit`)).text).toContain('name="wikitext"');
      expect((await person.get(`${wiki}/start?do=admin`)).text).not.toContain("do=admin&amp;page=acl");
    });

    test("is administered by who administers the association, and logs out where one logged in", async () => {
      const { person } = await loggedIn("noa", `${wiki}/start`);
      const { text } = await person.get(`${wiki}/start?do=admin`);
      expect(text).toContain("page=acl");
      const link = /href="([^"]*do=logout[^"]*)"/.exec(text)?.[1] ?? "";
      const left = await person.follow(new URL(unescaped(link), wiki).href);
      expect(left.at).toBe(`${portal}/?logout=1`);
      known.delete("noa");
      expect((await person.get(`${wiki}/start`)).status).toBe(302);
    });
  });

  test("a wiki that everybody reads has a member's name from the login on, and its own page for who is none", async () => {
    const stranger = await browser().get(`${open}/wiki:syntax`, { headers: withCookie });
    expect(stranger.text).toContain("do=login");
    expect(stranger.text).not.toContain("do=logout");
    const { page } = await loggedIn("lou", `${open}/wiki:syntax?do=login`);
    expect(page.text).toContain("lou Dûrand");
    const other = await loggedIn("alix", `${open}/wiki:syntax?do=login`);
    expect(other.page.text).not.toContain("do=logout");
    const after = await other.person.get(`${open}/wiki:syntax`);
    expect([after.status, after.text.includes("do=login")]).toEqual([200, true]);
  });

  test("a member of another association is refused, and nobody there", async () => {
    for (const [address, who] of [
      [`${blog}/wp-admin/`, "lou"],
      [`${wiki}/start`, "lou"],
      [`${blog}/wp-login.php`, "camille"],
    ] as const) {
      const { person, page } = await loggedIn(who, address);
      expect(page.text, address).toContain("réservée à d’autres personnes");
      expect((await person.get(`${blog}/`)).text).not.toMatch(/<body class="[^"]*\blogged-in\b/);
    }
  });

  describe("who says that they are somebody", () => {
    test("from outside is nobody", async () => {
      const home = await browser().get(`${blog}/`, { headers: withCookie });
      expect([home.status, /\blogged-in\b/.test(home.text)]).toEqual([200, false]);
      expect((await browser().get(`${blog}/wp-admin/`, { headers: forged })).status).toBe(302);
      const { person } = await loggedIn("alix", `${blog}/wp-login.php`);
      expect((await person.get(`${blog}/wp-admin/edit.php`, { headers: forged })).status).toBe(403);
    });

    test("from another pod of the same association reaches neither WordPress nor its front", async () => {
      const namespace = `${commune}-t-chorale`;
      const labelled = ["-l", "app.kubernetes.io/component=wordpress"];
      const [ip, server] = await Promise.all([
        town.podAddress(namespace, ...labelled),
        town.serviceAddress(`${commune}-login`, "login-check"),
      ]);
      const wordpress = { namespace, workload: "deployment/t-chorale-wordpress", container: "front" };
      const dokuwiki = { namespace, workload: "deployment/t-chorale-dokuwiki", container: "front" };
      const closed = [
        ...([8080, 8081] as const).map((port) => ({ from: dokuwiki, to: [ip, port] as const })),
        // On its own address the front alone listens, which sets these headers itself; the application is on the loopback.
        { from: wordpress, to: [ip, 8081] as const },
      ];
      const controls = [
        { from: wordpress, to: [ip, 8080] as const },
        { from: wordpress, to: ["127.0.0.1", 8081] as const },
        { from: dokuwiki, to: [server, 8081] as const },
      ];
      expect(await town.passed(closed, controls)).toEqual([]);
    });
  });

  test("a member who is taken out of the group is out, and their account opens nothing", async () => {
    const change = (how: "add" | "delete") =>
      town.directory.change(town.directory.membership(how, "alix", "t-chorale-members"));
    await change("delete");
    known.delete("alix");
    try {
      for (const address of [`${blog}/wp-admin/`, `${wiki}/start`])
        expect((await loggedIn("alix", address)).page.text).toContain("réservée à d’autres personnes");
    } finally {
      await change("add");
    }
    known.delete("alix");
    expect((await loggedIn("alix", `${wiki}/start`)).page.text).toContain("alix Dûrand");
  });
}
