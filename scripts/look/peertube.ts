import { readFileSync } from "node:fs";
import { type Agent, FormData, request } from "undici";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { toolkitFile } from "../../components/foundation/toolkit.ts";
import { agentFor, type Doorway } from "./doorway.ts";

/** One second of black, 64 × 36, H.264: made with ffmpeg's `color` source. */
const video = readFileSync(toolkitFile("scripts/look/one-second.mp4"));

/** Result of a look at a PeerTube. */
export interface PeertubeLook {
  /** HTTP status of the public page. */
  status: number;
  version: string;
  /** Bytes of the video that was uploaded. */
  bytes: number;
}

/**
 * Looks at a PeerTube as its administrator and as a passer-by would: uploads a video, reads it back without an
 * account, and removes it.
 *
 * @param url public address, `https://video.villeurbanne.test`.
 * @throws when a page is not public or the video is not there.
 */
export async function lookAtPeertube(
  url: string,
  account: { user: string; password: string },
  doorway: Doorway,
): Promise<PeertubeLook> {
  const dispatcher = agentFor(doorway);
  try {
    const page = await request(`${url}/`, { dispatcher });
    await page.body.dump();
    if (page.statusCode !== 200)
      throw new TranslatedError({
        en: `${url}/ answered ${page.statusCode}, not 200.`,
        fr: `${url}/ a répondu ${page.statusCode}, pas 200.`,
      });
    const { serverVersion } = await json<{ serverVersion: string }>(`${url}/api/v1/config`, dispatcher);
    const authorized = { authorization: `Bearer ${await tokenOf(url, account, dispatcher)}` };
    const { videoChannels } = await json<{ videoChannels: { id: number }[] }>(
      `${url}/api/v1/users/me`,
      dispatcher,
      authorized,
    );
    const form = new FormData();
    form.set("channelId", String(videoChannels[0]?.id));
    form.set("name", "Essai");
    form.set("privacy", "1");
    form.set("videofile", new File([video], "essai.mp4", { type: "video/mp4" }));
    const upload = await request(`${url}/api/v1/videos/upload`, {
      dispatcher,
      method: "POST",
      headers: authorized,
      body: form,
    });
    if (upload.statusCode !== 200) {
      throw new Error(
        `POST ${url}/api/v1/videos/upload answered ${upload.statusCode}: ${await upload.body.text()}`,
      );
    }
    const { uuid } = ((await upload.body.json()) as { video: { uuid: string } }).video;
    const address = `${url}/api/v1/videos/${uuid}`;
    const { name } = await json<{ name: string }>(address, dispatcher);
    const feed = await request(`${url}/feeds/videos.atom?isLocal=true&look=${uuid}`, { dispatcher });
    const listed = (await feed.body.text()).includes("Essai");
    const removed = await request(address, { dispatcher, method: "DELETE", headers: authorized });
    await removed.body.dump();
    if (name !== "Essai")
      throw new TranslatedError({
        en: `GET ${address} gave a video named "${name}".`,
        fr: `GET ${address} a donné une vidéo nommée « ${name} ».`,
      });
    if (!listed)
      throw new TranslatedError({
        en: `${url}/feeds/videos.atom answered ${feed.statusCode} without the new video.`,
        fr: `${url}/feeds/videos.atom a répondu ${feed.statusCode} sans la nouvelle vidéo.`,
      });
    if (removed.statusCode !== 204)
      throw new TranslatedError({
        en: `DELETE ${address} answered ${removed.statusCode}, not 204.`,
        fr: `DELETE ${address} a répondu ${removed.statusCode}, pas 204.`,
      });
    return { status: page.statusCode, version: serverVersion, bytes: video.length };
  } finally {
    await dispatcher.close();
  }
}

async function tokenOf(
  url: string,
  { user, password }: { user: string; password: string },
  dispatcher: Agent,
): Promise<string> {
  const client = await json<{ client_id: string; client_secret: string }>(
    `${url}/api/v1/oauth-clients/local`,
    dispatcher,
  );
  const answer = await request(`${url}/api/v1/users/token`, {
    dispatcher,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...client, grant_type: "password", username: user, password }).toString(),
  });
  if (answer.statusCode !== 200)
    throw new TranslatedError({
      en: `logging in to ${url} answered ${answer.statusCode}.`,
      fr: `l’entrée dans ${url} a répondu ${answer.statusCode}.`,
    });
  return ((await answer.body.json()) as { access_token: string }).access_token;
}

async function json<T>(url: string, dispatcher: Agent, headers: Record<string, string> = {}): Promise<T> {
  const answer = await request(url, { dispatcher, headers });
  if (answer.statusCode !== 200)
    throw new Error(`${url} answered ${answer.statusCode}: ${await answer.body.text()}`);
  return (await answer.body.json()) as T;
}
