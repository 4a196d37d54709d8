import { createHash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { sha256 } from "../../foundation/manifest/checksum.ts";
import { type Lessons, readLessons } from "../lessons/folder.ts";
import { MarkupReader } from "../lessons/markup.ts";

/** Folders of a library, and the endings of the files that may stand there. A widget is a folder. */
const categories: Record<string, RegExp> = {
  pictures: /\.(png|jpe?g|gif|bmp|webp|tiff?|svg)$/i,
  shapes: /\.(png|jpe?g|gif|svg)$/i,
  audios: /\.(mp3|wav|ogg|oga|opus|flac|m4a|aac|wma|aiff?)$/i,
  videos: /\.(mp4|m4v|webm|ogv|avi|mov|mpe?g|mkv|wmv)$/i,
  interactivities: /\.wgt\//i,
  applications: /\.wgt\//i,
  lessons: /\.(ubz|yaml)$/i,
};

/** A file that is published. */
export interface PublishedFile {
  sha256: string;
  bytes: number;
  /** Its bytes, or the path of a file with them. */
  source: string | Buffer;
}

/** Something that keeps a library from being published. */
export interface LibraryProblem {
  /** Path of the file, as printed. */
  place: string;
  message: string;
}

/** A library as read from its folder: files by path within it. */
export interface Library {
  files: Map<string, PublishedFile>;
  lessons: Lessons;
  problems: LibraryProblem[];
}

/**
 * Reads a folder with the files of a library and says what is wrong with it. Links are refused: OpenBoard does not
 * see them. Programs of widgets are taken as they are: whoever publishes a library has looked at them.
 *
 * @param shown how the folder is called in messages.
 * @param knownPrograms SHA-256 of programs that lessons may carry.
 */
export async function readLibrary(
  folder: string,
  shown: string,
  knownPrograms: ReadonlySet<string>,
): Promise<Library> {
  const library: Library = { files: new Map(), lessons: { lessons: [], refused: [] }, problems: [] };
  for (const path of pathsBelow(folder)) {
    const problem = problemOf(folder, path);
    if (problem) library.problems.push({ place: `${shown}/${path}`, message: problem });
    else if (!path.endsWith(".yaml")) library.files.set(path, await fileOf(join(folder, path)));
  }
  const lessons = join(folder, "lessons");
  if (statSync(lessons, { throwIfNoEntry: false })?.isDirectory()) {
    library.lessons = await readLessons(lessons, { knownPrograms });
    for (const { problems } of library.lessons.refused) {
      library.problems.push(
        ...problems.map(({ place, message }) => ({ place: `${shown}/lessons/${place}`, message })),
      );
    }
  }
  return library;
}

/** Everything below a folder but folders and hidden files, in order of their paths. */
function pathsBelow(folder: string, below = ""): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true })
    .filter(({ name }) => !name.startsWith("."))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      return entry.isDirectory() ? pathsBelow(folder, path) : [path];
    });
}

function problemOf(folder: string, path: string): string | undefined {
  const [category = "", ...rest] = path.split("/");
  const allowed = categories[category];
  if (!lstatSync(join(folder, path)).isFile()) {
    return "is a link or a device, which OpenBoard does not see. Put the file itself there.";
  }
  if (/[\p{C}\\]/u.test(path))
    return "has a character in its name that cannot be seen, or a backslash. Rename it.";
  if (allowed === undefined || rest.length === 0) {
    return `stands in no folder of a library. Those are: ${Object.keys(categories).join(", ")}.`;
  }
  if (!allowed.test(path)) return `is of no kind that ${category} may hold.`;
  if (/^(pictures|shapes)\/.*\.svg$/i.test(path)) return drawingProblem(join(folder, path));
  return undefined;
}

/** A drawing that runs something, or fetches something from elsewhere. */
function drawingProblem(file: string): string | undefined {
  const found: string[] = [];
  const reader = new MarkupReader("xml", ({ kind, what }) => {
    found.push(kind === "remote" ? `fetches ${what} when it is shown` : `has ${what}`);
  });
  try {
    reader.write(new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return "is not a text in UTF-8. Save it as one.";
  }
  reader.end();
  return found.length === 0 ? undefined : `${found.slice(0, 3).join(", ")}. Remove that.`;
}

/** Checksum and size of a file. */
export async function fileOf(path: string): Promise<PublishedFile> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return { sha256: hash.digest("hex"), bytes: statSync(path).size, source: path };
}

/** A file that is made, not read. */
export function made(content: string | Buffer): PublishedFile {
  const source = Buffer.from(content);
  return { sha256: sha256(source), bytes: source.length, source };
}

/** The list of a library's files, as `sha256sum` writes and checks it. */
export function checksumList(files: ReadonlyMap<string, PublishedFile>): string {
  return [...files]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([path, { sha256 }]) => `${sha256}  ${path}\n`)
    .join("");
}
