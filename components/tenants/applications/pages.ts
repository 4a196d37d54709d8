import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { show } from "../../foundation/declaration/show.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { html } from "../../foundation/page/html.ts";
import { pageText } from "../../foundation/page/page.ts";

/** The files of a site. */
export interface Pages {
  /** Description for reports: their number, and a digest. */
  text: string;
  /** Contents in base64, by path below the folder. */
  files: Readonly<Record<string, string>>;
}

/** Most bytes of a site: a ConfigMap holds a mebibyte, and the stack's state contains everything once more. */
const largest = 512 * 1024;
const mostFiles = 200;

/** Pattern of the names of files and folders: a path is also the key of a ConfigMap, where `__` stands for `/`. */
const fileName = /^(?!.*__)[A-Za-z0-9_-][A-Za-z0-9._-]*$/;

/** Returns pages in the form in which they are kept. */
export function pagesOf(files: Readonly<Record<string, string>>): Pages {
  const count = Object.keys(files).length;
  return { text: `${count} ${count === 1 ? "file" : "files"}, ${checksum(files, 12)}`, files };
}

/** Returns the only page of an association that has written none: in French, since it is for citizens. */
export function firstPage({ name, contact }: { name: string; contact: string }): Pages {
  const text = pageText({
    title: name,
    lead: html`Le site de cette association est en préparation.`,
    body: html`<h2>Nous écrire</h2>
<p><a href="mailto:${contact}">${contact}</a></p>`,
    footer: html`<p>${name}</p>`,
  });
  return pagesOf({ "index.html": Buffer.from(text).toString("base64") });
}

/** Reads the pages in a folder; returns every reason why they cannot be served otherwise. */
export function readPages(folder: string): Pages | { problems: string[] } {
  let files: string[];
  try {
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
      .sort();
  } catch {
    return { problems: [`there is no folder ${folder}. Create it, or take the line out.`] };
  }
  const problems = files.flatMap((file) => wrongFile(folder, file));
  if (!files.includes("index.html")) problems.push(`${folder} has no index.html, which visitors come to.`);
  if (files.length > mostFiles)
    problems.push(`${folder} has ${files.length} files, and a site of files has ${mostFiles} at most.`);
  if (problems.length > 0) return { problems };
  const bytes = files.reduce((sum, file) => sum + lstatSync(join(folder, file)).size, 0);
  if (bytes > largest) {
    const message = `${folder} has ${Math.ceil(bytes / 1024)} KiB, and a site of files has ${largest / 1024} at most. Make its pictures smaller.`;
    return { problems: [message] };
  }
  return pagesOf(
    Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file)).toString("base64")])),
  );
}

function wrongFile(folder: string, file: string): string[] {
  if (!file.split("/").every((part) => fileName.test(part)))
    return [`${show(file)} in ${folder} needs another name: letters a to z, digits, dots, hyphens.`];
  // A link could lead out of the folder, to any file of the machine.
  return lstatSync(join(folder, file)).isFile() ? [] : [`${show(file)} in ${folder} is no file.`];
}
