import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kitFolder, stateFolder, syncScript } from "../../../components/schools/kit/sync.ts";

describe("the synchronisation of a workstation", () => {
  const id = "commune";
  const lists = new Map<string, string>();
  const objects = new Map<string, string>();
  const answers: number[] = [];
  let server: Server;
  let address: string;
  let root: string;
  const folder = mkdtempSync(join(tmpdir(), "sync-"));

  beforeAll(async () => {
    server = createServer((request, response) => {
      const [, place = "", name = ""] = request.url?.split("/") ?? [];
      const content = place === "library" ? lists.get(name) : objects.get(name);
      const etag = `"${createHash("sha256")
        .update(content ?? "")
        .digest("hex")}"`;
      const code = content === undefined ? 404 : request.headers["if-none-match"] === etag ? 304 : 200;
      if (place === "library") answers.push(code);
      response.writeHead(code, { etag }).end(code === 200 ? content : "");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    answers.length = 0;
    root = mkdtempSync(join(folder, "root-"));
    for (const path of ["bin", kitFolder, stateFolder]) mkdirSync(join(root, path), { recursive: true });
    stub(
      "aria2c",
      `sed -n 's/^  out=//p' inputs | while read -r sum; do [ -f incoming/$sum ] || curl -sf -o incoming/$sum ${address}/objects/$sum; done`,
    );
  });

  /** A program that stands in for another. */
  function stub(name: string, script: string): void {
    writeFileSync(join(root, "bin", name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Publishes a shelf: texts by path. */
  function publish(shelf: string, files: Record<string, string>): void {
    const lines = Object.entries(files).map(([path, content]) => {
      const sum = createHash("sha256").update(content).digest("hex");
      objects.set(sum, content);
      return `${sum}  ${path}\n`;
    });
    lists.set(shelf, lines.join(""));
  }

  /** Runs the script on a folder in place of the machine's root. @returns paths of the library's files. */
  async function sync(shelves: Record<string, string>): Promise<string[]> {
    writeFileSync(join(root, kitFolder, "address"), `${address}\n`);
    writeFileSync(join(root, kitFolder, "bandwidth"), "2000\n");
    const lines = Object.entries(shelves).map(([shelf, name]) => `${shelf}\t${name}\n`);
    writeFileSync(join(root, kitFolder, "shelves"), lines.join(""));
    const input = syncScript()
      .replaceAll(stateFolder, join(root, stateFolder))
      .replaceAll(kitFolder, join(root, kitFolder));
    const path = `${join(root, "bin")}:${process.env.PATH}`;
    const { stderr } = await execa("sh", { input, env: { PATH: path, LC_ALL: "", LANG: "fr_FR.UTF-8" } });
    expect(stderr).toBe("");
    const library = join(root, stateFolder, "library");
    return readdirSync(library, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(library.length + 1))
      .sort();
  }

  it("compares lists in the order in which it sorts them, on a machine that speaks French", async () => {
    stub(
      "comm",
      `[ "$LC_ALL" = C ] || { echo 'comm: not in sorted order' >&2; exit 1; }\nexec /usr/bin/comm "$@"`,
    );
    publish(id, { "lessons/été.ubz": "1", "lessons/Ete.ubz": "2" });
    expect(await sync({ [id]: "Ville de Bron" })).toHaveLength(2);
  });

  it("asks for a list once, and removes what is no longer in it, down to an emptied shelf", async () => {
    publish(id, { "pictures/a.png": "a", "shapes/b.svg": "b" });
    const both = [`pictures/Bron/a.png`, `shape/Bron/b.svg`];
    expect(await sync({ [id]: "Bron" })).toEqual(both);
    expect(await sync({ [id]: "Bron" })).toEqual(both);
    expect(answers).toEqual([200, 304]);
    publish(id, { "pictures/a.png": "a" });
    expect(await sync({ [id]: "Bron" })).toEqual(both.slice(0, 1));
    publish(id, {});
    expect(await sync({ [id]: "Bron" })).toEqual([]);
    expect(readdirSync(join(root, stateFolder, "library/pictures"))).toEqual([]);
  });

  it("removes a shelf that is no longer declared, and moves renamed ones without fetching them again", async () => {
    publish("one", { "pictures/a.png": "a" });
    publish("two", { "pictures/a.png": "not a", "lessons/c.ubz": "c" });
    const before = await sync({ one: "Bron", two: "Lyon" });
    expect(before).toEqual(["lessons/Lyon/c.ubz", "pictures/Bron/a.png", "pictures/Lyon/a.png"]);
    objects.clear();
    // Each takes the name of the other.
    const swapped = await sync({ one: "Lyon", two: "Bron" });
    expect(swapped).toEqual(["lessons/Bron/c.ubz", "pictures/Bron/a.png", "pictures/Lyon/a.png"]);
    expect(readFileSync(join(root, stateFolder, "library/pictures/Lyon/a.png"), "utf8")).toBe("a");
    expect(await sync({ one: "Lyon" })).toEqual(["pictures/Lyon/a.png"]);
    expect(readdirSync(join(root, stateFolder, "incoming"))).toEqual([]);
  });
});
