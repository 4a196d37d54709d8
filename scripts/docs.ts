import { cpSync, existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import { writeWhole } from "../local/cluster/files.ts";
import { searchScript } from "./docs/search.ts";
import { docsPages, type FilesBeside } from "./docs/site.ts";
import { spoken } from "./language.ts";

/** Folder of the pages: in the toolkit's checkout, at the depth that their links to its files require. */
const ownFolder = () => repositoryFile(".local/docs");

/** Returns which files are beside the pages there: a commune's own repository has none of the toolkit's. */
const besideOwn = (): FilesBeside => (repositoryFile(".") === toolkitFile(".") ? "in the checkout" : "none");

/** Replaces a folder by docs/ as HTML pages with their search. Returns the path of the first page. */
export function writeDocs(folder = ownFolder(), beside = besideOwn()): string {
  const docs = toolkitFile("docs");
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of docsPages(docs, beside)) writeWhole(join(folder, path), text);
  writeWhole(join(folder, "search.js"), searchScript(docs));
  const pictures = join(docs, "images");
  if (existsSync(pictures)) cpSync(pictures, join(folder, "images"), { recursive: true });
  return join(folder, "index.html");
}

/**
 * `commune docs`: the documentation as pages, for whoever reads it without a forge; in a folder that is named, as a site that
 * leads to no file of the checkout, which is published with each release. Reads files only.
 */
export function docsCommand(): Command {
  return new Command("docs")
    .description(
      "Write the documentation as pages that open in a browser without a server, in .local/docs/. Reads files only.",
    )
    .argument("[folder]", "new folder, for a site without links to files of the checkout")
    .action((folder?: string) => {
      if (folder !== undefined && existsSync(folder))
        throw new TranslatedError({
          en: `${folder} exists. Name a new folder, or remove it. Nothing was changed.`,
          fr: `${folder} existe. Nommez un nouveau dossier, ou supprimez-le. Rien n’a été changé.`,
        });
      const first = folder === undefined ? writeDocs() : writeDocs(resolve(folder), "none");
      console.log(spoken({ en: `Open ${first} in a browser.`, fr: `Ouvrez ${first} dans un navigateur.` }));
    });
}
