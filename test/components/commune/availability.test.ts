import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { changesOf } from "../../../components/commune/changes/changes.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { drilled } from "../../../components/commune/drilled.ts";
import { parts } from "../../../components/commune/parts.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { checkout } from "../../../local/paths.ts";

const [begin, end] = ["<!-- parts: begin -->", "<!-- parts: end -->"];

const bron = {
  ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", population: 42_000 },
  contact: "numerique@bron.test",
  media: { endpoint: "https://s3.lyon.test", bucket: "bron", publicHost: "media.bron.test" },
  nextcloud: {},
  mastodon: {},
};
const plan = (more: object) =>
  planCommune(communeSchema.parse({ ...bron, ...more }), siteOf(siteSchema.parse({})));

test("docs/availability.md says of each part what becomes of it when its node is lost", async () => {
  const rows = parts.map((part) => {
    const [title] = Object.values(part.sections ?? {});
    return `| ${title?.en ?? part.kind} | ${part.whenNodeIsLost} |`;
  });
  expect(rows.filter((row) => !/\| [A-Z].*\. \|$/.test(row))).toEqual([]);
  const page = readFileSync(join(checkout, "docs", "availability.md"), "utf8");
  const [before, after] = [page.split(begin)[0], page.split(end)[1]];
  const table = ["| part | when its node is lost |", "|---|---|", ...rows].join("\n");
  await expect(`${before}${begin}\n\n${table}\n\n${end}${after}`).toMatchFileSnapshot(
    "../../../docs/availability.md",
  );
});

describe("the availability of a commune", () => {
  const facts = { moved: [], dataIsDisposable: false, today: "2026-11-25" };
  const changes = (from: object, to: object) => changesOf(published(plan(from), "00ff"), plan(to), facts);
  const told = (from: object, to: object) =>
    changes(from, to).flatMap(({ name, from, to, effect, affected, told }) =>
      told.sentence === "availabilityChanges" ? [[name, from, to, effect, affected]] : [],
    );
  const tolerant = { availability: "node-loss" };
  const services = ["nextcloud", "mastodon"];

  test("goes to node-loss and back as a reversible change of every service", () => {
    expect(told({}, tolerant)).toEqual([["availability", "single", "node-loss", "reversible", services]]);
    expect(told(tolerant, {})).toEqual([["availability", "node-loss", "single", "reversible", services]]);
  });

  test("restarts the database server, which needs more connections, and says so; not with its memory declared", () => {
    const restarts = (server: object) => {
      const more = { database: { ...server, availability: "single" } };
      return changes(more, { ...more, ...tolerant }).filter(({ interruption }) => interruption !== "none");
    };
    expect(restarts({}).map(({ told: { sentence } }) => sentence)).toEqual(["serverRestarts"]);
    expect(restarts({ memory: "2 GiB" })).toEqual([]);
  });

  const refused = (from: object, to: object) =>
    changes(from, to).flatMap(({ effect, field, told: { sentence } }) =>
      effect === "refused" ? [[sentence, field.join(".")]] : [],
    );

  test("leaves a server with rows as it is, in both directions, unless its rows are told to stay", () => {
    const stays = [["serverStays", "database.availability"]];
    expect(refused({}, tolerant)).toEqual(stays);
    expect(refused(tolerant, { nextcloud: {} }).slice(0, 1)).toEqual(stays);
    expect(refused({}, { ...tolerant, database: { availability: "single" } })).toEqual([]);
    const own = { nextcloud: { dedicatedDatabase: {} } };
    expect(refused(own, { ...own, ...tolerant, database: { availability: "single" } })).toEqual([
      ["serverStays", "nextcloud.dedicatedDatabase.availability"],
    ]);
  });

  test("brings no queue back to one server while its service runs; what was retired comes back on one", () => {
    const single = { database: { availability: "single" } };
    const queue = [["queueStays", "mastodon"]];
    expect(refused({ ...tolerant, ...single }, single)).toEqual(queue);
    const away = { mastodon: { retired: { since: "2026-11-20" } } };
    expect(refused({ ...tolerant, ...single, ...away }, { ...single, ...away })).toEqual([]);
    expect(refused({ ...tolerant, ...single, ...away }, single)).toEqual([]);
  });

  test("of a service alone is its own change", () => {
    const own = { mastodon: tolerant };
    expect(told({}, own)).toEqual([
      ["mastodon.availability", "single", "node-loss", "reversible", ["mastodon"]],
    ]);
    const onlyOthers = { ...tolerant, mastodon: { availability: "single" } };
    expect(told({}, onlyOthers)).toEqual([
      ["availability", "single", "node-loss", "reversible", ["nextcloud"]],
    ]);
    expect(told(onlyOthers, tolerant)).toEqual([
      ["mastodon.availability", "single", "node-loss", "reversible", ["mastodon"]],
    ]);
  });

  test("that is written otherwise and means the same is no change", () => {
    expect(told({}, { availability: "single", mastodon: { availability: "single" } })).toEqual([]);
    expect(told(tolerant, { ...tolerant, mastodon: tolerant })).toEqual([]);
  });

  test("of a server is not that of its drill: the copy has one", () => {
    const database = { availability: "node-loss", storage: "30 GiB" };
    const declared = communeSchema.parse({ ...bron, database, nextcloud: { dedicatedDatabase: database } });
    const copy = drilled(declared, { of: "bron", services: ["nextcloud", "mastodon"] });
    const { database: shared, nextcloud } = planCommune(copy, siteOf(siteSchema.parse({})));
    expect(shared).toMatchObject({ ours: { storageGiB: 30 } });
    expect([
      shared && "ours" in shared && shared.ours.availability,
      nextcloud?.dedicatedDatabase?.availability,
    ]).toEqual([undefined, undefined]);
  });

  test("is single in the copy of a drill, whatever is declared", () => {
    const declared = communeSchema.parse({ ...bron, ...tolerant, mastodon: tolerant });
    const site = siteOf(siteSchema.parse({}));
    expect(planCommune(declared, site).availability).toEqual({
      commune: "node-loss",
      services: { mastodon: "node-loss" },
    });
    const copy = drilled(declared, { of: "bron", services: ["mastodon"] });
    expect(planCommune(copy, site).availability).toEqual({
      commune: "single",
      services: { mastodon: "single" },
    });
  });
});
