import pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { secretLabels } from "../../components/commune/secret-names.ts";
import { secretName } from "../../components/foundation/seed/labels.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const declared = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  mail: { relay: "smtp.bron.test", user: "nuage" },
  identity: { issuer: "https://id.bron.test" },
  media: { endpoint: "https://s3.bron.test", bucket: "bron", publicHost: "media.bron.test" },
  recovery: { vaults: ["lyon"] },
};
const sections = {
  ...{ nextcloud: {}, mastodon: {}, peertube: { plugins: {} } },
  ...{ hotspots: {}, schools: {}, directory: {}, lists: {}, tickets: {} },
  tenants: { domain: "assos-bron.test", requests: {} },
};
/** Sections of a commune whose people log in at its own login, and not at somebody else's. */
const withOwnLogin = { nextcloud: {}, mastodon: {}, tickets: {}, directory: {}, identity: {} };
const site = siteOf(siteSchema.parse({}));

async function registered(secrets: Record<string, number>, of: object = sections): Promise<Registration[]> {
  const plan = planCommune(communeSchema.parse({ ...declared, ...of, secrets }), site);
  return record("bron", () => {
    new Commune(
      "bron",
      {
        plan,
        site,
        seed: undefined,
        given: (name) => pulumi.secret(`given ${name}`),
      },
      {},
    );
  });
}

