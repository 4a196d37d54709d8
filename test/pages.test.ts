import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkout } from "../local/paths.ts";
import { codeOf, contextless } from "./contexts.ts";

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

test("every command that acts on a cluster names its context, on pages, in what commands print and in scripts that they write", () => {
  const tracked = execFileSync("git", ["ls-files"], { cwd: checkout, encoding: "utf8" }).split("\n");
  const pages = tracked.filter((file) => /^(docs\/(?!decisions\/|measurements).*|[A-Z]+)\.md$/.test(file));
  const sources = tracked.filter((file) =>
    /^((audit|charts|components|policies|programs|scripts)\/.*|[a-z]+)\.(ts|js|sh|txt|yaml)$/.test(file),
  );
  const read = (file: string) => readFileSync(join(checkout, file), "utf8");
  const uncommented = (text: string) => text.replaceAll(/^\s*(\/?\*|\/\/|#).*$/gm, "");
  const found = [
    ...pages.flatMap((file) => codeOf(read(file)).map((text) => [file, text] as const)),
    ...sources.map((file) => [file, uncommented(read(file))] as const),
  ].flatMap(([file, text]) => contextless(text).map((command) => `${file}: ${command}`));
  expect(found).toEqual([]);
});

test.each([
  ["kubectl -n bron-database exec database-0 -- rm -r x", 1],
  ["npx commune admission | kubectl apply -f -", 1],
  ["helm install traefik traefik", 1],
  ["kubectl --context mairie -n bron-database delete pod database-0", 0],
  ["kubectl rollout restart", 0],
  ["kubectl -n bron-database get pods", 0],
])("a command without a context is found: %s", (text, count) => {
  expect(contextless(text)).toHaveLength(count);
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
