import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "../../local/paths.ts";
import { importsOf } from "./imports.ts";
import { picture } from "./picture.ts";

// `npm run wings` prints the picture of the wings with how often they import each other, and writes the one without into docs.
const page = join(checkout, "docs", "architecture.md");

/** The page with another picture between its marks. */
export function withPicture(text: string, drawn: string): string {
  const [start, end] = ["<!-- wings -->", "<!-- /wings -->"];
  const [before = "", rest = ""] = text.split(start);
  return `${before}${start}\n\`\`\`text\n${drawn}\`\`\`\n${end}${rest.split(end)[1] ?? ""}`;
}

if (process.argv[1] === import.meta.filename) {
  const imports = importsOf(checkout, ["components"]);
  console.log(picture(imports, { counted: true }));
  writeFileSync(page, withPicture(readFileSync(page, "utf8"), picture(imports, { counted: false })));
}
