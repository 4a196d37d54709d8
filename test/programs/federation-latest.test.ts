import type { Server } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { type Latest, latestPagePath, latestPath } from "../../components/federation/latest.ts";
import { latestPosts, textOf } from "../../components/services/mastodon/latest.ts";
import { latestVideos } from "../../components/services/peertube/latest.ts";
import { Newest } from "../../programs/federation/latest.ts";
import { Publication } from "../../programs/publisher/publication.ts";
import { publicServer, reconcilersServer } from "../../programs/publisher/server.ts";

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function addressOf(server: Server): Promise<string> {
  servers.push(server.listen(0));
  await new Promise((resolve) => server.once("listening", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const service = {
  ...{ kind: "microblog", software: "mastodon", version: "4.6.5", licence: "AGPL-3.0-or-later" },
  ...{ url: "https://social.bron.test", source: "https://a.test", inside: "http://mastodon.svc" },
};
const own = { id: "bron", services: [service] };
const noon = new Date("2026-11-20T12:00:00Z");
const post = (text: string, url = "https://social.bron.test/@mairie/1") => ({
  ...{ url, text, date: "2026-11-20T09:00:00.000Z" },
});

test("what a service shows is kept, its own alone, and stays when it falls silent", async () => {
  let shows: () => Promise<ReturnType<typeof post>[]> = async () => [
    post("Le marché rouvre"),
    post("d’ailleurs", "https://ailleurs.test/1"),
    post("autre hôte", "https://social.bron.test.ailleurs.test/1"),
    { ...post("sans jour"), date: "hier" },
    post("x".repeat(5000)),
  ];
  const said: string[] = [];
  const newest = new Newest(own, [{ kind: "microblog", latest: () => shows() }]);
  await newest.round(noon, (line) => said.push(line));
  expect(newest.latest?.services.microblog).toMatchObject({ answers: true, at: noon.toISOString() });
  expect(newest.latest?.services.microblog?.items.map(({ text }) => text)).toEqual([
    "Le marché rouvre",
    "x".repeat(1000),
  ]);

  shows = () => Promise.reject(new Error("no answer"));
  const later = new Newest(own, [{ kind: "microblog", latest: () => shows() }], newest.latest);
  await later.round(new Date("2026-11-21T12:00:00Z"), (line) => said.push(line));
  await later.round(new Date("2026-11-21T12:05:00Z"), (line) => said.push(line));
  expect(later.latest?.services.microblog).toEqual({ ...newest.latest?.services.microblog, answers: false });
  expect(said).toEqual(["what microblog shows is not known: no answer; tried again"]);
});

test("what was known of another commune, or of another address, is not taken over", async () => {
  const before: Latest = {
    ...{ version: 1, id: "bron" },
    services: {
      microblog: { url: "https://old.bron.test", at: noon.toISOString(), answers: true, items: [] },
    },
  };
  const silent = [{ kind: "microblog", latest: () => Promise.reject(new Error("no answer")) }];
  expect(new Newest(own, silent, { ...before, id: "lyon" }).latest).toBeUndefined();
  const newest = new Newest(own, silent, before);
  await newest.round(noon, () => undefined);
  expect(newest.latest?.services.microblog?.url).toBe(service.url);
});

test("the publisher shows it on a page that asks the service for nothing, and takes no other commune's", async () => {
  const shown = { id: "bron", name: "Bron", domain: "bron.test" };
  const publication = new Publication(shown);
  const failed = (error: unknown) => expect.fail(String(error));
  const site = await addressOf(
    publicServer({
      ...{ publication, own: shown, failed, files: new Map(), told: () => undefined },
      ...{ website: undefined, webfinger: undefined, home: undefined },
    }),
  );
  const door = await addressOf(reconcilersServer({ publication, failed }));
  const page = async () => (await fetch(`${site}${latestPagePath}`)).text();
  expect(await page()).toContain("Rien n’est encore connu");

  const put = (body: object) =>
    fetch(`${door}${latestPath}`, { method: "PUT", body: JSON.stringify(body) }).then(({ status }) => status);
  const services = {
    microblog: {
      url: service.url,
      at: noon.toISOString(),
      answers: false,
      items: [post("<b>Fête</b> & bal")],
    },
  };
  expect(await put({ version: 1, id: "lyon", services })).toBe(422);
  expect(
    await put({ version: 1, id: "bron", services: { a: { ...services.microblog, url: "javascript:1" } } }),
  ).toBe(422);
  expect(await put({ version: 1, id: "bron", services })).toBe(204);
  const text = await page();
  expect(text).toContain("&lt;b&gt;Fête&lt;/b&gt; &amp; bal");
  expect(text).toContain("Ce service ne répond pas en ce moment");
  expect(text).not.toMatch(/<(img|script|iframe|video)/);
});

/** A service that answers with what upstream documents, and the requests that reached it. */
async function answering(answers: Record<string, unknown>) {
  const asked: string[] = [];
  const inside = await addressOf(
    createServer((request, response) => {
      asked.push(`${request.headers.host} ${request.url}`);
      const answer = answers[new URL(request.url ?? "/", "http://a").pathname];
      response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer ?? {}));
    }),
  );
  return { inside, asked };
}

test("of Mastodon, public posts as text; a warning stands for what it hides", async () => {
  const status = { url: "https://social.bron.test/@mairie/1", created_at: "2026-11-20T09:00:00.000Z" };
  const { inside, asked } = await answering({
    "/api/v1/accounts/lookup": { id: "7" },
    "/api/v1/accounts/7/statuses": [
      {
        ...status,
        content: "<p>Un &amp; deux</p><p>trois<br>quatre</p>",
        spoiler_text: "",
        visibility: "public",
      },
      { ...status, content: "<p>caché</p>", spoiler_text: "Travaux", visibility: "public" },
      { ...status, content: "<p>entre nous</p>", spoiler_text: "", visibility: "unlisted" },
    ],
  });
  const shown = await latestPosts({ inside, url: service.url, account: "mairie@bron.test" });
  expect(shown.map(({ text }) => text)).toEqual(["Un & deux\n\ntrois\nquatre", "Travaux"]);
  expect(asked[0]).toBe("social.bron.test /api/v1/accounts/lookup?acct=mairie");
});

test("the text of a post is text: entities once, and no markup", () => {
  expect(textOf("<p>&lt;script&gt; &amp;lt; &#39;&#x41;&#99999999;</p>")).toBe("<script> &lt; 'A&#99999999;");
});

test("of PeerTube, its own videos by their names", async () => {
  const video = {
    url: "https://video.bron.test/w/1",
    name: "Conseil",
    publishedAt: "2026-11-20T09:00:00.000Z",
  };
  const { inside, asked } = await answering({
    "/api/v1/videos": {
      data: [
        { ...video, isLocal: true },
        { ...video, name: "ailleurs", isLocal: false },
      ],
    },
  });
  const shown = await latestVideos({ inside, url: "https://video.bron.test" });
  expect(shown.map(({ text }) => text)).toEqual(["Conseil"]);
  expect(asked).toEqual(["video.bron.test /api/v1/videos?isLocal=true&sort=-publishedAt&count=10"]);
});
