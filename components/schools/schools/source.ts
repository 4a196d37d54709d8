import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { made, type PublishedFile } from "./library.ts";

/** A library that cannot be taken over, and why. */
class SourceError extends Error {}

/**
 * Takes over a library that somebody else publishes, file by file, each checked. Files that `folder` has already are
 * not fetched again. Throws `SourceError`.
 *
 * @param sha256 of the list, as declared: nothing is taken that was not looked at.
 */
export async function fetchLibrary(
  { address, sha256 }: { address: string; sha256: string },
  folder: string,
  get: typeof fetch = fetch,
): Promise<Map<string, PublishedFile>> {
  const answer = await asked(get, `${address}/SHA256SUMS`);
  const list = await answer.text();
  const found = made(list).sha256;
  if (found !== sha256) {
    throw new SourceError(
      `${address}/SHA256SUMS has changed since it was looked at: its checksum is ${found}. Look at it, then write that.`,
    );
  }
  mkdirSync(folder, { recursive: true });
  const files = new Map<string, PublishedFile>();
  for (const line of list.split("\n").filter(Boolean)) {
    const [, sum = "", path = ""] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
    if (path === "" || path.startsWith("/") || path.split("/").includes("..")) {
      throw new SourceError(
        `${address}/SHA256SUMS has a line that is none: ${JSON.stringify(line.slice(0, 80))}`,
      );
    }
    const file = join(folder, sum);
    if (!statSync(file, { throwIfNoEntry: false })) {
      await fetched(get, `${address}/${path.split("/").map(encodeURIComponent).join("/")}`, sum, file);
    }
    files.set(path, { sha256: sum, bytes: statSync(file).size, source: file });
  }
  return files;
}

async function fetched(get: typeof fetch, address: string, sum: string, file: string): Promise<void> {
  const { body } = await asked(get, address);
  if (!body) throw new SourceError(`${address} is empty`);
  const hash = createHash("sha256");
  const part = `${file}.part`;
  await pipeline(
    Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(part),
  );
  if (hash.digest("hex") !== sum) throw new SourceError(`${address} is not the file that the list names`);
  renameSync(part, file);
}

async function asked(get: typeof fetch, address: string): Promise<Response> {
  let answer: Response;
  try {
    answer = await get(address);
  } catch (error) {
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new SourceError(`${address} cannot be reached: ${reason}`);
  }
  if (!answer.ok) throw new SourceError(`${address} answers ${answer.status}`);
  return answer;
}
