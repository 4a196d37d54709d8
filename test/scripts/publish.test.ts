import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { published } from "../../components/commune/publish.ts";
import { type Published, readPublished } from "../../components/commune/published.ts";
import { portalFiles } from "../../components/portal/manifests.ts";
import { agentFor, doorwayOf } from "../../scripts/look/doorway.ts";
import { publishCommand, type Surroundings } from "../../scripts/publish.ts";
import { planOf } from "../../scripts/recovery/points.ts";
import { portal } from "../components/portal/town.ts";
import { selfSigned } from "../self-signed.ts";

const page = "https://bron.test/actualites#2026-11-26-le-marche-rouvre";
let folder: string;
let stacks: string;
let server: Server;
let address: string;
/** Events in order; texts of the pages; the posts, and the keys that Mastodon remembers. */
let events: string[];
let pages: Map<string, string>;
let posts: { id: string; content: string; at: string }[];
let keys: Map<string, string>;
let output: Published | undefined;
let mastodon: "up" | "down" | "loses its answers";
let arePagesUp: boolean;
let now: string;

beforeAll(async () => {
  const { certificate, key } = selfSigned(["bron.test", "social.bron.test"], 2);
  folder = mkdtempSync(join(tmpdir(), "publish-"));
  writeFileSync(join(folder, "ca.crt"), certificate);
  server = createServer({ cert: certificate, key }, async (request, answer) => {
    const url = new URL(request.url ?? "/", `https://${request.headers.host}`);
    const body = await text(request);
    const { status, said } =
      url.hostname === "bron.test"
        ? ofPages(url.pathname)
        : ofMastodon(`${request.method} ${url.pathname}`, url, request.headers, body);
    answer.writeHead(status, { "content-type": "text/plain" }).end(said);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  stacks = mkdtempSync(join(folder, "stacks-"));
  declare();
  [events, pages, posts, keys, mastodon, arePagesUp] = [[], new Map(), [], new Map(), "up", true];
  now = "2026-11-26T10:00:00Z";
  output = undefined;
  applied();
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

function declare(more = portal): void {
  mkdirSync(join(stacks, "bron", "news"), { recursive: true });
  writeFileSync(
    join(stacks, "bron", "commune.yaml"),
    `id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 42000\ncontact: a@bron.test\nmastodon: {}\n${more}`,
  );
}

/** The stack completes an update: the pages are as declared. */
function applied(): void {
  const plan = planOf({ stacks }, "bron");
  output = readPublished(JSON.parse(JSON.stringify(published(plan, "00ff", output))));
  pages = new Map((plan.portal ? portalFiles(plan.portal) : []).map((file) => [file.path, file.text]));
}

function ofPages(path: string): { status: number; said: string } {
  const said = pages.get(path) ?? "";
  const status = !arePagesUp || said === "" ? 503 : 200;
  events.push(`${path} ${status}`);
  return { status, said };
}

/** Mastodon's API as far as it counts here; test/cluster/services/publishing.ts has the same against the double. */
function ofMastodon(
  what: string,
  url: URL,
  { authorization, "idempotency-key": key = "" }: Record<string, string | string[] | undefined>,
  body: string,
): { status: number; said: string } {
  if (authorization !== "Bearer of-the-owner") return { status: 401, said: "{}" };
  const entity = ({ id, content, at }: (typeof posts)[number]) => ({
    ...{ id, content, created_at: at, url: `https://social.bron.test/@mairie/${id}` },
  });
  if (what === "GET /api/v1/accounts/lookup") {
    return { status: 200, said: JSON.stringify({ id: "7", acct: url.searchParams.get("acct") }) };
  }
  if (what === "GET /api/v1/accounts/7/statuses") {
    const before = Number(url.searchParams.get("max_id") ?? Number.POSITIVE_INFINITY);
    const shown = posts.filter(({ id }) => Number(id) < before).reverse();
    return { status: 200, said: JSON.stringify(shown.slice(0, 40).map(entity)) };
  }
  events.push(what);
  const known = posts.find(({ id }) => id === keys.get(String(key)));
  if (known === undefined) {
    const { status, visibility } = JSON.parse(body) as { status: string; visibility: string };
    expect(visibility).toBe("public");
    posts.push({
      id: String(posts.length + 1),
      content: `<p>${status.replace(/https:\S+/, '<a href="$&">…</a>')}</p>`,
      at: "2026-11-26T12:00:00.000Z",
    });
    keys.set(String(key), String(posts.length));
  }
  if (mastodon === "loses its answers") return { status: 502, said: "" };
  return { status: 200, said: JSON.stringify(entity(known ?? posts[posts.length - 1] ?? fail())) };
}

function fail(): never {
  throw new Error("no post");
}

/** Runs the command as the commune's people would. */
async function publish(...words: string[]): Promise<number> {
  process.exitCode = undefined;
  const surroundings: Surroundings = {
    stacks,
    stackOf: () => ({
      outputs: async () => ({
        published: output,
        addresses: { mastodon: "https://social.bron.test" },
        accounts: { mastodon: { user: "mairie", password: "" } },
      }),
      up: async () => {
        events.push("up");
        applied();
        return 1;
      },
    }),
    tokenOf: async () => {
      if (mastodon === "down") throw new Error("error: no pod of mastodon-web is there\nmore");
      return "of-the-owner";
    },
    dispatcherOf: (options) => agentFor(doorwayOf(options)),
    now: () => new Date(now),
    pause: async () => undefined,
  };
  const at = ["--address", address, "--ca", join(folder, "ca.crt")];
  await publishCommand(surroundings).parseAsync(["bron", ...words, ...at], { from: "user" });
  return Number(process.exitCode ?? 0);
}

function written(text = "# Le marché rouvre\n\nSamedi : place Curial, `a : b` & « l’été »."): string {
  const file = join(folder, "news.md");
  writeFileSync(file, text);
  return file;
}

const outbox = () => JSON.parse(readFileSync(join(stacks, "bron", "news", "outbox.json"), "utf8"));
const name = "2026-11-26-le-marche-rouvre";

/** Both are read three times in a row: the pod of before may answer for some seconds more. */
const read = ["/actualites 200", "/actualites.atom 200"];

test("news is on the page and in the feed before it is posted, once, with the page's address", async () => {
  expect(await publish(written())).toBe(0);
  expect(events).toEqual(["up", ...read, ...read, ...read, "POST /api/v1/statuses"]);
  expect(posts[0]?.content).toBe(`<p>Le marché rouvre\n\n<a href="${page}">…</a></p>`);
  expect(outbox()).toEqual({ [name]: { tries: 1, posted: "https://social.bron.test/@mairie/1" } });
  expect(existsSync(join(stacks, "bron", "news", `${name}.md`))).toBe(true);
  [events, now] = [[], "2026-11-27T10:00:00Z"];
  expect([await publish(), await publish(written())]).toEqual([0, 0]);
  expect(events.filter((event) => event !== "/actualites 200" && event !== "/actualites.atom 200")).toEqual(
    [],
  );
});

test("with Mastodon down it is published all the same, waits, and is posted when it is back", async () => {
  mastodon = "down";
  expect(await publish(written())).toBe(1);
  expect(events).toEqual(["up", ...read, ...read, ...read]);
  const last = { at: "2026-11-26T10:00:00.000Z", why: "error: no pod of mastodon-web is there" };
  expect(outbox()).toEqual({ [name]: { tries: 1, last } });
  expect(await publish()).toBe(1);
  expect(outbox()[name].tries).toBe(2);
  mastodon = "up";
  expect(await publish()).toBe(0);
  expect(outbox()[name]).toEqual({ tries: 3, posted: "https://social.bron.test/@mairie/1" });
  expect(posts).toHaveLength(1);
});

test("a post whose answer was lost is not made again: within an hour by its key, later by reading", async () => {
  mastodon = "loses its answers";
  expect(await publish(written())).toBe(1);
  expect(outbox()[name].last.why).toBe("social.bron.test answered 502 to /api/v1/statuses");
  // More than a page of posts since, and a server that has forgotten the key.
  const more = Array.from({ length: 60 }, (_, index) => String(index + 2));
  posts.push(...more.map((id) => ({ id, content: "<p>…</p>", at: "2026-11-26T13:00:00.000Z" })));
  [mastodon, keys] = ["up", new Map()];
  expect(await publish()).toBe(0);
  expect(outbox()[name].posted).toBe("https://social.bron.test/@mairie/1");
  expect(posts).toHaveLength(61);
  // Another machine, which knows nothing of it.
  rmSync(join(stacks, "bron", "news", "outbox.json"));
  expect(await publish(written())).toBe(0);
  expect(posts).toHaveLength(61);
});

test("what cannot be read on the commune's own pages is posted nowhere", async () => {
  arePagesUp = false;
  await expect(publish(written())).rejects.toThrow(
    `${name} is declared, and cannot be read yet: https://bron.test/actualites answered 503. It was not posted.`,
  );
  expect(posts).toEqual([]);
  arePagesUp = true;
  expect(await publish()).toBe(0);
  expect(posts).toHaveLength(1);
});

test("news that is older than all that the page has is refused", async () => {
  for (let day = 1; day <= 30; day++) {
    writeFileSync(
      join(stacks, "bron", "news", `2026-12-${String(day).padStart(2, "0")}-a.md`),
      `# ${day}\n\nTexte.\n`,
    );
  }
  applied();
  await expect(publish(written())).rejects.toThrow("is older than the 30 pieces of news");
  expect(existsSync(join(stacks, "bron", "news", `${name}.md`))).toBe(false);
});

test("nothing is written where it would be refused, or where more than news would change", async () => {
  await expect(publish(written("Le marché"))).rejects.toThrow("its first line is no title");
  writeFileSync(join(stacks, "bron", "news", `${name}.md`), "# Autre\n\nTexte.\n");
  await expect(publish(written())).rejects.toThrow("has another text");
  rmSync(join(stacks, "bron", "news", `${name}.md`));
  declare(`${portal}peertube: {}\n`);
  await expect(publish(written())).rejects.toThrow(/more than news would change[\s\S]*peertube/i);
  declare("");
  await expect(publish(written())).rejects.toThrow("declares no pages of its own");
  expect(existsSync(join(stacks, "bron", "news", `${name}.md`))).toBe(false);
  expect(events).toEqual([]);
});
