import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { repositoryFile } from "../components/foundation/repository.ts";
import { toolkitFile } from "../components/foundation/toolkit.ts";
import { writeWhole } from "../local/cluster/files.ts";
import { searchScript } from "./docs/search.ts";
import { docsPages, type FilesBeside } from "./docs/site.ts";

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

/** `commune docs`: the documentation as pages, for whoever reads it without a forge. Reads files only. */
export function docsCommand(): Command {
  return new Command("docs")
    .description(
      "Write the documentation as pages that open in a browser without a server, in .local/docs/. Reads files only.",
    )
    .action(() => console.log(`Open ${writeDocs()} in a browser.`));
}
