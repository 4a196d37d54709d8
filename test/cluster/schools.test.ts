import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { fetchLibrary } from "../../components/schools/schools/source.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { schoolsCommand } from "../../scripts/schools.ts";
import { lesson, notice } from "../components/schools/lessons/lesson.ts";
import { Project } from "./project.ts";

const cluster = openCluster(inject("cluster"));
const stack = "school-town";
const address = `https://ecoles.${stack}.test`;
let project: Project;

/** Through the ingress controller, as a workstation asks. */
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
const outside = ((url: string, init?: object) => undiciFetch(url, { ...init, dispatcher })) as typeof fetch;

const sha256 = (content: Uint8Array | string) => createHash("sha256").update(content).digest("hex");
const text = async (path: string) => (await outside(`${address}${path}`)).text();
const bytes = async (path: string) => Buffer.from(await (await outside(`${address}${path}`)).arrayBuffer());

const drawing = (colour: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="${colour}"/></svg>`;
const film = randomBytes(2 ** 21);

function write(path: string, content: string | Buffer): void {
  const file = join(project.folder, "stacks", stack, "library", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Returns what `commune schools` says. */
async function schools(...words: string[]): Promise<string> {
  const said: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
  try {
    const command = schoolsCommand({
      project: project.folder,
      reach: () => ({ environment: project.environment, context: undefined }),
    });
    await command.parseAsync(words, { from: "user" });
  } finally {
    log.mockRestore();
  }
  return said.join("\n");
}

async function publish(): Promise<{ published: number; sent: { files: number } }> {
  return JSON.parse(await schools("publish", stack, "--json"));
}

beforeAll(async () => {
  project = new Project(cluster.environment);
  project.declare(
    stack,
    `id: ${stack}
name: Bron
insee: "69029"
domain: ${stack}.test
population: 42000
contact: numerique@bron.test
schools:
  storage: 1 GiB
  libraries: { commune: { name: Ville de Bron, folder: library } }
  establishments: { jules-ferry: { name: École Jules-Ferry, levels: [elementaire] } }
`,
  );
  write("pictures/lion d'été.svg", drawing("#c1440e"));
  write("videos/film.mp4", film);
  write("interactivities/dé.wgt/index.html", "<!doctype html><script>roll()</script>");
  write("lessons/cm1/fractions.ubz", lesson());
  write("lessons/cm1/fractions.yaml", notice);
  await project.createStack(stack);
  await project.up(stack);
});

afterAll(async () => {
  await dispatcher.close();
  await project.end(stack);
});

test("a place without a publication says so, and what version of OpenBoard to have", async () => {
  await vi.waitFor(async () => expect(await text("/")).toContain("Rien n’est encore publié ici."), 30_000);
  expect(JSON.parse(await text("/update.json"))).toEqual({ version: "1.7.7", url: `${address}/packages/` });
});

test("a publication is read over HTTPS, each file as its checksum says, and written by nobody", async () => {
  expect(await publish()).toMatchObject({ published: 16, sent: { files: 16 } });
  const list = await text("/library/commune/SHA256SUMS");
  const listed = list.split("\n").filter(Boolean);
  expect(listed.map((line) => line.slice(66))).toEqual([
    "interactivities/dé.wgt/index.html",
    "lessons/cm1/fractions.ubz",
    "pictures/lion d'été.svg",
    "videos/film.mp4",
  ]);
  for (const line of listed) {
    const [sum, path] = [line.slice(0, 64), line.slice(66)];
    const inLibrary = `/library/commune/${path.split("/").map(encodeURIComponent).join("/")}`;
    expect([sha256(await bytes(inLibrary)), sha256(await bytes(`/objects/${sum}`))]).toEqual([sum, sum]);
  }
  // A neighbour takes the library over, as `source:` does.
  const folder = mkdtempSync(join(tmpdir(), "neighbour-"));
  const source = { address: `${address}/library/commune`, sha256: sha256(list) };
  expect((await fetchLibrary(source, folder, outside)).size).toBe(4);
  rmSync(folder, { recursive: true });

  const rest = await outside(`${address}/objects/${sha256(film)}`, { headers: { range: "bytes=2000000-" } });
  expect([rest.status, Buffer.from(await rest.arrayBuffer()).equals(film.subarray(2_000_000))]).toEqual([
    206,
    true,
  ]);
  const etag = (await outside(`${address}/library/commune/SHA256SUMS`)).headers.get("etag") ?? "";
  const again = await outside(`${address}/library/commune/SHA256SUMS`, {
    headers: { "if-none-match": etag },
  });
  expect(again.status).toBe(304);
  const widget = await outside(`${address}/library/commune/interactivities/d%C3%A9.wgt/index.html`);
  expect(widget.headers.get("content-security-policy")).toBe("default-src 'none'; sandbox");
  for (const method of ["PUT", "POST", "DELETE"]) {
    const { status } = await outside(`${address}/library/commune/videos/film.mp4`, { method, body: "x" });
    expect([403, 405]).toContain(status);
  }
  const inside = ["exec", `--namespace=${stack}-schools`, "deployment/schools", "--container=nginx", "--"];
  const written = execa("kubectl", [...inside, "touch", "/srv/schools/x"], { env: cluster.environment });
  await expect(written).rejects.toThrow("Read-only file system");
});

test("lessons are a catalogue, and packages a repository that its key signs", async () => {
  expect(JSON.parse(await text("/lessons/lessons.json"))).toMatchObject([
    { title: "Les fractions & co", author: "Claire Dupont", licence: { id: "CC-BY-SA-4.0" } },
  ]);
  const packages = await text("/packages/Packages");
  const file = /^Filename: \.\/(commune-school-jules-ferry_.*\.deb)$/m.exec(packages)?.[1] ?? "";
  expect(packages).toContain(`SHA256: ${sha256(await bytes(`/packages/${file}`))}`);
  const release = await text("/packages/InRelease");
  expect(release).toContain(` ${sha256(packages)} ${Buffer.byteLength(packages)} Packages`);
  const sources = await text(`/packages/${stack}.sources`);
  expect(sources).toContain(`URIs: ${address}/packages/\nSuites: ./\nSigned-By:\n -----BEGIN PGP PUBLIC KEY`);
});

test("what changes is sent, and one command shows the publication of before again", async () => {
  const before = await text("/library/commune/SHA256SUMS");
  write("pictures/lion d'été.svg", drawing("#0b6e4f"));
  process.env.SOURCE_DATE_EPOCH = String(Date.UTC(2030, 0) / 1000);
  const { sent } = await publish();
  delete process.env.SOURCE_DATE_EPOCH;
  // The drawing and the list that has it; the kit, its page, and the three lists of the repository.
  expect(sent.files).toBe(7);
  expect(await text("/library/commune/SHA256SUMS")).not.toBe(before);
  expect(await schools("back", stack)).toMatch(/the publication [0-9a-f]{16} is shown again/);
  expect(await text("/library/commune/SHA256SUMS")).toBe(before);
  expect(await project.up(stack)).toEqual({ unchanged: expect.any(Number) });
});