const given = ["mail-password", "identity-client-secret", "media-access-key", "media-secret-key"];
const derived = secretLabels.filter(({ rotation }) => rotation !== "never").map(secretName);
const names = [...derived.filter((name) => !/-database\//.test(name)), ...given];

let first: Registration[];
let raised: Registration[];

beforeAll(async () => {
  first = await registered({});
  raised = await registered(Object.fromEntries(names.map((name) => [name, 2])));
}, 120_000);

// The Job of the plugins looks again whatever PeerTube starts again for.
const video = ["bron-peertube", "bron-peertube-plugins"];

/** Pods that are made anew, and Jobs that run, because a secret has another version. */
const follow: Record<string, readonly string[]> = {
  "nextcloud/admin-password": ["bron-nextcloud", "bron-nextcloud-admin-password"],
  "nextcloud/federation-password": ["bron-federation-reconciler", "bron-nextcloud"],
  "nextcloud/database-password": ["bron-database-role-nextcloud", "bron-nextcloud"],
  "nextcloud/cache-password": ["bron-nextcloud", "bron-nextcloud-cache"],
  "mastodon/owner-password": ["bron-mastodon-bootstrap", "bron-mastodon-owner-password"],
  "mastodon/federation-token": ["bron-federation-reconciler", "bron-mastodon-bootstrap"],
  "mastodon/database-password": [
    "bron-database-role-mastodon",
    ...["scheduler", "sidekiq", "streaming", "web"].map((part) => `bron-mastodon-${part}`),
  ],
  "mastodon/cache-password": [
    "bron-mastodon-cache",
    ...["scheduler", "sidekiq", "streaming", "web"].map((part) => `bron-mastodon-${part}`),
  ],
  "peertube/root-password": ["bron-peertube", "bron-peertube-plugins", "bron-peertube-root-password"],
  "peertube/database-password": ["bron-database-role-peertube", ...video],
  "peertube/cache-password": ["bron-peertube-cache", ...video],
  "database/superuser-password": ["bron-database"],
  "database/keeper-password": ["bron-database-keeper-copier", "bron-database-keeper-role"],
  "directory/manager-password": ["bron-directory"],
  "directory/reader-password": ["bron-directory"],
  "directory/accounts-password": ["bron-accounts", "bron-directory"],
  "accounts/key": ["bron-accounts"],
  "directory/addresses-password": ["bron-directory", "bron-lists"],
  "lists/database-password": ["bron-database-role-lists", "bron-lists"],
  "tickets/account-password": ["bron-tickets"],
  "tickets/database-password": ["bron-database-role-tickets", "bron-tickets"],
  "tickets/cache-password": ["bron-tickets", "bron-tickets-cache"],
  "tickets/login-secret": ["bron-login", "bron-tickets"],
  "login/session-key": ["bron-login"],
  "login/signing-key": ["bron-login"],
  "nextcloud/login-secret": ["bron-login", "bron-nextcloud"],
  "mastodon/login-secret": [
    "bron-login",
    ...["scheduler", "sidekiq", "streaming", "web"].map((part) => `bron-mastodon-${part}`),
  ],
  "federation/signing-key": ["bron-federation-reconciler"],
  "hotspots/signing-key": ["bron-hotspots-server"],
  "hotspots/status-token": ["bron-hotspots-server"],
  // It never reaches the cluster: what is published next is signed with it.
  "schools/packages-key": [],
  // A vault is another commune's, and hears of it from who comes with it.
  "recovery/vault-key": ["bron-database-keeper-copier", "bron-federation-reconciler"],
  "recovery/vault-access": ["bron-database-keeper-copier", "bron-federation-reconciler"],
  // Each restore point reads its Secret anew.
  ...Object.fromEntries(
    ["nextcloud", "mastodon", "peertube", "lists", "tickets", "directory"].map((service) => [
      `${service}/restore-point-key`,
      [],
    ]),
  ),
  "requests/signing-key": ["bron-requests-form"],
  "mail-password": [
    "bron-requests-form",
    ...["scheduler", "sidekiq", "streaming", "web"].map((part) => `bron-mastodon-${part}`),
    "bron-nextcloud",
    "bron-lists",
    "bron-tickets",
    ...video,
  ],
  "identity-client-secret": [
    "bron-tickets",
    ...["scheduler", "sidekiq", "streaming", "web"].map((part) => `bron-mastodon-${part}`),
    "bron-nextcloud",
  ],
  "media-access-key": [
    ...["scheduler", "sidekiq", "streaming", "web"].map((part) => `bron-mastodon-${part}`),
    ...video,
  ],
  "media-secret-key": [
    ...["scheduler", "sidekiq", "streaming", "web"].map((part) => `bron-mastodon-${part}`),
    ...video,
  ],
};

test.each(names)("%s in another version reaches what sets it and what reads it", async (name) => {
  const changed = await changedBy(name);
  expect(changed).toEqual([...(follow[name] ?? ["not in the table"])].sort());
});

/** Workloads and Jobs that are others when one secret alone has its second version. */
async function changedBy(name: string): Promise<string[]> {
  // Of a service's own secret, the service alone tells: a third of the time.
  const [owner = ""] = name.split("/");
  const alone = Object.entries(sections).filter(([section]) => section === owner);
  const isOfLogin = ["login", "accounts"].includes(owner) || /\/(login-secret|accounts-password)$/.test(name);
  // What services are let in with is theirs to read too.
  const isAlone = alone.length > 0 && name !== "directory/addresses-password";
  const of = isOfLogin ? withOwnLogin : isAlone ? Object.fromEntries(alone) : sections;
  const before = of === sections ? first : await registeredOnce(isOfLogin ? "login" : owner, of);
  const known = new Map(before.map((each) => [each.name + each.type, JSON.stringify(each.inputs)]));
  return (await registered({ [name]: 2 }, of))
    .filter(({ type }) => /:(Deployment|StatefulSet|Job|CronJob)$/.test(type))
    .filter((each) => known.get(each.name + each.type) !== JSON.stringify(each.inputs))
    .map((each) => each.name)
    .sort();
}

const once = new Map<string, Promise<Registration[]>>();

function registeredOnce(owner: string, of: object): Promise<Registration[]> {
  const found = once.get(owner) ?? registered({}, of);
  once.set(owner, found);
  return found;
}

test("another key that signs for the points of the public Wi-Fi takes another serial: its public half is signed too", () => {
  const signed = (registrations: readonly Registration[]) =>
    registrations.find(({ name }) => name === "bron-hotspots-signed")?.inputs;
  expect(signed(first)).toBeDefined();
  expect(signed(raised)).not.toEqual(signed(first));
});

test("all of them at once add the three Jobs, none is in the clear, and all of it is within the policies", () => {
  expect(judgeObjects(rules, kubernetesObjects(raised)).map(sentence)).toEqual([]);
  const text = JSON.stringify(raised);
  expect(text).not.toMatch(/given (mail|media|identity)/);
  const added = raised
    .filter(({ name }) => !first.some((each) => each.name === name))
    .map((each) => each.name);
  expect(added.sort()).toEqual([
    "bron-mastodon-owner-password",
    "bron-nextcloud-admin-password",
    "bron-peertube-root-password",
  ]);
});

test.each(["bron-mastodon-owner-password", "bron-nextcloud-admin-password", "bron-peertube-root-password"])(
  "%s waits until its pod may reach the database: a policy that is late would cost it each of its tries",
  (name) => {
    const job = JSON.stringify(raised.find((each) => each.name === name)?.inputs);
    expect(job).toContain("patiently() {");
  },
);

test("what logs in as root, or follows in the owner's name, comes after the Job that sets the password", () => {
  const waits = (name: string) => raised.find((each) => each.name === name)?.dependsOn ?? [];
  const jobs = (name: string) => waits(name).filter((each) => each.includes(":Job::"));
  expect(jobs("bron-peertube-plugins").join()).toContain("bron-peertube-root-password");
  expect(jobs("bron-mastodon-bootstrap").join()).toContain("bron-mastodon-owner-password");
});
