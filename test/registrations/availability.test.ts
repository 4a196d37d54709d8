import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { kindOf } from "../../components/foundation/availability/availability.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { podSpecOf } from "../../components/foundation/manifest/pod-template.ts";
import { checkout } from "../../local/paths.ts";
import { footprints, total } from "../../policies/footprint.ts";
import { energy } from "../../policies/hardware.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { wrongIn } from "../upstream/cloudnative-pg/fields.ts";
import { example, registered, registeredNow } from "./declared.ts";
import { goldenDifference, readGolden, registrationsIn, reviewed, reviewedCommunes } from "./golden.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";

const full = example("full.yaml");
let base: readonly Registration[];
/** With every database server as it was: it has rows. */
let kept: readonly Registration[];
let tolerant: readonly Registration[];
beforeAll(async () => {
  base = await registered(full);
  kept = await registeredNow(tolerating({ availability: "single" }));
  tolerant = await registeredNow(tolerating({ upgradeFrom: undefined }));
});

/** The example with `node-loss`. @param server of each of its database servers, beside what it declares. */
function tolerating(server: object): typeof full {
  const { declaration } = full;
  const sections = Object.entries(declaration).map(([name, section]: [string, unknown]) => {
    if (name === "database") return [name, { ...declaration.database, ...server }];
    const has = typeof section === "object" && section !== null && "dedicatedDatabase" in section;
    if (!has || typeof section.dedicatedDatabase !== "object") return [name, section];
    return [name, { ...section, dedicatedDatabase: { ...section.dedicatedDatabase, ...server } }];
  });
  // What Object.fromEntries makes, which it does not tell.
  const changed = Object.fromEntries(sections) as typeof declaration;
  return { ...full, declaration: { ...changed, availability: "node-loss" } };
}

test("node-loss registers what was reviewed of it otherwise than of examples-full, within the policies", async () => {
  const text = goldenDifference({ like: "examples-full", renamed: {} }, base, tolerant);
  await expect(text).toMatchFileSnapshot("../golden/examples-node-loss.yaml");
  expect(registrationsIn(text, () => reviewed(base))).toEqual(reviewed(tolerant));
  expect(judgeObjects(rules, kubernetesObjects(tolerant)).map(sentence)).toEqual([]);
});

const ofKind = (objects: readonly KubernetesObject[], kind: string) =>
  objects.filter((object) => object.kind === kind);
const placeOf = ({ metadata: { namespace, name } }: KubernetesObject) => `${namespace}/${name}`;
const selectorOf = ({ spec }: KubernetesObject) => (spec as { selector: object }).selector;

test("every Deployment that runs twice has a budget with its selector, and nothing else has one", () => {
  const objects = kubernetesObjects(tolerant);
  const repeated = ofKind(objects, "Deployment").filter((object) => kindOf({ ...object }) === "repeated");
  const budgets = ofKind(objects, "PodDisruptionBudget");
  const [ofMembers, ofDeployments] = [true, false].map((isMember) =>
    budgets.filter(({ metadata: { name } }) => name.endsWith("-members") === isMember),
  );
  expect(ofDeployments?.map((budget) => [placeOf(budget), selectorOf(budget)]).sort()).toEqual(
    repeated.map((deployment) => [placeOf(deployment), selectorOf(deployment)]).sort(),
  );
  const caches = ["mastodon-cache", "nextcloud-cache", "peertube-cache", "tickets-cache"];
  expect(repeated.map(({ metadata: { name } }) => name).sort()).toEqual([
    "mastodon-cache",
    ...["mastodon-sidekiq", "mastodon-streaming", "mastodon-web"],
    ...caches.slice(1),
  ]);
  expect(ofMembers?.map(({ metadata: { name } }) => name).sort()).toEqual(
    caches.map((name) => `${name}-members`),
  );
  expect(ofKind(kubernetesObjects(base), "PodDisruptionBudget")).toEqual([]);
});

