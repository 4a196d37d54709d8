import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { answersPagePath, answersPath } from "../../components/federation/answers.ts";
import type { Answer, Ask } from "../../components/foundation/program/request.ts";
import { Measurements } from "../../programs/federation/answers.ts";
import { Publication } from "../../programs/publisher/publication.ts";
import { publicServer, reconcilersServer } from "../../programs/publisher/server.ts";

const lyon = { peer: "lyon", domain: "lyon.test" };
const own = {
  id: "bron",
  services: [
    {
      ...{
        kind: "documents" as const,
        software: "nextcloud",
        version: "33.0.7",
        licence: "AGPL-3.0-or-later",
      },
      ...{ url: "https://cloud.bron.test", source: "https://a.test", inside: "http://nextcloud.svc" },
    },
  ],
};
const said = {
  domain: "lyon.test",
  services: own.services.map((each) => ({ ...each, url: "https://cloud.lyon.test" })),
};

/** The network: what answers with which status, and what was asked. */
function network(answers: Record<string, number | string>) {
  const asked: string[] = [];
  const ask = async (address: string, { method = "GET", headers = {} }: Ask = {}): Promise<Answer> => {
    asked.push(`${method} ${address}${headers.host ? ` as ${headers.host}` : ""}`);
    const answer = answers[address];
    if (answer === undefined) throw new Error("no answer");
    return typeof answer === "number"
      ? { status: answer, type: "", body: Buffer.alloc(0) }
      : { status: 200, type: "", body: Buffer.from(answer) };
  };
  return { ask, asked, answers };
}

const noon = new Date("2026-11-20T12:00:00Z");

test("own services are asked inside, peers' at their public addresses, also when the peer has fallen silent", async () => {
  const { ask, asked, answers } = network({ "http://nextcloud.svc/": 302, "https://cloud.lyon.test": 200 });
  const measurements = new Measurements(own, ask);
  await measurements.round([lyon], noon);
  expect(measurements.answers).toMatchObject({
    own: { documents: { answers: true } },
    linked: { lyon: { services: {} } },
  });
  measurements.know("lyon", said);
  await measurements.round([lyon], noon);
  expect(asked).toContain("HEAD http://nextcloud.svc/ as cloud.bron.test");
  expect(asked).toContain("HEAD https://cloud.lyon.test");

  // Another program, which has only what was written down; lyon says nothing more.
  const later = new Measurements(own, ask, measurements.answers);
  delete answers["https://cloud.lyon.test"];
  answers["http://nextcloud.svc/"] = 503;
  await later.round([lyon], new Date("2026-11-21T12:00:00Z"));
  expect(later.answers?.linked.lyon?.services.documents).toMatchObject({
    answers: false,
    days: [
      [1, 0],
      [1, 1],
    ],
  });
  expect(later.answers?.own.documents).toMatchObject({
    answers: false,
    days: [
      [1, 0],
      [2, 2],
    ],
  });
  await later.round([], noon);
  expect(later.answers?.linked).toEqual({});
});

test("what a peer has seen of us is asked of it, and kept while it does not say", async () => {
  const theirs = new Measurements(
    { id: "lyon", services: [] },
    network({ "https://cloud.bron.test": 200 }).ask,
  );
  theirs.know("bron", { domain: "bron.test", services: own.services });
  await theirs.round([{ peer: "bron", domain: "bron.test" }], noon);
  const { ask, asked, answers } = network({
    [`https://lyon.test${answersPath}?of=bron`]: JSON.stringify(theirs.answers),
  });
  const ours = new Measurements(own, ask);
  await ours.round([lyon], noon);
  const seen = { lyon: { domain: "lyon.test", services: theirs.answers?.linked.bron?.services } };
  expect(ours.answers?.seenBy).toEqual(seen);
  answers[`https://lyon.test${answersPath}?of=bron`] = "<html>";
  for (let round = 0; round < 6; round++) await ours.round([lyon], noon);
  expect(ours.answers?.seenBy).toEqual(seen);
  expect(asked.filter((each) => each.includes(answersPath))).toHaveLength(2);
  await ours.round([], noon);
  expect(ours.answers?.seenBy).toEqual({});
});

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

test("the publisher shows what the reconciler has measured, to people and to programs", async () => {
  const shown = { id: "bron", name: "Bron", domain: "bron.test" };
  const publication = new Publication(shown);
  const failed = (error: unknown) => expect.fail(String(error));
  const [site, door] = await Promise.all(
    [
      publicServer({
        ...{ publication, own: shown, failed, files: new Map() },
        ...{ website: undefined, webfinger: undefined, home: undefined, told: () => undefined },
      }),
      reconcilersServer({ publication, failed }),
    ].map(async (server) => {
      servers.push(server.listen(0));
      await new Promise((resolve) => server.once("listening", resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }),
  );
  const page = async () => (await fetch(`${site}${answersPagePath}`)).text();
  expect((await fetch(`${site}${answersPath}`)).status).toBe(503);
  expect(await page()).toContain("Rien n’a encore été mesuré");

  const measurements = new Measurements(own, network({}).ask);
  await measurements.round([lyon], noon);
  const put = (body: string) => fetch(`${door}${answersPath}`, { method: "PUT", body });
  expect((await put("{}")).status).toBe(422);
  expect((await put(JSON.stringify({ ...measurements.answers, id: "lyon" }))).status).toBe(422);
  expect((await put(JSON.stringify(measurements.answers))).status).toBe(204);
  expect(await (await fetch(`${site}${answersPath}`)).json()).toEqual(measurements.answers);
  const seen = async (of: string) => (await fetch(`${site}${answersPath}?of=${of}`)).json();
  expect(await seen("lyon")).toMatchObject({ id: "bron", own: {}, linked: { lyon: {} }, seenBy: {} });
  expect(await seen("toString")).toMatchObject({ linked: {} });
  expect(await page()).toContain("<strong>ne répond pas</strong>");
  expect(await page()).toContain("Mesuré par la commune seule");

  const warning = "Ces services ne sont plus ceux de Bron";
  expect(await page()).not.toContain(warning);
  expect((await put(JSON.stringify({ ...measurements.answers, replacedBy: 2 }))).status).toBe(204);
  expect(await page()).toContain(warning);
});
