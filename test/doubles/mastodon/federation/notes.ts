import {
  type Context,
  Create,
  Delete,
  Document,
  Hashtag,
  Note,
  PUBLIC_COLLECTION,
  Tombstone,
} from "@fedify/fedify";
import { htmlOf, withoutMarkup } from "../html.ts";
import type { Site } from "../site.ts";
import type { Account } from "../store/accounts.ts";
import type { NewStatus, Status, Visibility } from "../store/statuses.ts";

/** The moment of a date. Node 20 has no Temporal of its own: fedify's comes out of what fedify reads. */
async function instant(date: Date) {
  const published = date.toISOString();
  const read = await Note.fromJsonLd({
    "@context": "https://www.w3.org/ns/activitystreams",
    type: "Note",
    published,
  });
  return read.published;
}

/** To whom a post is addressed. Source: app/lib/activitypub/tag_manager.rb. */
function audience(visibility: Visibility, author: Account, ctx: Context<Site>): { tos: URL[]; ccs: URL[] } {
  const followers = ctx.getFollowersUri(author.username);
  if (visibility === "public") return { tos: [PUBLIC_COLLECTION], ccs: [followers] };
  if (visibility === "unlisted") return { tos: [followers], ccs: [PUBLIC_COLLECTION] };
  return { tos: visibility === "private" ? [followers] : [], ccs: [] };
}

/** A post of this server, as other servers read it. */
export async function noteOf(status: Status, author: Account, ctx: Context<Site>): Promise<Note> {
  const site = ctx.data;
  const files = (await site.media.ofStatuses([status.id])).get(status.id) ?? [];
  const parent = status.in_reply_to_id ? await site.statuses.find(status.in_reply_to_id) : undefined;
  const parentAuthor = parent && (await site.accounts.find(parent.account_id));
  return new Note({
    id: new URL(site.addresses.note(author.username, status.id)),
    attribution: ctx.getActorUri(author.username),
    ...audience(status.visibility, author, ctx),
    content: htmlOf(status.text, site.addresses),
    summary: status.spoiler_text || null,
    sensitive: status.sensitive,
    published: await instant(status.created_at),
    url: new URL(site.addresses.statusPage(status, author)),
    replyTarget: parent && parentAuthor ? new URL(site.addresses.statusUri(parent, parentAuthor)) : null,
    tags: status.tags.map((tag) => new Hashtag({ name: `#${tag}`, href: new URL(site.addresses.tag(tag)) })),
    attachments: files.map(
      (file) =>
        new Document({
          url: new URL(site.addresses.media(file)),
          mediaType: file.file_content_type,
          name: file.description,
        }),
    ),
  });
}

/** The activity that announces a new post. */
export async function createOf(status: Status, author: Account, ctx: Context<Site>): Promise<Create> {
  const object = await noteOf(status, author, ctx);
  return new Create({
    id: new URL(`${ctx.data.addresses.note(author.username, status.id)}/activity`),
    actor: ctx.getActorUri(author.username),
    object,
    ...audience(status.visibility, author, ctx),
    published: object.published,
  });
}

/** The activity that tells that a post is gone. */
export function deleteOf(status: Status, author: Account, ctx: Context<Site>): Delete {
  const id = ctx.data.addresses.note(author.username, status.id);
  return new Delete({
    id: new URL(`${id}#delete`),
    actor: ctx.getActorUri(author.username),
    object: new Tombstone({ id: new URL(id) }),
    to: PUBLIC_COLLECTION,
  });
}

/** Returns what is kept of another server's post, and the addresses of its files. */
export async function statusOf(
  note: Note,
  author: Account,
): Promise<{ status: NewStatus & { uri: string }; files: { url: string; type: string | null }[] }> {
  const open = PUBLIC_COLLECTION.href;
  const within = (list: URL[]) => list.some(({ href }) => href === open);
  const followers = [...note.toIds, ...note.ccIds].some(({ href }) => href === author.followers_url);
  const tags: string[] = [];
  for await (const tag of note.getTags()) {
    if (tag instanceof Hashtag && tag.name) tags.push(String(tag.name).replace(/^#/, "").toLowerCase());
  }
  const files: { url: string; type: string | null }[] = [];
  for await (const file of note.getAttachments()) {
    if (file instanceof Document && file.url instanceof URL) {
      files.push({ url: file.url.href, type: file.mediaType });
    }
  }
  const visibility = within(note.toIds)
    ? "public"
    : within(note.ccIds)
      ? "unlisted"
      : followers
        ? "private"
        : "direct";
  const status = {
    account_id: author.id,
    uri: note.id?.href ?? "",
    url: note.url instanceof URL ? note.url.href : null,
    text: withoutMarkup(String(note.content ?? "")),
    spoiler_text: String(note.summary ?? ""),
    sensitive: note.sensitive ?? false,
    visibility: visibility as Visibility,
    local: false,
    tags: [...new Set(tags)],
    ...(note.published && { created_at: new Date(note.published.epochMilliseconds) }),
  };
  return { status, files };
}