test("where database servers stay as they are, no Job runs again, and nothing that holds data restarts but caches, on their volumes", () => {
  const left = (registrations: readonly Registration[], kind: string) =>
    registrations
      .filter(({ type, name }) => type.endsWith(`:${kind}`) && !name.includes("-cache-"))
      .map(({ name, inputs }) => ({ name, inputs }));
  expect(left(kept, "StatefulSet")).toEqual(left(base, "StatefulSet"));
  expect(left(kept, "PersistentVolumeClaim")).toEqual(left(base, "PersistentVolumeClaim"));
  const names = (registrations: readonly Registration[]) =>
    ofKind(kubernetesObjects(registrations), "Job").map(({ metadata: { name } }) => name);
  expect(names(kept)).toEqual(names(base));
});

test("every database server of ours is several, of fields that the operator knows, and its clients find the one that takes writes", () => {
  const clusters = ofKind(kubernetesObjects(tolerant), "Cluster");
  const servers = ofKind(kubernetesObjects(base), "StatefulSet").filter(
    ({ metadata: { name } }) => name === "database",
  );
  expect(clusters.map(placeOf).sort()).toEqual(servers.map(placeOf).sort());
  expect(clusters.flatMap(({ spec }) => wrongIn(spec))).toEqual([]);
  const text = JSON.stringify(kubernetesObjects(tolerant));
  expect(text).toContain("database-rw.oullins-pierre-benite-nextcloud-database.svc");
  expect(text).not.toContain("database.oullins-pierre-benite-nextcloud-database.svc");
});

test("a cache is three members and two proxies, at its address, and its first member has its volume", () => {
  const own = (registrations: readonly Registration[]) =>
    kubernetesObjects(registrations).filter(({ metadata }) => metadata.name.startsWith("mastodon-cache"));
  const [before, after] = [own(base), own(kept)];
  const [service] = ofKind(after, "Service");
  expect(service).toEqual(ofKind(before, "Service")[0]);
  expect(ofKind(after, "StatefulSet").map(({ metadata: { name } }) => name)).toEqual([
    ...["mastodon-cache-0", "mastodon-cache-1", "mastodon-cache-2"],
  ]);
  expect(JSON.stringify(ofKind(after, "StatefulSet")[0])).toContain('"claimName":"mastodon-cache"');
  expect(ofKind(after, "PersistentVolumeClaim").map(({ metadata: { name } }) => name)).toEqual([
    ...["mastodon-cache", "mastodon-cache-1", "mastodon-cache-2"],
  ]);
});

/** Containers that give up a lost server, each with the ConfigMap whose file its variable names. */
function givesUp(object: KubernetesObject): string[] {
  const pod = podSpecOf({ ...object });
  const { containers = [], volumes = [] } = (pod ?? {}) as {
    containers?: {
      name: string;
      env?: { name: string; value?: string }[];
      volumeMounts?: { name: string; mountPath: string }[];
    }[];
    volumes?: { name: string; configMap?: { name: string } }[];
  };
  return containers.flatMap(({ name, env = [], volumeMounts = [] }) =>
    env
      .filter(({ name: variable }) => variable === "PGSERVICEFILE")
      .map(({ value = "" }) => {
        const mount = volumeMounts.find(({ mountPath }) => value === `${mountPath}/pg_service.conf`);
        const config = volumes.find((volume) => volume.name === mount?.name)?.configMap?.name;
        return `${object.metadata.name} ${name}: ${config}`;
      }),
  );
}

