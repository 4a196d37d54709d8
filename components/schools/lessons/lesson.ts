import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import type { Level } from "../levels.ts";
import { type ArchiveFile, ArchiveRefusal, openArchive } from "./archive.ts";
import type { Subject } from "./declaration.ts";
import { isPage, isPlace, isThumbnail, type Kind, kindOf } from "./files.ts";
import type { Licence } from "./licence.ts";
import { limits as defaultLimits, type Limits } from "./limits.ts";
import { type MarkupFinding, MarkupReader, styleFindings } from "./markup.ts";
import { type Metadata, readMetadata } from "./metadata.ts";

/** A lesson that may be published. */
export interface Lesson {
  /** Its path, relative to the folder that was read. */
  file: string;
  title: string;
  author: string;
  licence: Licence;
  subject: Subject;
  levels: Level[];
  /** Date of the last change, `2026-11-24`; nothing when it does not say. */
  updated: string | undefined;
  pages: number;
  /** Size of the archive. */
  bytes: number;
  /** Picture of the first page (JPEG). */
  thumbnail: Buffer | undefined;
}

/** Content of an archive that has been found harmless. */
export interface ReadArchive {
  metadata: Metadata;
  pages: number;
  bytes: number;
  thumbnail: Buffer | undefined;
}

/** One reason why a lesson is refused. */
export interface LessonProblem {
  /** The file of the archive that is to blame; nothing for the archive as a whole. */
  entry: string | undefined;
  message: string;
}

/** Criteria by which a lesson is judged. */
export interface Judging {
  limits?: Limits;
  /** SHA-256 of programs that widgets may have: those of a library that somebody has looked at. */
  knownPrograms?: ReadonlySet<string>;
}

/** As many problems of one lesson are told. */
const mostProblems = 20;

/**
 * Reads a `.ubz` that a stranger made, in bounded memory, and without writing anything.
 *
 * @returns what the archive says of itself, or every reason why it is refused (at most twenty).
 */
export async function readArchive(
  path: string,
  { limits = defaultLimits, knownPrograms = new Set() }: Judging = {},
): Promise<{ ok: true; archive: ReadArchive } | { ok: false; problems: LessonProblem[] }> {
  const problems: LessonProblem[] = [];
  let metadata: Metadata | undefined;
  let thumbnail: Buffer | undefined;
  let pages = 0;
  try {
    const { files, close } = await openArchive(path, limits);
    try {
      for (const file of files) {
        if (problems.length >= mostProblems) break;
        const content = await judged(file, limits, knownPrograms, problems);
        if (isPage(file.name)) pages += 1;
        if (file.name === "metadata.rdf" && content) metadata = readMetadata(content.toString("utf8"));
        if (file.name === "page000.thumbnail.jpg") thumbnail = content;
      }
    } finally {
      close();
    }
  } catch (error) {
    if (!(error instanceof ArchiveRefusal)) throw error;
    problems.push({ entry: error.entry, message: error.message });
  }
  if (problems.length > 0) return { ok: false, problems };
  if (metadata?.version === undefined || pages === 0) {
    const message = "is not a document of OpenBoard: it needs a metadata.rdf with a version, and a page";
    return { ok: false, problems: [{ entry: undefined, message }] };
  }
  const { size } = await stat(path);
  return { ok: true, archive: { metadata, pages, bytes: size, thumbnail } };
}

/** Reads one file through, reports what is wrong with it, and returns the bytes that the catalogue needs. */
async function judged(
  file: ArchiveFile,
  limits: Limits,
  knownPrograms: ReadonlySet<string>,
  problems: LessonProblem[],
): Promise<Buffer | undefined> {
  const { name } = file;
  const report = (message: string) => problems.push({ entry: name, message });
  const kind = kindOf(name);
  if (!isPlace(name) || kind === undefined) {
    report("is of no kind that a lesson holds");
    return undefined;
  }
  const wanted = name === "metadata.rdf" || name === "page000.thumbnail.jpg";
  const most = mostBytes(name, kind, limits);
  if (file.size > most) {
    report(`is larger than ${Math.round(most / 1024)} KiB, the most that is read of it`);
    return undefined;
  }
  const kept: Buffer[] = [];
  const reader = readerOf(kind);
  const hash = createHash("sha256");
  try {
    for await (const chunk of file.read()) {
      reader.write(chunk);
      hash.update(chunk);
      if (wanted) kept.push(chunk);
    }
    reader.end();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    report("is not a text in UTF-8");
    return undefined;
  }
  if (!knownPrograms.has(hash.digest("hex"))) {
    for (const message of new Set(reader.findings.map((finding) => sentence(finding, name)))) report(message);
  }
  const content = wanted ? Buffer.concat(kept) : undefined;
  if (content && isThumbnail(name) && !(content[0] === 0xff && content[1] === 0xd8)) {
    report("is not a JPEG picture");
  }
  return content;
}

function mostBytes(name: string, kind: Kind, limits: Limits): number {
  if (name === "metadata.rdf") return limits.metadataBytes;
  if (isThumbnail(name)) return limits.thumbnailBytes;
  return kind === "media" ? limits.entryBytes : limits.textBytes;
}

/** Takes a file piece by piece. `write` and `end` throw a TypeError for what is not UTF-8. */
interface Reader {
  findings: MarkupFinding[];
  write(chunk: Buffer): void;
  end(): void;
}

function readerOf(kind: Kind): Reader {
  const findings: MarkupFinding[] = [];
  if (kind === "media") return { findings, write() {}, end() {} };
  if (kind === "script") findings.push({ kind: "program", what: "a script" });
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const markup =
    kind === "xml" || kind === "html"
      ? new MarkupReader(kind, (finding) => findings.length < mostProblems && findings.push(finding))
      : undefined;
  let style = "";
  const take = (text: string) => {
    markup?.write(text);
    if (kind === "style") style += text;
  };
  return {
    findings,
    write: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end() {
      take(decoder.decode());
      markup?.end();
      findings.push(...styleFindings(style));
    },
  };
}

function sentence({ kind, what }: MarkupFinding, name: string): string {
  switch (kind) {
    case "program":
      return name.startsWith("widgets/")
        ? `has ${what}: a widget may only have the programs of a library that was looked at`
        : `has ${what}: a lesson holds no program`;
    case "remote":
      return `fetches ${what} when it is shown: whoever is there would see who opens the lesson, and when`;
    case "unsound":
      return `has ${what}`;
  }
}
