import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { sha256 } from "../../foundation/manifest/checksum.ts";
import type { Statement } from "../../foundation/page/statement.ts";
import type { Lesson } from "./lesson.ts";
import { cataloguePage, catalogueScript, type Listed } from "./page.ts";

/** Lessons of one shelf: a library, a school, or a folder. */
export interface Shelf {
  /** Name of the library or school that shares them; undefined if there is one shelf alone. */
  name: string | undefined;
  /** Address of the shelf's files, relative to the page: `../library/commune`. */
  address: string;
  lessons: readonly Lesson[];
}

/** The catalogue's files by name: the page, what it is shown with, thumbnails, and the same as JSON. */
export function catalogueFiles(
  title: string,
  shelves: readonly Shelf[],
  statement?: Statement,
): Map<string, string | Buffer> {
  const files = new Map<string, string | Buffer>();
  const listed = shelves.flatMap(({ name, address, lessons }) =>
    lessons.map(({ thumbnail, ...lesson }): Listed => {
      // Named by content: pictures of lessons that did not change are not sent again.
      const picture = thumbnail && `thumbnails/${sha256(thumbnail).slice(0, 16)}.jpg`;
      if (picture && thumbnail) files.set(picture, thumbnail);
      return { ...lesson, address: `${address}/${encoded(lesson.file)}`, picture, shelf: name };
    }),
  );
  files.set("index.html", cataloguePage(title, listed, statement));
  files.set("catalogue.js", catalogueScript());
  files.set("lessons.json", `${JSON.stringify(listed, undefined, 2)}\n`);
  return files;
}

/** Writes a catalogue of one folder's lessons; what stood in `out` before is gone. */
export function writeCatalogue(title: string, folder: string, lessons: readonly Lesson[], out: string): void {
  const address = encoded(relative(resolve(out), resolve(folder)).split(sep).join("/"));
  rmSync(out, { recursive: true, force: true });
  for (const [name, content] of catalogueFiles(title, [{ name: undefined, address, lessons }])) {
    mkdirSync(dirname(join(out, name)), { recursive: true });
    writeFileSync(join(out, name), content);
  }
}

function encoded(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
