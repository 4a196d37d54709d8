import { accountEntity } from "../entities.ts";
import { livingWorkers } from "../processes.ts";
import { withoutWorker } from "../queues.ts";
import type { Site } from "../site.ts";
import { acceptedTypes } from "../store/media.ts";
import { siteSettings } from "../store/settings.ts";
import { requireReader, routes } from "./kernel.ts";

/** Routes on which the server describes itself. */
export const instanceRoutes = routes();

async function usage(site: Site): Promise<{ users: number; statuses: number; active: number }> {
  const { rows } = await site.services.pool.query(
    `SELECT (SELECT count(*) FROM users WHERE confirmed_at IS NOT NULL)::int AS users,
            (SELECT count(*) FROM statuses WHERE local AND deleted_at IS NULL)::int AS statuses,
            (SELECT count(DISTINCT account_id) FROM statuses
             WHERE local AND created_at > now() - interval '4 weeks')::int AS active`,
  );
  return rows[0];
}

instanceRoutes.get("/api/v2/instance", async (c) => {
  const site = c.get("site");
  const { settings, pool, version } = site.services;
  if (settings.limitedFederation) requireReader(c);
  const said = await siteSettings(pool);
  const contact = await site.accounts.findLocal(String(said.site_contact_username));
  const mode = said.registrations_mode;
  return c.json({
    domain: settings.localDomain,
    title: said.site_title,
    version,
    source_url: "https://github.com/mastodon/mastodon",
    description: said.site_short_description,
    usage: { users: { active_month: (await usage(site)).active } },
    languages: [process.env.DEFAULT_LOCALE || "en"],
    configuration: {
      urls: {
        streaming: settings.streamingBaseUrl,
        status: said.status_page_url,
        about: `${site.addresses.origin}/about`,
        privacy_policy: `${site.addresses.origin}/privacy-policy`,
        terms_of_service: null,
      },
      vapid: { public_key: settings.vapid.publicKey },
      statuses: { max_characters: 500, max_media_attachments: 4, characters_reserved_per_url: 23 },
      media_attachments: { supported_mime_types: acceptedTypes, description_limit: 1500 },
      timelines_access: {
        live_feeds: { local: said.local_live_feed_access, remote: said.remote_live_feed_access },
        hashtag_feeds: { local: said.local_topic_feed_access, remote: said.remote_topic_feed_access },
      },
      limited_federation: settings.limitedFederation,
    },
    registrations: {
      enabled: mode !== "none",
      approval_required: mode === "approved",
      message: mode === "none" ? said.closed_registrations_message || null : null,
      url: process.env.SSO_ACCOUNT_SIGN_UP ?? null,
    },
    contact: {
      email: said.site_contact_email,
      account: contact ? await accountEntity(contact, site) : null,
    },
    rules: [],
  });
});

instanceRoutes.get("/.well-known/nodeinfo", (c) =>
  c.json({
    links: [
      {
        rel: "http://nodeinfo.diaspora.software/ns/schema/2.0",
        href: `${c.get("site").addresses.origin}/nodeinfo/2.0`,
      },
    ],
  }),
);

instanceRoutes.get("/nodeinfo/2.0", async (c) => {
  const site = c.get("site");
  const said = await siteSettings(site.services.pool);
  const { users, statuses, active } = await usage(site);
  return c.json({
    version: "2.0",
    software: { name: "mastodon", version: site.services.version },
    protocols: ["activitypub"],
    services: { outbound: [], inbound: [] },
    usage: { users: { total: users, activeMonth: active, activeHalfyear: active }, localPosts: statuses },
    openRegistrations: said.registrations_mode !== "none",
    metadata: { nodeName: said.site_title, nodeDescription: said.site_short_description },
  });
});

instanceRoutes.get("/.well-known/host-meta", (c) => {
  const template = `${c.get("site").addresses.origin}/.well-known/webfinger?resource={uri}`;
  return c.body(
    `<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd" template="${template}"/></XRD>\n`,
    200,
    { "content-type": "application/xrd+xml; charset=utf-8" },
  );
});

/** The double's own page: what upstream tells its administrators on a page that needs sign-in. */
instanceRoutes.get("/double/checks", async (c) => {
  const { redis, jobs } = c.get("site").services;
  const workers = await livingWorkers(redis);
  const missing = withoutWorker(workers);
  const waiting = await Promise.all(missing.map(async (name) => [name, await jobs.size(name)]));
  return c.json({ workers, queues_without_worker: missing, waiting: Object.fromEntries(waiting) });
});
