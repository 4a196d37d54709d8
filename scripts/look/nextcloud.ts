import { randomBytes } from "node:crypto";
import { request } from "undici";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { Document } from "./document.ts";
import { agentFor, type Doorway } from "./doorway.ts";

/** Result of a look at a Nextcloud. */
export interface NextcloudLook {
  /** HTTP status of the public status page. */
  status: number;
  version: string;
  /** Bytes that were written to a file over WebDAV and read back unchanged. */
  bytesReadBack: number;
}

/**
 * Looks at a Nextcloud as a browser and a sync client would: reads its status page, then writes a file over
 * HTTPS, reads it back and removes it.
 *
 * @param url public address, `https://cloud.villeurbanne.test`.
 * @throws when the page is not ready or the file differs.
 */
export async function lookAtNextcloud(
  url: string,
  account: { user: string; password: string },
  doorway: Doorway,
): Promise<NextcloudLook> {
  const dispatcher = agentFor(doorway);
  try {
    const page = await request(`${url}/status.php`, { dispatcher });
    const state = (await page.body.json()) as {
      installed: boolean;
      maintenance: boolean;
      versionstring: string;
    };
    if (page.statusCode !== 200 || !state.installed || state.maintenance) {
      throw new TranslatedError({
        en: `${url}/status.php answered ${page.statusCode} ${JSON.stringify(state)}.`,
        fr: `${url}/status.php a répondu ${page.statusCode} ${JSON.stringify(state)}.`,
      });
    }
    const name = `commune-look-${randomBytes(4).toString("hex")}.bin`;
    const bytesReadBack = await writeAndReadBack(new Document(url, account, name, doorway));
    return { status: page.statusCode, version: state.versionstring, bytesReadBack };
  } finally {
    await dispatcher.close();
  }
}

async function writeAndReadBack(file: Document): Promise<number> {
  const content = randomBytes(256 * 1024);
  await file.write(content);
  const back = await file.read();
  await file.remove();
  if (!back?.equals(content)) {
    throw new TranslatedError({
      en: `${file.path} gave ${back?.length ?? 0} bytes that differ from the ${content.length} written.`,
      fr: `${file.path} a donné ${back?.length ?? 0} octets, autres que les ${content.length} écrits.`,
    });
  }
  return back.length;
}
