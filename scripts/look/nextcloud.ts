import { randomBytes } from "node:crypto";
import { type Agent, request } from "undici";
import { agentFor, type Doorway } from "./doorway.ts";

/** What a look at a Nextcloud found. */
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
      throw new Error(`${url}/status.php answered ${page.statusCode} ${JSON.stringify(state)}.`);
    }
    const bytesReadBack = await writeAndReadBack(
      `${url}/remote.php/dav/files/${account.user}`,
      account,
      dispatcher,
    );
    return { status: page.statusCode, version: state.versionstring, bytesReadBack };
  } finally {
    await dispatcher.close();
  }
}

async function writeAndReadBack(
  folder: string,
  { user, password }: { user: string; password: string },
  dispatcher: Agent,
): Promise<number> {
  const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
  const file = `${folder}/commune-look-${randomBytes(4).toString("hex")}.bin`;
  const content = randomBytes(256 * 1024);
  const put = await request(file, { method: "PUT", headers, body: content, dispatcher });
  await put.body.dump();
  if (put.statusCode !== 201) throw new Error(`PUT ${file} answered ${put.statusCode}, not 201.`);
  const get = await request(file, { headers, dispatcher });
  const back = Buffer.from(await get.body.arrayBuffer());
  const removed = await request(file, { method: "DELETE", headers, dispatcher });
  await removed.body.dump();
  if (!back.equals(content)) {
    throw new Error(`GET ${file} gave ${back.length} bytes that differ from the ${content.length} written.`);
  }
  if (removed.statusCode !== 204) throw new Error(`DELETE ${file} answered ${removed.statusCode}, not 204.`);
  return back.length;
}
