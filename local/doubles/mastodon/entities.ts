import type { Id } from "./database.ts";
import { htmlOf } from "./html.ts";
import type { Site } from "./site.ts";
import { type Account, acctOf } from "./store/accounts.ts";
import { type Media, mediaKind } from "./store/media.ts";
import type { Status } from "./store/statuses.ts";

/** The JSON of an account. Source: app/serializers/rest/account_serializer.rb, v4.6.5. */
export async function accountEntity(account: Account, site: Site) {
  const { followers, following, statuses } = await site.accounts.counts(account.id);
  const missing = `${site.addresses.origin}/avatars/original/missing.png`;
  return {
    id: account.id,
    username: account.username,
    acct: acctOf(account),
    display_name: account.display_name,
    locked: account.locked,
    bot: account.actor_type === "Service" || account.actor_type === "Application",
    group: account.actor_type === "Group",
    created_at: account.created_at.toISOString(),
    note: account.domain === null ? htmlOf(account.note, site.addresses) : account.note,
    url: site.addresses.profile(account),
    uri: site.addresses.actor(account),
    avatar: missing,
    avatar_static: missing,
    header: missing,
    header_static: missing,
    followers_count: followers,
    following_count: following,
    statuses_count: statuses,
    emojis: [],
    fields: [],
  };
}

/** The JSON of an attachment. Source: app/serializers/rest/media_attachment_serializer.rb, v4.6.5. */
export function mediaEntity(media: Media, site: Site) {
  const url = site.addresses.media(media);
  return {
    id: media.id,
    type: mediaKind(media.file_content_type),
    url,
    preview_url: url,
    remote_url: media.remote_url || null,
    meta: {},
    description: media.description,
    blurhash: null,
  };
}

/** The JSON of posts, in their order. Source: app/serializers/rest/status_serializer.rb, v4.6.5. */
export async function statusEntities(statuses: Status[], site: Site) {
  const authors = await site.accounts.byIds([...new Set(statuses.map((status) => status.account_id))]);
  const media = await site.media.ofStatuses(statuses.map(({ id }) => id));
  const entities = await Promise.all(
    statuses.map((status) => {
      const author = authors.get(status.account_id);
      return author ? statusEntity(status, author, media.get(status.id) ?? [], site) : undefined;
    }),
  );
  return entities.filter((entity) => entity !== undefined);
}

/** The JSON of one post. */
export async function statusEntityOf(status: Status, site: Site) {
  const [entity] = await statusEntities([status], site);
  if (!entity) throw new Error(`the author of the status ${status.id} is gone`);
  return entity;
}

async function statusEntity(status: Status, author: Account, media: Media[], site: Site) {
  return {
    id: status.id,
    created_at: status.created_at.toISOString(),
    in_reply_to_id: status.in_reply_to_id,
    in_reply_to_account_id: null,
    sensitive: status.sensitive,
    spoiler_text: status.spoiler_text,
    visibility: status.visibility,
    language: status.language,
    uri: site.addresses.statusUri(status, author),
    url: site.addresses.statusPage(status, author),
    replies_count: 0,
    reblogs_count: 0,
    favourites_count: 0,
    quotes_count: 0,
    edited_at: null,
    content: htmlOf(status.text, site.addresses),
    reblog: null,
    account: await accountEntity(author, site),
    media_attachments: media.map((each) => mediaEntity(each, site)),
    mentions: [],
    tags: status.tags.map((name) => ({ name, url: site.addresses.tag(name) })),
    emojis: [],
    card: null,
    poll: null,
  };
}

/** The JSON of what one account is to others. Source: app/serializers/rest/relationship_serializer.rb. */
export async function relationshipEntities(account: Id, targets: Id[], site: Site) {
  const relationships = await site.follows.relationships(account, targets);
  return relationships.map((relationship) => ({
    ...relationship,
    showing_reblogs: relationship.following,
    notifying: false,
    languages: null,
    blocking: false,
    blocked_by: false,
    muting: false,
    muting_notifications: false,
    domain_blocking: false,
    endorsed: false,
    note: "",
  }));
}
