import { type Dispatcher, request } from "undici";
import { html } from "../../components/foundation/page/html.ts";
import { type NewsItem, newsHtml } from "../../components/portal/news.ts";
import { portalPaths } from "../../components/portal/published.ts";
import { withFrenchSpaces } from "../../components/portal/words.ts";
import { spoken, spokenError } from "../language.ts";

/** The page of a piece of news. */
export function pageOf(domain: string, { id }: Pick<NewsItem, "id">): string {
  return `https://${domain}${portalPaths.news}#${id}`;
}

/**
 * Number of times that the pages are asked, and milliseconds between them: a pod that was replaced serves within some
 * seconds.
 */
const [tries, apart] = [60, 1000];
/** Number of times in a row that they must have it. */
const inARow = 3;

/**
 * Waits until anybody can read a piece of news, on the page and in the feed, with its present text: several times in
 * a row, since the former pod may answer for some seconds more.
 *
 * Throws what is missing after a minute.
 */
export async function waitUntilRead(
  domain: string,
  item: NewsItem,
  { dispatcher, pause }: { dispatcher: Dispatcher; pause: (milliseconds: number) => Promise<unknown> },
): Promise<void> {
  const text = newsHtml(item);
  const sought = [
    {
      path: portalPaths.news,
      parts: [`id="${item.id}"`, withFrenchSpaces(html`${item.title}`), withFrenchSpaces(text)],
    },
    { path: portalPaths.feed, parts: [`#${item.id}</id>`, html`${item.title}`, html`${text.toString()}`] },
  ];
  const missing = async () => {
    for (const { path, parts } of sought) {
      const why = await lookFor(`https://${domain}${path}`, parts.map(String), dispatcher);
      if (why !== "") return `https://${domain}${path} ${why}`;
    }
    return undefined;
  };
  let last: string | undefined;
  for (let [number, read] = [1, 0]; ; number++) {
    last = await missing();
    read = last === undefined ? read + 1 : 0;
    if (read === inARow) return;
    if (number >= tries && last !== undefined) throw new Error(last);
    await pause(apart);
  }
}

/** Returns why an address does not have all of these; empty if it has. */
async function lookFor(address: string, parts: readonly string[], dispatcher: Dispatcher): Promise<string> {
  try {
    const { statusCode, body } = await request(address, {
      dispatcher,
      headers: { "cache-control": "no-cache" },
    });
    const text = await body.text();
    if (statusCode !== 200) return spoken({ en: `answered ${statusCode}`, fr: `a répondu ${statusCode}` });
    return parts.every((part) => text.includes(part))
      ? ""
      : spoken({ en: "does not have it", fr: "ne l’a pas" });
  } catch (error) {
    return spoken({
      en: `does not answer (${spokenError(error)})`,
      fr: `ne répond pas (${spokenError(error)})`,
    });
  }
}
