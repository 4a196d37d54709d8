import { readFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { mediaFolder } from "../home.ts";
import { escaped, htmlOf } from "../html.ts";
import type { Site } from "../site.ts";
import type { Account } from "../store/accounts.ts";
import { mediaKind } from "../store/media.ts";
import { siteSettings } from "../store/settings.ts";
import type { Status } from "../store/statuses.ts";
import { apiError, limitOf, type Request, routes } from "./kernel.ts";
import { rss } from "./rss.ts";

/** Pages and feeds for people without an account. */
export const pageRoutes = routes();

/** Throws the redirect to sign-in where upstream shows nothing to strangers. */
function requireOpen(c: Request): Response | undefined {
  const { settings } = c.get("site").services;
  return settings.limitedFederation ? c.redirect("/auth/sign_in", 302) : undefined;
}

async function page(c: Request, title: string, body: string): Promise<Response> {
  const said = await siteSettings(c.get("site").services.pool);
  const robots = said.noindex ? '<meta name="robots" content="noindex">' : "";
  return c.html(
    `<!doctype html><html lang="${escaped(process.env.DEFAULT_LOCALE || "en")}"><head><meta charset="utf-8">${robots}<title>${escaped(title)} - ${escaped(String(said.site_title))}</title></head><body><h1>${escaped(title)}</h1>${body}<footer>Mastodon (double) ${c.get("site").services.version}</footer></body></html>`,
  );
}

async function articles(statuses: Status[], site: Site): Promise<string> {
  const authors = await site.accounts.byIds(statuses.map((status) => status.account_id));
  const media = await site.media.ofStatuses(statuses.map(({ id }) => id));
  return statuses
    .map((status) => {
      const author = authors.get(status.account_id);
      if (!author) return "";
      const files = (media.get(status.id) ?? []).map((each) => {
        const label = escaped(each.description ?? mediaKind(each.file_content_type));
        return `<p><a href="${escaped(site.addresses.media(each))}">${label}</a></p>`;
      });
      const date = status.created_at.toISOString();
      const link = `<a href="${escaped(site.addresses.statusPage(status, author))}"><time>${date}</time></a>`;
      return `<article>${htmlOf(status.text, site.addresses)}${files.join("")}${link}</article>`;
    })
    .join("");
}

async function local(c: Request, username: string): Promise<Account> {
  const account = await c.get("site").accounts.findLocal(username);
  if (!account || account.suspended_at !== null) throw apiError(404, "Record not found");
  return account;
}

pageRoutes.get("/about", async (c) => {
  const said = await siteSettings(c.get("site").services.pool);
  return page(c, "About", `<p>${escaped(String(said.site_short_description))}</p>`);
});

pageRoutes.get("/", async (c) => {
  const closed = requireOpen(c);
  if (closed) return closed;
  const site = c.get("site");
  return page(
    c,
    site.services.settings.localDomain,
    await articles(await site.statuses.timeline({ local: true, limit: 20 }), site),
  );
});

pageRoutes.get("/public/local", (c) => c.redirect("/", 302));

pageRoutes.get("/tags/:name{.+\\.rss}", async (c) => {
  const site = c.get("site");
  const closed = requireOpen(c);
  if (closed) return closed;
  const tag = c.req.param("name").replace(/\.rss$/, "");
  const onlyLocal = c.req.query("local") === "true";
  const statuses = await site.statuses.timeline({ tag, local: onlyLocal, limit: limitOf(c, 20, 200) });
  const link = site.addresses.tag(tag);
  return rss(c, { title: `#${tag}`, description: `Public posts tagged #${tag}`, link }, statuses);
});

pageRoutes.get("/tags/:name", async (c) => {
  const site = c.get("site");
  const closed = requireOpen(c);
  if (closed) return closed;
  const tag = c.req.param("name");
  return page(c, `#${tag}`, await articles(await site.statuses.timeline({ tag, limit: 20 }), site));
});

pageRoutes.get("/:handle{@[A-Za-z0-9_]+\\.rss}", async (c) => {
  const site = c.get("site");
  const closed = requireOpen(c);
  if (closed) return closed;
  const account = await local(
    c,
    c.req
      .param("handle")
      .slice(1)
      .replace(/\.rss$/, ""),
  );
  const statuses = await site.statuses.timeline({ account: account.id, limit: limitOf(c, 20, 200) });
  const title = account.display_name || account.username;
  const description = `Public posts from @${account.username}@${site.services.settings.localDomain}`;
  return rss(c, { title, description, link: site.addresses.profile(account) }, statuses);
});

pageRoutes.get("/:handle{@[A-Za-z0-9_]+}", async (c) => {
  const site = c.get("site");
  const closed = requireOpen(c);
  if (closed) return closed;
  const account = await local(c, c.req.param("handle").slice(1));
  const statuses = await site.statuses.timeline({ account: account.id, limit: 20 });
  return page(c, account.display_name || account.username, await articles(statuses, site));
});

pageRoutes.get("/:handle{@[A-Za-z0-9_]+}/:id{\\d+}", async (c) => {
  const site = c.get("site");
  const closed = requireOpen(c);
  if (closed) return closed;
  const account = await local(c, c.req.param("handle").slice(1));
  const status = await site.statuses.find(c.req.param("id"));
  const open = status?.visibility === "public" || status?.visibility === "unlisted";
  if (!status || status.account_id !== account.id || !open) throw apiError(404, "Record not found");
  return page(c, account.display_name || account.username, await articles([status], site));
});

pageRoutes.get("/system/*", async (c) => {
  const path = normalize(decodeURIComponent(c.req.path.replace(/^\/system\//, "/")));
  const { rows } = await c
    .get("site")
    .services.pool.query<{ type: string }>(
      "SELECT file_content_type AS type FROM media_attachments WHERE file_file_name = $1",
      [path.split("/").at(-1)],
    );
  const bytes = rows[0] ? await readFile(join(mediaFolder, path)).catch(() => undefined) : undefined;
  if (!bytes || !rows[0]) return c.text("", 404);
  const headers = { "content-type": rows[0].type, "cache-control": "public, max-age=2419200, immutable" };
  return c.body(new Uint8Array(bytes), 200, headers);
});