test("whatever stays connected through libpq gives up a server that is lost, by a file that is there", () => {
  const objects = kubernetesObjects(tolerant);
  const all = objects.flatMap(givesUp);
  expect([...new Set(all)].sort()).toMatchInlineSnapshot(`
    [
      "keeper receive: lists-database-keeper-lost-server",
      "keeper receive: mastodon-database-keeper-lost-server",
      "keeper receive: nextcloud-database-keeper-lost-server",
      "keeper receive: peertube-database-keeper-lost-server",
      "keeper receive: tickets-database-keeper-lost-server",
      "keeper ship: lists-database-keeper-lost-server",
      "keeper ship: mastodon-database-keeper-lost-server",
      "keeper ship: nextcloud-database-keeper-lost-server",
      "keeper ship: peertube-database-keeper-lost-server",
      "keeper ship: tickets-database-keeper-lost-server",
      "lists receiver: lists-lost-server",
      "lists sender: lists-lost-server",
      "lists sympa: lists-lost-server",
      "mastodon-scheduler scheduler: mastodon-lost-server",
      "mastodon-sidekiq sidekiq: mastodon-lost-server",
      "mastodon-web puma: mastodon-lost-server",
      "nextcloud php: nextcloud-lost-server",
      "nextcloud-cron cron: nextcloud-lost-server",
      "tickets pretix: tickets-lost-server",
      "tickets worker: tickets-lost-server",
      "tickets-cron cron: tickets-lost-server",
    ]
  `);
  const files = ofKind(objects, "ConfigMap").filter(({ metadata: { name } }) =>
    name.endsWith("-lost-server"),
  );
  expect(new Set(files.map(({ metadata: { name } }) => name))).toEqual(
    new Set(all.map((line) => line.slice(line.lastIndexOf(" ") + 1))),
  );
  for (const file of files) expect(file).toHaveProperty(["data", "pg_service.conf"]);
  expect(ofKind(objects, "Job").flatMap(givesUp)).toEqual([]);
  const one = kubernetesObjects(base);
  expect(one.flatMap(givesUp)).toEqual([]);
  expect(one.filter(({ metadata: { name } }) => name.endsWith("-lost-server"))).toEqual([]);
});

test("size and energy count the pods that run twice", () => {
  const [one, two, three] = [base, kept, tolerant].map((each) => total(footprints(kubernetesObjects(each))));
  if (one === undefined || two === undefined || three === undefined) throw new Error("No footprint.");
  // Mastodon's three, and of each of four caches two members and two proxies.
  expect(two.pods - one.pods).toBe(3 + 4 * 4);
  const servers = ofKind(kubernetesObjects(tolerant), "Cluster").length;
  expect(three.pods - two.pods).toBe(2 * servers);
  expect(energy(two).kilowattHoursPerYear).toBeGreaterThan(energy(one).kilowattHoursPerYear);
});

const begin = "<!-- workloads: begin -->";
const titles = {
  repeated: "`repeated`: two pods or more",
  replaced: "`replaced`: one pod, elsewhere after about 85 s",
  exclusive: "`exclusive`: one pod, elsewhere after about 6 min",
  staying: "`exclusive`: one pod, waits for its node or for `out-of-service`",
  volume: "`volume`: one pod, waits for its node or for `out-of-service`",
  following:
    "`volume`: one pod, elsewhere after about 12 min if its volume can follow, else waits for its node",
  job: "`job`: again on another node",
  cluster: "three servers, each on a node of its own; another one takes the writes",
};

/** Kubernetes replaces the pod of a Deployment while the former one is still there, and that of a StatefulSet not. */
function followingOf(object: KubernetesObject) {
  const kind = kindOf({ ...object });
  if (kind === "exclusive" && object.kind === "StatefulSet") return "staying";
  return kind === "volume" && object.kind === "Deployment" ? "following" : kind;
}

test("docs/availability.md lists every workload of the examples", async () => {
  const parts = ["accounts", "login"].map((part) => readGolden(`${part}/registrations`));
  const examples = [...parts, ...reviewedCommunes().map((id) => readGolden(id))];
  // The last one of a name counts: as node-loss makes it.
  const kinds = new Map(
    [...examples.flatMap((each) => kubernetesObjects(each)), ...kubernetesObjects(tolerant)].flatMap(
      (object) => {
        const kind = object.kind === "Cluster" ? "cluster" : followingOf(object);
        const labels = object.metadata.labels ?? {};
        if (kind === undefined || kind === "job" || labels["commune.cloud/tenant"] !== undefined) return [];
        const part = labels["app.kubernetes.io/component"];
        return [[`${labels["commune.cloud/service"]}: ${part}`, kind] as const];
      },
    ),
  );
  const rows = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, kind]) => `| ${name} | ${titles[kind]} |`);
  const table = ["| workload | with `node-loss` |", "|---|---|", ...rows].join("\n");
  const [start = ""] = readFileSync(join(checkout, "docs", "availability.md"), "utf8").split(begin);
  await expect(`${start}${begin}\n\n${table}\n`).toMatchFileSnapshot("../../docs/availability.md");
});
