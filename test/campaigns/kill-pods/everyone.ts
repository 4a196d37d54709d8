import type { Dispatcher } from "undici";
import type { Kubectl } from "../../../scripts/kubectl.ts";
import { mastodonToken } from "../../../scripts/look/token.ts";
import type { Outputs } from "../../../scripts/stack.ts";
import {
  fileWriter,
  peertubeLogin,
  postWriter,
  type ServiceName,
  videoWriter,
  type Writer,
  type WriterArgs,
} from "./writers.ts";

/** A commune whose three services are written to. */
export interface Written {
  commune: string;
  kubectl: Kubectl;
  outputs: Pick<Outputs, "addresses" | "accounts">;
  /** Asked for each request: where names lead may become another place. */
  dispatcher: () => Dispatcher;
}

/** A writer for each service: files, posts and videos. */
export async function writersFor({
  commune,
  kubectl,
  outputs: { addresses, accounts },
  dispatcher,
}: Written): Promise<Record<ServiceName, Writer>> {
  const { nextcloud, mastodon, peertube } = addresses;
  if (!nextcloud || !mastodon || !peertube || !accounts.nextcloud || !accounts.mastodon || !accounts.peertube)
    throw new Error(`${commune} does not have all three services`);
  const { user, password } = accounts.nextcloud;
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
  const token = await mastodonToken(commune, accounts.mastodon.user, kubectl, { seconds: 4 * 3600 });
  const video = await peertubeLogin(peertube, accounts.peertube, dispatcher());
  const args = (url: string, authorization: string): WriterArgs => ({
    ...{ url, authorization },
    get dispatcher() {
      return dispatcher();
    },
  });
  return {
    nextcloud: fileWriter(args(nextcloud, basic), user),
    mastodon: postWriter(args(mastodon, `Bearer ${token}`)),
    peertube: videoWriter(args(peertube, video.authorization), video.channel),
  };
}
