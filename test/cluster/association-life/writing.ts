import { expect } from "vitest";
import { commune, type Town } from "./town.ts";

/** A picture of one point. */
export const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** Logs in to the site with the account that the stack tells. Returns the headers of the session. */
async function loggedIn(town: Town): Promise<{ cookie: string; "x-wp-nonce": string }> {
  const words = ["stack", "output", "tenants", "--show-secrets", "--json", "-s", commune];
  const { user, password } = JSON.parse(await town.project.succeed(...words)).chorale.wordpress.account as {
    user: string;
    password: string;
  };
  const login = await town.asked(`${town.site}/wp-login.php`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      cookie: "wordpress_test_cookie=WP%20Cookie%20check",
    },
    body: new URLSearchParams({ log: user, pwd: password, testcookie: "1" }).toString(),
  });
  const cookie = login.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const nonce = await town.asked(`${town.site}/wp-admin/admin-ajax.php?action=rest-nonce`, {
    headers: { cookie },
  });
  return { cookie, "x-wp-nonce": await nonce.text() };
}

/** Has the association write a post with its picture, by the site's own interface, a page of its wiki, and an event. */
export async function write(town: Town): Promise<void> {
  const session = await loggedIn(town);
  const sent = async (path: string, type: string, body: Buffer | string, more = {}) => {
    const headers = { ...session, "content-type": type, ...more };
    const answer = await town.asked(`${town.site}/wp-json/wp/v2/${path}`, { method: "POST", headers, body });
    expect(answer.status, path).toBe(201);
    return (await answer.json()) as { id: number; source_url: string; link: string };
  };
  const name = { "content-disposition": "attachment; filename=concert.png" };
  const media = await sent("media", "image/png", picture, name);
  const content = `Venez à l’été. <img src="${media.source_url}">`;
  const written = { title: "Concert d’été", content, status: "publish", featured_media: media.id };
  town.post = (await sent("posts", "application/json", JSON.stringify(written))).link;
  // What WordPress leaves to its next cron (pings) is done now: within a test it would change rows.
  await town.inPod("wordpress", "php /usr/src/wordpress/wp-cron.php");
  const database = town.database("chorale", "wordpress");
  const left = "SELECT meta_key FROM wp_postmeta WHERE meta_key LIKE '\\_%me'";
  expect(await town.mariadb(left, { database })).toBe("");
  await town.inPod(
    "dokuwiki",
    "printf '====== Répétitions ======\\nLe mardi.\\n' > /storage/data/pages/repetitions.txt",
  );
  await town.postgresql(
    "chorale",
    "INSERT INTO events (title, place) VALUES ('Concert d’été', ST_SetSRID(ST_MakePoint(4.88, 45.77), 4326))",
  );
}
