import { createHash } from "node:crypto";
import { request } from "undici";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { agentFor, type Doorway } from "./doorway.ts";

/** Result of a look at what schools share. */
export interface SchoolsLook {
  /** HTTP status of the public page. */
  status: number;
  /** Files that the library's list of checksums names. */
  files: number;
}

/**
 * Looks at a library as a school's workstation does, without an account: reads its list of checksums, and its first file
 * by it.
 *
 * @throws when the page is not public, or the file is another one than the list says.
 */
export async function lookAtSchools(url: string, library: string, doorway: Doorway): Promise<SchoolsLook> {
  const dispatcher = agentFor(doorway);
  const read = async (path: string) => {
    const { statusCode, body } = await request(`${url}/${path}`, { dispatcher });
    return { status: statusCode, bytes: Buffer.from(await body.arrayBuffer()) };
  };
  try {
    const { status } = await read("");
    const list = await read(`library/${library}/SHA256SUMS`);
    const lines = list.bytes.toString("utf8").trim().split("\n");
    const [, sum, path = ""] = /^([0-9a-f]{64}) [ *](.+)$/.exec(lines[0] ?? "") ?? [];
    const file = await read(`library/${library}/${path.split("/").map(encodeURIComponent).join("/")}`);
    const found = createHash("sha256").update(file.bytes).digest("hex");
    if (status !== 200 || list.status !== 200 || found !== sum)
      throw new TranslatedError({
        en: `${url} answered ${status}, its library ${library} ${list.status}, and ${path} is not the file that was published.`,
        fr: `${url} a répondu ${status}, sa bibliothèque ${library} ${list.status}, et ${path} n’est pas le fichier publié.`,
      });
    return { status, files: lines.length };
  } finally {
    await dispatcher.close();
  }
}
