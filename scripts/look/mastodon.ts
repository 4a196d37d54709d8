import { randomBytes } from "node:crypto";
import { request } from "undici";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { agentFor, type Doorway } from "./doorway.ts";

/** Result of a look at a Mastodon. */
export interface MastodonLook {
  /** HTTP status of the public page. */
  status: number;
  version: string;
  /** Address of the feed in which a new post was read without an account. */
  feed: string;
}

/**
 * Looks at a Mastodon as its owner and as a passer-by would: writes a post, reads it back without an account, by
 * its own address and in the owner's RSS feed, and removes it.
 *
 * @param url public address, `https://social.villeurbanne.test`.
 * @param owner name of the account that writes.
 * @param token an access token of that account with the scope `write`.
 * @throws when a page is not public or the post differs.
 */
export async function lookAtMastodon(
  url: string,
  { owner, token }: { owner: string; token: string },
  doorway: Doorway,
): Promise<MastodonLook> {
  const dispatcher = agentFor(doorway);
  const authorized = { authorization: `Bearer ${token}` };
  try {
    const page = await request(`${url}/about`, { dispatcher });
    await page.body.dump();
    if (page.statusCode !== 200)
      throw new TranslatedError({
        en: `${url}/about answered ${page.statusCode}, not 200.`,
        fr: `${url}/about a répondu ${page.statusCode}, pas 200.`,
      });
    const instance = await request(`${url}/api/v2/instance`, { dispatcher });
    const { version } = (await instance.body.json()) as { version: string };

    const text = `Essai ${randomBytes(6).toString("hex")}`;
    const post = await request(`${url}/api/v1/statuses`, {
      dispatcher,
      method: "POST",
      headers: { ...authorized, "content-type": "application/json" },
      body: JSON.stringify({ status: text, visibility: "public" }),
    });
    if (post.statusCode !== 200) {
      throw new Error(`POST ${url}/api/v1/statuses answered ${post.statusCode}: ${await post.body.text()}`);
    }
    const { id } = (await post.body.json()) as { id: string };
    const status = `${url}/api/v1/statuses/${id}`;
    const read = await request(status, { dispatcher });
    const { content } = (await read.body.json()) as { content: string };
    const feed = `${url}/@${owner}.rss`;
    const rss = await request(feed, { dispatcher });
    const listed = (await rss.body.text()).includes(text);
    const removed = await request(status, { dispatcher, method: "DELETE", headers: authorized });
    await removed.body.dump();
    if (!content.includes(text))
      throw new TranslatedError({
        en: `GET ${status} gave another text than was posted.`,
        fr: `GET ${status} a donné un autre texte que celui envoyé.`,
      });
    if (!listed)
      throw new TranslatedError({
        en: `${feed} answered ${rss.statusCode} without the new post.`,
        fr: `${feed} a répondu ${rss.statusCode} sans le nouveau message.`,
      });
    if (removed.statusCode !== 200)
      throw new TranslatedError({
        en: `DELETE ${status} answered ${removed.statusCode}, not 200.`,
        fr: `DELETE ${status} a répondu ${removed.statusCode}, pas 200.`,
      });
    return { status: page.statusCode, version, feed };
  } finally {
    await dispatcher.close();
  }
}
