import { describe, expect, test } from "vitest";
import { connectionProblemsOf } from "../../../components/commune/connections.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import {
  connectionProblem,
  connectionsAllowed,
  memoryForConnections,
} from "../../../components/platform/database/connections.ts";

const bron = {
  ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", population: 42_000 },
  contact: "numerique@bron.test",
};
const media = { endpoint: "https://s3.lyon.test", bucket: "bron", publicHost: "media.bron.test" };
const all = {
  ...{ nextcloud: {}, mastodon: {}, peertube: {}, lists: {}, tickets: {}, directory: {} },
  ...{ mail: { relay: "smtp.bron.test" }, tenants: { domain: "assos-bron.test" } },
};
const problems = (declared: object) =>
  connectionProblemsOf(
    planCommune(communeSchema.parse({ ...bron, ...declared }), siteOf(siteSchema.parse({}))),
  ).map(({ field, message }) => `${field.join(".")}: ${message}`);

describe("connections to a server", () => {
  test.each([250, 3500, 10_000, 42_000, 160_000])(
    "of all services of a commune of %i fit, on one server and on their own, on one node and on several",
    (population) => {
      const own = (section: object) => ({ ...section, dedicatedDatabase: {} });
      const apart = { ...all, mastodon: own({}), nextcloud: own({}), peertube: own({}) };
      for (const services of [all, { ...all, lists: own({}), tickets: own({}) }, apart])
        for (const availability of ["single", "node-loss"])
          expect(problems({ ...services, population, availability, media })).toEqual([]);
    },
  );

  test("that a declared memory does not allow are refused there, with what would", () => {
    const [found = "", ...others] = problems({ ...all, database: { memory: "256 MiB" } });
    expect(others).toEqual([]);
    expect(found).toMatch(
      /^database\.memory: PostgreSQL allows 40 connections with 256 MiB and keeps 10 for its own work; mastodon for 44 \(web 2 × 10, streaming 2 × 5, sidekiq 1 × 7, scheduler 1 × 2, job 1 × 5\) and nextcloud for \d+/,
    );
    const enough = /Write at least "(\d+ MiB)", or take the memory out\.$/.exec(found)?.[1];
    expect(problems({ ...all, database: { memory: enough } })).toEqual([]);
  });

  test("of a service's own server are counted apart", () => {
    const mastodon = { expectedUsers: 800, dedicatedDatabase: { memory: "256 MiB" } };
    expect(problems({ ...all, mastodon })).toEqual([
      expect.stringMatching(/^mastodon\.dedicatedDatabase\.memory: .* mastodon for \d+ \(.*\) asks, at/),
    ]);
  });

  test("that no server allows are refused at the service that asks for most, with the way out", () => {
    const large = { mastodon: { expectedUsers: 20_000 }, nextcloud: { expectedUsers: 9000 } };
    const [found = ""] = problems(large);
    expect(found).toMatch(
      /^mastodon: .* No server allows more than 200\. Give one of the services a server of its own/,
    );
    expect(problems({ ...large, nextcloud: { expectedUsers: 9000, dedicatedDatabase: {} } })).toEqual([]);
    // Its pooler takes fewer on several nodes than its processes do on one.
    expect(problems({ ...large, media, availability: "node-loss" })).toEqual([]);
  });

  test("of a town of 300,000 fit one server on one node, and on several its services have their own", () => {
    const town = { ...all, population: 300_000, media };
    expect(problems(town)).toEqual([]);
    const several = { ...town, availability: "node-loss" };
    expect(problems(several)).toHaveLength(1);
    expect(problems({ ...several, nextcloud: { dedicatedDatabase: {} } })).toEqual([]);
  });

  test("of a server outside are its operator's to allow", () => {
    const database = { external: { host: "postgresql.bron.test" } };
    expect(problems({ ...all, database, mastodon: { expectedUsers: 500_000 } })).toEqual([]);
  });
});

test("a server of the memory that connections need allows them, and not one more", () => {
  for (const count of [40, 83, 150, 190]) {
    const memory = { memoryMiB: memoryForConnections(count), isDeclared: true };
    const asking = (each: number) => [{ service: "a", connections: [{ process: "web", pods: 1, each }] }];
    expect(connectionProblem(asking(count), memory)).toBeUndefined();
    expect(connectionProblem(asking(count + 1), memory)).toBeDefined();
  }
  expect([1, 256, 1600, 65_536].map(connectionsAllowed)).toEqual([40, 40, 200, 200]);
});
