import { describe, expect, test } from "vitest";
import { clubName } from "../letters/town.ts";
import type { AssociationsTown } from "./town.ts";

/** Name of the database of an association's WordPress. */
export async function databaseOf(town: AssociationsTown, id: string): Promise<string> {
  const words = ["get", "configmap", "-n", `${town.commune}-t-${id}`, `t-${id}-wordpress`, "--output=json"];
  const { data } = JSON.parse((await town.kubectl(words)).said) as { data: Record<string, string> };
  return /'DB_NAME', '(t[0-9a-f]{20})'/.exec(data["wp-config.php"] ?? "")?.[1] ?? "";
}

/** WordPress of an association on the commune's MariaDB, with an account of its own. */
export function wordpress(town: AssociationsTown): void {
  const { commune, associations } = town;

  describe("an association with WordPress", () => {
    const site = `https://judo.${associations}`;
    const inJudo = ["-n", `${commune}-t-judo`];
    let cookie = "";
    const login = (user: string, pwd: string) =>
      town.asked(`${site}/wp-login.php`, {
        method: "POST",
        headers: {
          "content-type": "application/x-www-form-urlencoded",
          cookie: "wordpress_test_cookie=WP%20Cookie%20check",
        },
        body: new URLSearchParams({ log: user, pwd, testcookie: "1" }).toString(),
      });

    test("has a site with its name, in French, that asks nobody else for anything", async () => {
      const home = async () => (await town.asked(`${site}/`)).status;
      await expect.poll(home, { timeout: 60_000, interval: 1000 }).toBe(200);
      const page = await (await town.asked(`${site}/`)).text();
      expect(page).toContain(`<title>${clubName("judo")}</title>`);
      expect(page).toContain('lang="fr-FR"');
      const fetched = [...page.matchAll(/<(?:script|img|link)[^>]*?(?:src|href)=["'](https?:[^"']+)/g)];
      expect(fetched.length).toBeGreaterThan(3);
      const strangers = fetched.map(([, address = ""]) => new URL(address).host);
      expect(new Set(strangers)).toEqual(new Set([`judo.${associations}`]));
      for (const path of ["xmlrpc.php", "wp-cron.php", "wp-admin/install.php", "wp-json/wp/v2/users", ".env"])
        expect((await town.asked(`${site}/${path}`)).status, path).toBe(404);
    });

    test("has an administrator who logs in, and cannot change the site's code", async () => {
      const { user, password } = await town.account("judo", "wordpress");
      const refused = await login(user, "wrong");
      expect(refused.headers.getSetCookie().join()).not.toContain("wordpress_logged_in");
      const cookies = (await login(user, password)).headers.getSetCookie();
      expect(cookies.join("\n")).toMatch(/wordpress_logged_in[^\n]*; secure; HttpOnly/i);
      cookie = cookies.map((each) => each.split(";")[0]).join("; ");
      const admin = async (path: string) => town.asked(`${site}/wp-admin/${path}`, { headers: { cookie } });
      expect(await (await admin("")).text()).toContain("Tableau de bord");
      expect((await admin("plugin-install.php")).status).toBe(403);
      expect((await admin("update-core.php")).status).not.toBe(302);
    });

    test("keeps a post and its picture when its pod and the database server's are deleted", async () => {
      const nonce = await (
        await town.asked(`${site}/wp-admin/admin-ajax.php?action=rest-nonce`, { headers: { cookie } })
      ).text();
      const picture = Buffer.from(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
        "base64",
      );
      const sent = async (path: string, type: string, body: Buffer | string, more = {}) => {
        const headers = { cookie, "x-wp-nonce": nonce, "content-type": type, ...more };
        const answer = await town.asked(`${site}/wp-json/wp/v2/${path}`, { method: "POST", headers, body });
        expect(answer.status, path).toBe(201);
        return (await answer.json()) as { id: number; source_url: string; link: string };
      };
      const name = { "content-disposition": "attachment; filename=concert.png" };
      const { id, source_url: address } = await sent("media", "image/png", picture, name);
      const post = {
        title: "Concert",
        content: `Venez. <img src="${address}">`,
        status: "publish",
        featured_media: id,
      };
      const { link } = await sent("posts", "application/json", JSON.stringify(post));

      const server = ["-n", `${commune}-mariadb`];
      const deleted = await Promise.all([
        town.kubectl(["delete", "pod", ...inJudo, "-l", "app.kubernetes.io/component=wordpress"]),
        town.kubectl(["delete", "pod", ...server, "mariadb-0"]),
      ]);
      for (const { all } of deleted) expect(all).toMatch(/^pod "[^"]+" deleted/);
      await town.kubectl(["rollout", "status", ...server, "statefulset/mariadb", "--timeout=120s"]);
      await town.kubectl(["rollout", "status", ...inJudo, "deployment/t-judo-wordpress", "--timeout=120s"]);
      const status = async () => (await town.asked(link)).status;
      await expect.poll(status, { timeout: 60_000, interval: 1000 }).toBe(200);
      expect(await (await town.asked(link)).text()).toContain(address);
      const kept = await town.asked(address);
      expect(Buffer.from(await kept.arrayBuffer()).equals(picture)).toBe(true);
    });

    test("can be copied by hand, as docs/tenants.md says", async () => {
      const script = `MYSQL_PWD=$(cat /run/secrets/mariadb/password) mariadb-dump --socket=/run/mysqld/mysqld.sock --user=root --single-transaction "$0"`;
      const pod = [
        "exec",
        "-n",
        `${commune}-mariadb`,
        "mariadb-0",
        "-c",
        "mariadb",
        "--",
        "bash",
        "-c",
        script,
      ];
      expect((await town.kubectl([...pod, await databaseOf(town, "judo")])).said).toContain(
        "INSERT INTO `wp_posts`",
      );
      const files = ["exec", ...inJudo, "deployment/t-judo-wordpress", "-c", "wordpress", "--"];
      const tar = ["tar", "-C", "/usr/src/wordpress/wp-content", "-c", "uploads"];
      expect((await town.kubectl([...files, ...tar])).said).toContain("concert.png");
    });

    test("has its timed job, which reaches the database from a pod of its own", async () => {
      await town.kubectl(["create", "job", ...inJudo, "--from=cronjob/t-judo-wordpress-events", "now"]);
      const { all, exitCode } = await town.kubectl([
        "wait",
        ...inJudo,
        "job/now",
        "--for=condition=Complete",
        "--timeout=60s",
      ]);
      expect(exitCode, all).toBe(0);
      await town.kubectl(["delete", "job", ...inJudo, "now"]);
    });
  });
}
