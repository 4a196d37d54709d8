import pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { english } from "../../components/commune/changes/english.ts";
import { podsOf, restartChanges } from "../../components/commune/changes/restarts.ts";
import { tell } from "../../components/commune/changes/sentences.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { published } from "../../components/commune/publish.ts";
import type { Published } from "../../components/commune/published.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { Review } from "../../policies/review.ts";
import { record } from "./recorder.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};
const every = { nextcloud: {}, mastodon: {}, peertube: {}, hotspots: {}, schools: {} };
const site = siteOf(siteSchema.parse({}));
const plan = (more: object) => planCommune(communeSchema.parse({ ...bron, ...more }), site);

/** Returns what a program registers for a declaration. */
async function objects(more: object): Promise<Review["objects"]> {
  const review = new Review();
  await record(bron.id, () => {
    const args = { plan: plan(more), site, seed: undefined };
    new Commune(
      bron.id,
      { ...args, given: (name) => pulumi.secret(`given ${name}`) },
      { transformations: [review.note] },
    );
  });
  return review.objects;
}

const told = new Map<string, Promise<Record<string, string>>>();

/** Returns what a declaration's pods are made of, found once for each. */
function pods(more: object): Promise<Record<string, string>> {
  const key = JSON.stringify(more);
  const found = told.get(key) ?? objects(more).then((found) => podsOf(found, plan(more)));
  told.set(key, found);
  return found;
}

/** Returns what is said before one declaration takes the place of another. */
async function announced(from: object, to: object, known?: Partial<Published>): Promise<string[]> {
  const before = { ...published(plan(from), "00ff"), pods: await pods(from), ...known };
  return restartChanges(before, plan(to), await pods(to)).map(({ told }) => tell(told, english));
}

/** Whether a value of something that is only known later is in there: a checksum would be the same for all. */
function hasOutput(value: unknown): boolean {
  if (pulumi.Output.isInstance(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasOutput);
}

test("every pod whose end people notice is told by what it is made of", async () => {
  const registered = await objects(every);
  expect(Object.keys(podsOf(registered, plan(every))).sort()).toEqual([
    "federation",
    "mastodon-cache",
    "mastodon-scheduler",
    "mastodon-sidekiq",
    "nextcloud",
    "nextcloud-cache",
    "peertube",
    "peertube-cache",
    "schools",
  ]);
  const deployments = registered.filter(({ kind }) => kind === "Deployment");
  expect(deployments.length).toBeGreaterThan(10);
  // The points' server has the serial, which the cluster says: nobody notices when that one restarts.
  expect(deployments.filter(({ spec }) => hasOutput(spec)).map(({ metadata }) => metadata.name)).toEqual([
    "hotspots",
  ]);
});

test("nothing is said of an update that restarts nothing", async () => {
  expect(await announced(every, every)).toEqual([]);
  expect(await announced({ nextcloud: {} }, every)).toEqual([]);
});

test("a changed setting, another size of a cache and another pod of the schools are said beforehand", async () => {
  expect(await announced(every, { ...every, nextcloud: { settings: { loglevel: 1 } } })).toEqual([
    "Nextcloud restarts: nobody can use it for about a minute.",
  ]);
  expect(await announced({ mastodon: {} }, { mastodon: { expectedUsers: 90_000 } })).toContain(
    "The cache of Mastodon restarts: for some seconds it answers with errors. What waits in it stays.",
  );
  const otherwise = Object.fromEntries(Object.keys(await pods(every)).map((name) => [name, "of before"]));
  expect(
    (await announced(every, every, { pods: otherwise })).map((sentence) => sentence.split(" restarts")[0]),
  ).toEqual([
    "Nextcloud",
    "The cache of Nextcloud",
    "The cache of Mastodon",
    "PeerTube",
    "The cache of PeerTube",
    "The schools' server",
  ]);
});

test("the directory's restart is said, also where an older toolkit did not say what its pod is made of", async () => {
  const [before, after] = [{ directory: {} }, { directory: {}, nextcloud: {} }];
  const sentence = "The directory of people restarts: for some seconds nobody logs in.";
  const { directory = "", ...others } = await pods(before);
  expect(directory).not.toBe("");
  expect(await announced(before, after)).toEqual([]);
  expect(await announced(before, after, { pods: { directory: "of before" } })).toEqual([sentence]);
  expect(await announced(before, after, { pods: others })).toEqual([sentence]);
  expect(await announced({}, before)).toEqual([]);
});

test("another version is announced as such, not as a restart", async () => {
  const [older, newer] = ["32.0.13", "33.0.7"].map((version) => ({ nextcloud: { version } }));
  expect(await announced(older ?? {}, newer ?? {})).toEqual([]);
});

test("where an older version of the toolkit did not say what runs, that is said, and what may restart", async () => {
  const [sentence, ...others] = await announced(every, every, { pods: undefined });
  expect(sentence).toContain(
    "each of nextcloud, nextcloud-cache, mastodon-cache, peertube, peertube-cache, schools may be",
  );
  expect(others).toEqual([]);
  expect(await announced({}, {}, { pods: undefined })).toEqual([]);
});

test("a pod whose annotation has a name of the SDK's own is one like any other", () => {
  const deployment = (text: string) => ({
    ...{ kind: "Deployment", metadata: { name: "portal" } },
    spec: {
      strategy: { type: "Recreate" },
      template: { metadata: { annotations: { __pulumiOutput: text } }, spec: {} },
    },
  });
  const found = (text: string) => podsOf([deployment(text)], plan({}));
  expect(found("one")).not.toEqual({});
  expect(found("one")).not.toEqual(found("two"));
});
