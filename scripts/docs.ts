import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { writeWhole } from "../local/cluster/files.ts";
import { checkout } from "../local/paths.ts";
import { searchScript } from "./docs/search.ts";
import { docsPages, type FilesBeside } from "./docs/site.ts";

/** Folder of the pages: as deep below the checkout as their links to its files require. */
const ownFolder = join(checkout, ".local", "docs");

/** Replaces a folder by docs/ as HTML pages with their search. Returns the path of the first page. */
export function writeDocs(folder = ownFolder, beside: FilesBeside = "in the checkout"): string {
  const docs = join(checkout, "docs");
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of docsPages(docs, beside)) writeWhole(join(folder, path), text);
  writeWhole(join(folder, "search.js"), searchScript(docs));
  cpSync(join(docs, "images"), join(folder, "images"), { recursive: true });
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
