import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../local/paths.ts";

/** Pages that the code names to people, some with a section: `docs/nextcloud.md, "Upgrade"`. */
const named = ["components", "scripts", "policies", "programs"].flatMap((folder) =>
  readdirSync(join(checkout, folder), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) =>
      [
        ...readFileSync(join(checkout, folder, file), "utf8").matchAll(
          /(docs\/[\w/-]+\.md)(?:, (?:\\?"|« )([^"\\»]+?)(?:\\?"| »))?/g,
        ),
      ].map(([, page = "", section]) => ({ file: join(folder, file), page, section })),
    ),
);

test("every page that a message or a comment names is there, with the section that it names", () => {
  expect(named.filter(({ section }) => section !== undefined).length).toBeGreaterThan(3);
  const missing = named.filter(({ page, section }) => {
    const path = join(checkout, page);
    if (!existsSync(path)) return true;
    return section !== undefined && !new RegExp(`^#+ ${section}`, "m").test(readFileSync(path, "utf8"));
  });
  expect(missing).toEqual([]);
});

test("each walk of docs/architecture.md has at most eight files, and they are there", () => {
  const page = readFileSync(join(checkout, "docs", "architecture.md"), "utf8");
  const [, walks = ""] = page.split("\n## Three walks\n");
  const each = (walks.split("\n## ")[0] ?? "").split("\n### ").slice(1);
  expect(each).toHaveLength(3);
  for (const walk of each) {
    const files = [...walk.matchAll(/^\d+\. `([^`]+)`/gm)].map(([, file = ""]) => file);
    expect(files.length).toBeGreaterThan(4);
    expect(files.length).toBeLessThanOrEqual(8);
    expect(files.filter((file) => !existsSync(join(checkout, file)))).toEqual([]);
  }
});
