import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { kitFolder, stateFolder, syncScript } from "../../components/kit/sync.ts";

describe("the synchronisation of a workstation", () => {
  const id = "commune";
  const lists = new Map<string, string>();
  const objects = new Map<string, string>();
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
      if (content === undefined) response.writeHead(404).end();
      else if (request.headers["if-none-match"] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag }).end(content);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    root = mkdtempSync(join(folder, "root-"));
    for (const path of ["bin", kitFolder, stateFolder]) mkdirSync(join(root, path), { recursive: true });
    stub(
      "aria2c",
      `sed -n 's/^  out=//p' inputs | while read -r sum; do curl -sf -o incoming/$sum ${address}/objects/$sum; done`,
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
    const input = syncScript
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
});
