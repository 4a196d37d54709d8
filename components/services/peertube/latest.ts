import { askJson } from "../../foundation/program/request.ts";
import type { OwnAddress, Shown } from "../link.ts";

/** Most videos that are requested. */
const most = 10;

/** The newest public videos of the commune's own server. Source: https://docs.joinpeertube.org/api-rest-reference.html, getVideos */
export async function latestVideos({ inside, url }: OwnAddress): Promise<Shown[]> {
  const query = `isLocal=true&sort=-publishedAt&count=${most}`;
  const { data } = (await askJson(`${inside}/api/v1/videos?${query}`, {
    headers: { host: new URL(url).host },
  })) as { data: { url: string; name: string; publishedAt: string; isLocal: boolean }[] };
  return data.flatMap(({ url: page, name, publishedAt, isLocal }) =>
    isLocal ? [{ url: page, date: publishedAt, text: name }] : [],
  );
}
