import type { Pool } from "pg";

/**
 * The settings that live in the database, with their defaults.
 * Source: config/settings.yml and Form::AdminSettings::KEYS (those without a default) of v4.6.5.
 */
export const settingDefaults: Record<string, unknown> = {
  site_title: "Mastodon",
  site_short_description: "",
  site_description: "",
  site_extended_description: "",
  site_terms: "",
  site_contact_username: "",
  site_contact_email: "",
  registrations_mode: "none",
  profile_directory: true,
  closed_registrations_message: "",
  local_live_feed_access: "public",
  remote_live_feed_access: "public",
  local_topic_feed_access: "public",
  remote_topic_feed_access: "public",
  show_staff_badge: true,
  preview_sensitive_media: false,
  noindex: false,
  theme: "default",
  thumbnail_description: "",
  trends: true,
  trendable_by_default: false,
  disallowed_hashtags: null,
  bootstrap_timeline_accounts: "",
  activity_api_enabled: true,
  peers_api_enabled: true,
  show_domain_blocks: "disabled",
  show_domain_blocks_rationale: "disabled",
  require_invite_text: false,
  backups_retention_period: 7,
  captcha_enabled: false,
  allow_referrer_origin: false,
  landing_page: "trends",
  wrapstodon: true,
  custom_css: null,
  thumbnail: null,
  mascot: null,
  media_cache_retention_period: null,
  content_cache_retention_period: null,
  status_page_url: null,
  authorized_fetch: null,
  app_icon: null,
  favicon: null,
  min_age: null,
  email_footer_text: null,
};

/** The settings of this server: what the database says, or the default. Values are kept as JSON. */
export async function siteSettings(pool: Pool): Promise<Record<string, unknown>> {
  const { rows } = await pool.query<{ var: string; value: string }>("SELECT var, value FROM settings");
  const said = rows.map(({ var: name, value }) => [name, JSON.parse(value) as unknown]);
  return { ...settingDefaults, ...Object.fromEntries(said) };
}
