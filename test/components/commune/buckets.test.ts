import { expect, test } from "vitest";
import { changesOf, refusals } from "../../../components/commune/changes/changes.ts";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { fieldProblems } from "../../../components/commune/field-problems.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { published } from "../../../components/commune/publish.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";

const objects = { endpoint: "https://s3.ovh.test", region: "gra", bucket: "bron-documents" };
const declared = (nextcloud: object, more: object = {}) =>
  communeSchema.parse({
    ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", contact: "dsi@bron.test" },
    ...{ population: 42_000, nextcloud, ...more },
  });
const problems = (...of: Parameters<typeof declared>) =>
  fieldProblems(declared(...of)).map(({ field, message }) => `${field.join(".")}: ${message.slice(0, 40)}`);

test("documents have a bucket of their own, which is reached by host and port", () => {
  expect(problems({ objects })).toEqual([]);
  const media = { endpoint: objects.endpoint, bucket: "bron-documents", publicHost: "media.bron.test" };
  expect(problems({ objects }, { media })).toEqual([
    'nextcloud.objects.bucket: "bron-documents" is the bucket of media ',
  ]);
  expect(problems({ objects }, { media: { ...media, endpoint: "https://s3.lyon.test" } })).toEqual([]);
  const recovery = { vaults: ["coffre"], buckets: { coffre: objects } };
  expect(problems({ objects }, { recovery })).toEqual([
    'nextcloud.objects.bucket: "bron-documents" is the bucket of recove',
  ]);
  expect(problems({ objects: { ...objects, endpoint: "https://s3.ovh.test/a" } })).toEqual([
    'nextcloud.objects.endpoint: "https://s3.ovh.test/a" has a path, and ',
  ]);
});

test("a volume beside it has no size", () => {
  expect(problems({ objects, storage: "100 GiB" })).toEqual([
    "nextcloud.storage: sizes the volume of files, and there is ",
  ]);
});

const site = siteOf(siteSchema.parse({}));
const plan = (nextcloud: object) => planCommune(declared(nextcloud), site);

/** Refusals of a change, with the moves that somebody says are made. */
function refused(before: object, after: object, moved: readonly string[] = []): string[] {
  const facts = { moved, dataIsDisposable: false, today: "2026-12-01" };
  const changes = changesOf(published(plan(before), "00ff"), plan(after), facts);
  return refusals(changes).map(({ field, message }) => `${field.join(".")}: ${message}`);
}

test("files of a Nextcloud that runs stay on the kind of store that they are on, whoever copied them", () => {
  const place = "https://s3.ovh.test/bron-documents/";
  for (const moved of [[], [`nextcloud=${place}`], ["nextcloud=a volume"]]) {
    expect(refused({}, { objects }, moved)).toEqual([
      expect.stringMatching(
        /^nextcloud: its files are on a volume, .* would show none of them.*"Files in a bucket"\.$/,
      ),
    ]);
    expect(refused({ objects }, {}, moved)).toEqual([
      expect.stringMatching(
        /^nextcloud: its files are on https:\/\/s3\.ovh\.test\/bron-documents\/, .* would show none/,
      ),
    ]);
  }
});

test("they go to another bucket once they are copied, and a new Nextcloud may begin in one", () => {
  const other = { ...objects, bucket: "bron-documents-2" };
  expect(refused({ objects }, { objects: other })).toEqual([expect.stringContaining("Copy them first")]);
  expect(
    refused({ objects }, { objects: other }, ["nextcloud=https://s3.ovh.test/bron-documents-2/"]),
  ).toEqual([]);
  const before = published(planCommune(declared({}, { nextcloud: undefined, mastodon: {} }), site), "00ff");
  const after = planCommune(declared({ objects }, { mastodon: {} }), site);
  expect(
    refusals(changesOf(before, after, { moved: [], dataIsDisposable: false, today: "2026-12-01" })),
  ).toEqual([]);
});

test("what is published names its bucket and the keys that it needs for ever; on a volume it needs none", () => {
  const { services } = published(plan({ objects }), "00ff");
  expect(services.nextcloud).toMatchObject({
    media: "https://s3.ovh.test/bron-documents/",
    keys: ["nextcloud/instance-secret/v1", "nextcloud/instance-salt/v1", "nextcloud/instance-id/v1"],
  });
  expect(services.nextcloud).not.toHaveProperty("formerVolume");
  expect(published(plan({}), "00ff").services.nextcloud?.keys).toEqual([]);
});
