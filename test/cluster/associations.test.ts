import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { lists } from "./associations/lists.ts";
import { tenants } from "./associations/tenants.ts";
import { AssociationsTown } from "./associations/town.ts";
import { wordpress } from "./associations/wordpress.ts";

/** A commune without a login of its own, which is brought up once, and what its associations have. */
const town = new AssociationsTown(openCluster(inject("cluster")), "club-town", "Club Town");
const hosted = tenants(town);
const mailing = lists(town);

beforeAll(() => town.start());
afterAll(() => town.end());

hosted.alone();
wordpress(town);
mailing.inUse();

test("a second update changes nothing", async () => {
  // What was restarted by hand carries a note of that, which no declaration has.
  expect(await town.up()).toEqual({ unchanged: expect.any(Number) });
});

hosted.joined();

describe("once an association has gone and a list is closed", () => {
  hosted.left(() => mailing.close());
  mailing.closed();
});
