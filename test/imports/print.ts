import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../local/paths.ts";
import { type Imports, importsOfAll } from "./imports.ts";
import { allFolders, allWings, picture } from "./picture.ts";

// `npm run wings` prints the pictures of the wings and of the folders with how often they import each other, and writes those without into docs.
const page = join(checkout, "docs", "architecture.md");

const pictures = { wings: allWings, folders: allFolders } as const;

/** The page with other pictures between their marks. */
export function withPictures(text: string, imports: Imports): string {
  return Object.entries(pictures).reduce((page, [name, groups]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [before = "", rest = ""] = page.split(start);
    const drawn = picture(imports, groups, { counted: false });
    return `${before}${start}\n\`\`\`text\n${drawn}\`\`\`\n${end}${rest.split(end)[1] ?? ""}`;
  }, text);
}

if (process.argv[1] === import.meta.filename) {
  const imports = importsOfAll(checkout);
  for (const groups of Object.values(pictures)) console.log(picture(imports, groups, { counted: true }));
  writeFileSync(page, withPictures(readFileSync(page, "utf8"), imports));
}
