import { crc32 } from "node:zlib";
import { type Entry, openPromise, validateFileName, type ZipFile } from "yauzl";
import type { Limits } from "./limits.ts";

/** Refusal of an archive, with its reason and the file that is to blame. */
export class ArchiveRefusal extends Error {
  /** A file of the archive; nothing for the archive as a whole. */
  readonly entry: string | undefined;

  constructor(message: string, entry?: string) {
    super(message);
    this.name = "ArchiveRefusal";
    this.entry = entry;
  }
}

/** A file of an archive whose header has been checked. */
export interface ArchiveFile {
  name: string;
  /** Bytes when unpacked, as the header claims; reading checks it. */
  size: number;
  /** The bytes, unpacked piece by piece. Throws `ArchiveRefusal` when they are not what the header claims. */
  read(): AsyncIterable<Buffer>;
}

/** Modes of Unix in the upper half of an entry's attributes. Source: PKWARE's APPNOTE.TXT, 4.4.15, and stat(2). */
const [fileType, directory, regular] = [0o170000, 0o040000, 0o100000];

/** A file's name, extra fields and comment: all headers together are in memory. In bytes. */
const longestHeader = 1024;

/**
 * Opens a zip archive that a stranger made and checks the header of every file before any is unpacked. Nothing is
 * written, and one piece of one file is in memory at a time. Throws `ArchiveRefusal`.
 *
 * @returns the files in the order of the archive, and how to close it.
 */
export async function openArchive(
  path: string,
  limits: Limits,
): Promise<{ files: ArchiveFile[]; close(): void }> {
  const zip = await opened(path);
  try {
    const entries = await checkedEntries(zip, limits);
    checkOverlaps(zip, entries);
    const files = entries.map(({ entry, name }) => ({
      name,
      size: entry.uncompressedSize,
      read: () => contentOf(zip, entry, name),
    }));
    return { files, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw asRefusal(error);
  }
}

async function opened(path: string): Promise<ZipFile> {
  try {
    // Names are decoded here: yauzl would put a question mark for what is no UTF-8.
    return await openPromise(path, { autoClose: false, lazyEntries: true, decodeStrings: false });
  } catch (error) {
    throw asRefusal(error);
  }
}

interface Named {
  entry: Entry;
  name: string;
}

async function checkedEntries(zip: ZipFile, limits: Limits): Promise<Named[]> {
  if (zip.entryCount > limits.entries) {
    throw new ArchiveRefusal(`holds ${zip.entryCount} files; a lesson has at most ${limits.entries}`);
  }
  const entries: Named[] = [];
  const seen = new Set<string>();
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    const name = nameOf(entry);
    checkKind(entry, name);
    if (name.endsWith("/")) continue;
    // Two names that differ in capitals alone are one file on many a workstation.
    const key = name.normalize("NFC").toLowerCase();
    if (seen.has(key)) throw new ArchiveRefusal("is in the archive twice", name);
    seen.add(key);
    checkSizes(entry, name, limits);
    total += entry.uncompressedSize;
    if (total > limits.totalBytes) {
      throw new ArchiveRefusal(`unpacks to more than ${inMebibytes(limits.totalBytes)}, the most allowed`);
    }
    entries.push({ entry, name });
  }
  return entries;
}

function nameOf(entry: Entry): string {
  const { fileNameLength, extraFieldLength, fileCommentLength } = entry;
  if (fileNameLength + extraFieldLength + fileCommentLength > longestHeader) {
    throw new ArchiveRefusal(`has a file whose name and notes are longer than ${longestHeader} bytes`);
  }
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true }).decode(entry.fileNameRaw);
  } catch {
    throw new ArchiveRefusal("a file's name is not in UTF-8", entry.fileNameRaw.toString("latin1"));
  }
  if (/\p{Cc}|\\/u.test(name)) {
    throw new ArchiveRefusal("has a backslash or a character in its name that cannot be seen", name);
  }
  const problem = validateFileName(name);
  if (
    problem ||
    name.split("/").some((part, index, parts) => part === "." || (part === "" && index < parts.length - 1))
  ) {
    throw new ArchiveRefusal("leads out of the lesson's folder, or has a name that is no plain path", name);
  }
  return name;
}

function checkKind(entry: Entry, name: string): void {
  const type = (entry.externalFileAttributes >>> 16) & fileType;
  if (type !== 0 && type !== regular && type !== directory) {
    throw new ArchiveRefusal("is not a file but a link or a device", name);
  }
  if (entry.isEncrypted()) throw new ArchiveRefusal("is encrypted", name);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw new ArchiveRefusal(
      `is packed in a way (${entry.compressionMethod}) that OpenBoard does not read`,
      name,
    );
  }
}

function checkSizes({ uncompressedSize, compressedSize }: Entry, name: string, limits: Limits): void {
  if (uncompressedSize > limits.entryBytes) {
    throw new ArchiveRefusal(
      `claims to unpack to ${inMebibytes(uncompressedSize)}; a file has at most ${inMebibytes(limits.entryBytes)}`,
      name,
    );
  }
  if (uncompressedSize > 2 ** 20 && uncompressedSize > compressedSize * limits.ratio) {
    throw new ArchiveRefusal(
      `unpacks to more than ${limits.ratio} times its packed size, which no page, picture or film does`,
      name,
    );
  }
}

/**
 * Refuses overlapping files: the same packed bytes under many names unpack to terabytes. Source: D. Fifield, "A better
 * zip bomb", 2019.
 */
function checkOverlaps(zip: ZipFile, entries: readonly Named[]): void {
  const sorted = [...entries].sort(
    ({ entry: one }, { entry: other }) => one.relativeOffsetOfLocalHeader - other.relativeOffsetOfLocalHeader,
  );
  let end = 0;
  for (const { entry, name } of sorted) {
    if (entry.relativeOffsetOfLocalHeader < end) {
      throw new ArchiveRefusal("shares its bytes with another file of the archive", name);
    }
    // A local header has 30 bytes, the name and what else it holds.
    end = entry.relativeOffsetOfLocalHeader + 30 + entry.fileNameRaw.length + entry.compressedSize;
  }
  if (end > zip.fileSize) throw new ArchiveRefusal("claims more bytes than the archive has");
}

async function* contentOf(zip: ZipFile, entry: Entry, name: string): AsyncGenerator<Buffer> {
  let checksum = 0;
  try {
    const header = await zip.readLocalFileHeaderPromise(entry);
    if (!header.fileName.equals(entry.fileNameRaw)) {
      throw new ArchiveRefusal("has another name in the archive's own list than beside its bytes", name);
    }
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      checksum = crc32(chunk, checksum);
      yield chunk;
    }
  } catch (error) {
    throw asRefusal(error, name);
  }
  if (checksum !== entry.crc32) throw new ArchiveRefusal("is damaged: its checksum is another", name);
}

/** Turns an error of yauzl or zlib into a refusal: it is the archive that is broken, not the program. */
function asRefusal(error: unknown, entry?: string): Error {
  if (error instanceof ArchiveRefusal) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const fromDisk = "syscall" in error && "code" in error;
  return fromDisk ? error : new ArchiveRefusal(`is not a sound zip archive: ${error.message}`, entry);
}

function inMebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
