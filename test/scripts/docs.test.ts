import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { checkout } from "../../local/paths.ts";
import { searchScript } from "../../scripts/docs/search.ts";
import { anchorOf, docsPages } from "../../scripts/docs/site.ts";

const pages = docsPages(join(checkout, "docs"));
const attributes = (text: string, name: string) =>
  [...text.matchAll(new RegExp(` ${name}="([^"]*)"`, "g"))].map(([, value = ""]) =>
    value.replaceAll("&amp;", "&"),
  );

describe("docs/ as pages", () => {
  test("has every page of it, with its title and language", () => {
    expect([...pages.keys()]).toEqual(
      expect.arrayContaining(["index.html", "reference.html", "fr/visite.html", "approval.html"]),
    );
    expect(pages.get("fr/visite.html")).toContain('<html lang="fr">');
    expect(pages.get("fr/visite.html")).toContain("<h1>La visite</h1>");
  });

  test("begins in French, and has two levels above each page, with its group", () => {
    expect(pages.get("index.html")).toContain("<h1>Les guides</h1>");
    expect(pages.get("index.html")).toContain('<html lang="fr">');
    expect(pages.get("reference.html")).toContain("<h1>Documentation</h1>");
    const ways = (path: string) => {
      const [, nav = ""] =
        /<nav aria-label="Documentation">([\s\S]*?)<\/nav>/.exec(pages.get(path) ?? "") ?? [];
      return { leads: attributes(nav, "href"), says: nav.replaceAll(/<[^>]+>|\n/g, "") };
    };
    expect(ways("fr/accord.html")).toEqual({
      leads: ["../index.html", "../reference.html#reference", "../reference.html"],
      says: "Guides · Référence (en anglais) · Décider et contrôler · In English",
    });
    expect(ways("nextcloud.html")).toEqual({
      leads: ["reference.html#guides", "reference.html#reference", "index.html"],
      says: "Guides · Reference · Reference › Services · En français",
    });
    for (const path of pages.keys()) expect(ways(path).leads, path).toHaveLength(3);
  });

  test.each(["docs", "docs/fr"])("%s/README.md lists each page of its folder once", (folder) => {
    const index = readFileSync(join(checkout, folder, "README.md"), "utf8").replace(/^\|.*$/gm, "");
    const listed = [...index.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, page]) => page);
    const there = readdirSync(join(checkout, folder)).filter(
      (file) => file.endsWith(".md") && file !== "README.md",
    );
    expect(listed.toSorted()).toEqual(there.toSorted());
  });

  test("shows titles where a link says the name of a file", () => {
    expect(pages.get("monitoring.html")).toContain('<a href="troubleshooting.html">Troubleshooting</a>');
    const named = [...pages].filter(([, text]) => />[a-z/-]+\.md<\/a>/.test(text)).map(([path]) => path);
    expect(named).toEqual([]);
  });

  test("lists every decision", () => {
    const index = pages.get("decisions/index.html") ?? "";
    const decisions = [...pages.keys()].filter((path) => /^decisions\/\d/.test(path));
    expect(decisions.length).toBeGreaterThan(100);
    for (const path of decisions) expect(index).toContain(`href="${posix.basename(path)}"`);
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

  test("asks no other host for anything, and has no script but the search of an index", () => {
    for (const [path, text] of pages) {
      const search = /^(index|reference)\.html$/.test(path);
      expect(text.match(/<script/g)?.length ?? 0, path).toBe(search ? 1 : 0);
      expect(text, path).not.toMatch(/<iframe|<link[^>]+href="http/);
      expect(
        attributes(text, "src").filter((address) => !/^(\.\.\/)?(images\/|search\.js$)/.test(address)),
        path,
      ).toEqual([]);
    }
  });

  test("are searched by the words of each section, without accents, at addresses that are there", () => {
    const [, text = ""] = /^const entries = (.*);$/m.exec(searchScript(join(checkout, "docs"))) ?? [];
    const entries = JSON.parse(text) as [string, string, string][];
    expect(entries.filter(([address]) => !isThere("index.html", address))).toEqual([]);
    const found = entries.filter(
      ([, , words]) => words.includes(" verifier ") && words.includes(" journal "),
    );
    expect(found.map(([address]) => address)).toContain("fr/auditer.html#vérifier-le-journal");
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
  if (path === "search.js") return true;
  // Pages are in .local/docs/; pictures are copied there.
  if (path.startsWith("images/")) return existsSync(join(checkout, "docs", path));
  return path.startsWith("../../") && existsSync(join(checkout, ".local", "docs", path));
}
