import { mediaEntity, statusEntities, statusEntityOf } from "../entities.ts";
import { homeFeed } from "../feeds.ts";
import { acceptedTypes } from "../store/media.ts";
import { siteSettings } from "../store/settings.ts";
import { type Status, tagsIn, type Visibility } from "../store/statuses.ts";
import {
  apiError,
  fields,
  limitOf,
  type Request,
  requireAccount,
  requireReader,
  routes,
  text,
  texts,
  yes,
} from "./kernel.ts";

/** Letters that a post may have, and attachments. Source: StatusLengthValidator and Status of v4.6.5. */
const longest = 500;
const mostMedia = 4;

const visibilities: Visibility[] = ["public", "unlisted", "private", "direct"];

/** Posts, their media and their timelines. */
export const statusRoutes = routes();

statusRoutes.post("/api/v1/statuses", async (c) => {
  const site = c.get("site");
  const account = requireAccount(c, "write:statuses");
  const key = c.req.header("idempotency-key");
  const seen = key && `idempotency:status:${account.id}:${key}`;
  const before = seen ? await site.services.redis.get(seen) : null;
  const known = before === null ? undefined : await site.statuses.find(before);
  if (known) return c.json(await statusEntityOf(known, site));
  const status = await create(c, account.id);
  if (seen) await site.services.redis.set(seen, status.id, "EX", 3600);
  await site.services.jobs.enqueue("default", "DistributionWorker", { status: status.id });
  return c.json(await statusEntityOf(status, site));
});

async function create(c: Request, account: string): Promise<Status> {
  const site = c.get("site");
  const body = await fields(c);
  const words = text(body, "status") ?? "";
  const media = texts(body, "media_ids");
  const visibility = visibilities.find((each) => each === (text(body, "visibility") ?? "public"));
  if (!visibility) throw apiError(422, "Validation failed: Visibility is not included in the list");
  if (words.trim() === "" && media.length === 0)
    throw apiError(422, "Validation failed: Text can't be blank");
  if ([...words].length > longest) {
    throw apiError(422, `Validation failed: Text character limit of ${longest} exceeded`);
  }
  if (media.length > mostMedia)
    throw apiError(422, `Validation failed: Cannot attach more than ${mostMedia} files`);
  for (const id of media) {
    if (!(await site.media.find(id, account)))
      throw apiError(422, `Validation failed: Media ${id} not found`);
  }
  return site.statuses.create({
    account_id: account,
    text: words,
    visibility,
    local: true,
    spoiler_text: text(body, "spoiler_text") ?? "",
    sensitive: yes(body.sensitive),
    language: text(body, "language") ?? null,
    in_reply_to_id: text(body, "in_reply_to_id") || null,
    tags: tagsIn(words),
    media,
  });
}

/** The post of an address, when the one who asks may read it. Throws 404. */
async function readable(c: Request): Promise<Status> {
  const status = await c.get("site").statuses.find(c.req.param("id") ?? "");
  const own = status && c.get("bearer")?.account?.id === status.account_id;
  const open = status?.visibility === "public" || status?.visibility === "unlisted";
  if (!status || !(open || own)) throw apiError(404, "Record not found");
  return status;
}

statusRoutes.get("/api/v1/statuses/:id", async (c) => {
  requireReader(c, "read:statuses");
  return c.json(await statusEntityOf(await readable(c), c.get("site")));
});

statusRoutes.delete("/api/v1/statuses/:id", async (c) => {
  const site = c.get("site");
  const account = requireAccount(c, "write:statuses");
  const status = await readable(c);
  if (status.account_id !== account.id) throw apiError(404, "Record not found");
  const entity = await statusEntityOf(status, site);
  await site.statuses.remove(status.id);
  await site.services.jobs.enqueue("default", "RemovalWorker", { status });
  return c.json({ ...entity, text: status.text });
});

const upload = async (c: Request) => {
  const site = c.get("site");
  const account = requireAccount(c, "write:media");
  const body = await fields(c);
  if (!(body.file instanceof File)) throw apiError(422, "Validation failed: File can't be blank");
  if (!acceptedTypes.includes(body.file.type)) {
    throw apiError(422, "Validation failed: File content type is invalid, File is invalid");
  }
  const media = await site.media.create(account.id, body.file, text(body, "description") ?? null);
  return c.json(mediaEntity(media, site));
};
statusRoutes.post("/api/v1/media", upload);
statusRoutes.post("/api/v2/media", upload);

statusRoutes.get("/api/v1/media/:id", async (c) => {
  const account = requireAccount(c, "write:media");
  const media = await c.get("site").media.find(c.req.param("id"), account.id);
  if (!media) throw apiError(404, "Record not found");
  return c.json(mediaEntity(media, c.get("site")));
});

/**
 * Returns the posts of a feed that the one who asks may see, by the settings `<local|remote>_<kind>_feed_access`.
 * Throws as upstream if it is none of those asked for.
 */
async function visibleParts(c: Request, kind: "live" | "topic") {
  requireReader(c, "read:statuses");
  const settings = await siteSettings(c.get("site").services.pool);
  const known = c.get("bearer")?.account !== undefined;
  const allowed = (place: "local" | "remote") => {
    const access = settings[`${place}_${kind}_feed_access`];
    return access === "public" || (access === "authenticated" && known);
  };
  const askedLocal = yes(c.req.query("local"));
  const askedRemote = yes(c.req.query("remote"));
  const local = !askedRemote && allowed("local");
  const remote = !askedLocal && allowed("remote");
  if (!local && !remote) throw apiError(401, "This method requires an authenticated user");
  return { local: local && !remote, remote: remote && !local };
}

const page = (c: Request) => ({ maxId: c.req.query("max_id"), sinceId: c.req.query("since_id") });

statusRoutes.get("/api/v1/timelines/public", async (c) => {
  const parts = await visibleParts(c, "live");
  const site = c.get("site");
  const statuses = await site.statuses.timeline({ ...parts, ...page(c), limit: limitOf(c, 20, 40) });
  return c.json(await statusEntities(statuses, site));
});

statusRoutes.get("/api/v1/timelines/tag/:tag", async (c) => {
  const parts = await visibleParts(c, "topic");
  const site = c.get("site");
  const tag = c.req.param("tag");
  const statuses = await site.statuses.timeline({ ...parts, ...page(c), tag, limit: limitOf(c, 20, 40) });
  return c.json(await statusEntities(statuses, site));
});

statusRoutes.get("/api/v1/timelines/home", async (c) => {
  const site = c.get("site");
  const account = requireAccount(c, "read:statuses");
  return c.json(await statusEntities(await homeFeed(account.id, limitOf(c, 20, 40), site), site));
});
