import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { checkout } from "../../local/paths.ts";
import { anchorOf, docsPages } from "../../scripts/docs/site.ts";

const pages = docsPages(join(checkout, "docs"));
const attributes = (text: string, name: string) =>
  [...text.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) =>
    value.replaceAll("&amp;", "&"),
  );

describe("docs/ as pages", () => {
  test("has every page of it, in the index too, with its title", () => {
    expect([...pages.keys()]).toEqual(
      expect.arrayContaining(["index.html", "fr/visite.html", "approval.html"]),
    );
    const index = pages.get("index.html") ?? "";
    for (const path of pages.keys()) if (path !== "index.html") expect(index).toContain(`href="${path}"`);
    expect(pages.get("fr/visite.html")).toContain('<html lang="fr">');
    expect(pages.get("fr/visite.html")).toContain("<h1>La visite</h1>");
  });

  test("leads nowhere that is not there: pages, headings in them, pictures, files of the checkout", () => {
    const lost = [...pages].flatMap(([path, text]) =>
      [...attributes(text, "href"), ...attributes(text, "src")]
        .filter((address) => !/^(https?|mailto|data):/.test(address))
        .filter((address) => !isThere(path, decodeURI(address)))
        .map((address) => `${path}: ${address}`),
    );
    expect(lost).toEqual([]);
  });

  test("alone, leads to pages and pictures only, and says the names of files without a link", () => {
    const alone = docsPages(join(checkout, "docs"), "none");
    expect([...alone.keys()]).toEqual([...pages.keys()]);
    for (const [path, text] of alone) {
      const lost = attributes(text, "href")
        .filter((address) => !/^(https?|mailto|data):/.test(address))
        .filter((address) => !isThere(path, decodeURI(address)) || address.startsWith("../../"));
      expect(lost, path).toEqual([]);
      expect(text.match(/<a /g)?.length ?? 0, path).toBe(text.match(/<\/a>/g)?.length ?? 0);
    }
    expect(alone.get("hotspots.html")).toContain("<span>components/places/hotspots/point/</span>");
  });

  test("asks no other host for anything, and has no script", () => {
    for (const [path, text] of pages) {
      expect(text, path).not.toMatch(/<script|<iframe|<link[^>]+href="http/);
      expect(
        attributes(text, "src").filter((address) => !/^(\.\.\/)?images\//.test(address)),
        path,
      ).toEqual([]);
    }
  });

  test("names headings as forges do", () => {
    expect(anchorOf("What `apply` does, in 2 words!".replaceAll("`", ""))).toBe("what-apply-does-in-2-words");
    expect(anchorOf("Où l’on écrit")).toBe("où-lon-écrit");
  });
});

function isThere(from: string, address: string): boolean {
  const [file = "", anchor] = address.split("#");
  const path = file === "" ? from : posix.join(posix.dirname(from), file);
  const page = pages.get(path);
  if (page !== undefined) return anchor === undefined || page.includes(` id="${anchor}"`);
  // Pages are in .local/docs/; pictures are copied there.
  if (path.startsWith("images/")) return existsSync(join(checkout, "docs", path));
  return path.startsWith("../../") && existsSync(join(checkout, ".local", "docs", path));
}
