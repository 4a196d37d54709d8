import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { changesOf } from "../../components/commune/changes/changes.ts";
import { pointsBefore } from "../../components/commune/changes/points-before.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { drilled } from "../../components/commune/drilled.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { PointsBefore } from "../../components/commune/points-before.ts";
import { published } from "../../components/commune/publish.ts";
import { atSite } from "../../components/commune/shared.ts";
import { inBuckets, uncopied } from "../../components/commune/uncopied.ts";
import { federationSchema } from "../../components/federation/members.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { selfSigned } from "../self-signed.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";
import { rightsOf } from "./rights/rights.ts";

const member = (id: string, insee: string) => ({
  ...{ name: id, insee, domain: `${id}.test`, contact: `numerique@${id}.test` },
});
const metropolis = federationSchema.parse({
  name: "Métropole",
  members: { bron: member("bron", "69029"), lyon: member("lyon", "69123") },
});
const site = siteOf(siteSchema.parse({}));
const media = {
  ...{ endpoint: "https://s3.lyon.test", region: "lyon", bucket: "media" },
  publicHost: "media.lyon.test",
};

function planned(sections: object) {
  const own = { id: "lyon", population: 42_000, ...member("lyon", "69123") };
  return planCommune(communeSchema.parse({ ...own, ...sections }), site, { metropolis });
}

function registered(sections: object): Promise<Registration[]> {
  return record("lyon", () => {
    const given = (name: string) => pulumi.secret(`given ${name}`);
    new Commune("lyon", { plan: planned(sections), site, seed: undefined, given }, {});
  });
}

const points = (all: readonly Registration[]) =>
  all
    .filter(({ name }) => name.includes("-restore"))
    .map(({ type, name }) => `${type.replace(/^kubernetes:/, "")} ${name}`);

describe("a commune with a vault", () => {
  let all: Registration[];
  beforeAll(async () => {
    all = await registered({ recovery: { vaults: ["bron"] }, nextcloud: {}, peertube: {} });
  });

  test("takes restore points of each service, in the namespace of the service", () => {
    expect(points(all).filter((line) => line.includes("peertube"))).toMatchInlineSnapshot(`
      [
        "commune:index:RestorePoints lyon-peertube-restore-point",
        "batch/v1:CronJob lyon-peertube-restore",
        "batch/v1:CronJob lyon-peertube-restore-point",
        "batch/v1:CronJob lyon-peertube-restore-rows",
        "core/v1:ConfigMap lyon-peertube-restore-point-program",
        "core/v1:ConfigMap lyon-peertube-restore-point-settings",
        "core/v1:Secret lyon-peertube-restore-point-secrets",
        "networking.k8s.io/v1:NetworkPolicy lyon-peertube-restore-point-at-database",
        "networking.k8s.io/v1:NetworkPolicy lyon-peertube-restore-point-to-database",
        "networking.k8s.io/v1:NetworkPolicy lyon-peertube-restore-point-to-vaults",
      ]
    `);
    expect(points(all).length).toBe(2 * points(all).filter((line) => line.includes("peertube")).length);
    const objects = kubernetesObjects(all);
    const inService = objects.filter(({ metadata }) => metadata.name === "restore-point");
    expect(new Set(inService.map(({ metadata }) => metadata.namespace))).toEqual(
      new Set(["lyon-nextcloud", "lyon-peertube"]),
    );
  });

  test("keeps to every rule, and writes no secret where it can be read", () => {
    const objects = kubernetesObjects(all);
    expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
    const secrets = objects.filter(
      ({ kind, metadata }) => kind === "Secret" && metadata.name === "restore-point",
    );
    expect(secrets).toHaveLength(2);
    for (const { stringData } of secrets as { stringData?: object }[]) {
      expect(Object.keys(stringData ?? {}).sort()).toEqual([
        "database-password",
        "identity.json",
        "repository-password",
        "signing-key",
        "vaults.json",
      ]);
      expect(Object.values(stringData ?? {}).every((value) => value === "[secret]")).toBe(true);
    }
  });

  test("has room for one run at a time in the namespace of the service, and nothing else changes", async () => {
    const without = await registered({ nextcloud: {}, peertube: {} });
    const quota = (of: readonly Registration[]) =>
      kubernetesObjects(of).find(({ metadata }) => metadata.name === "nextcloud-quota") as unknown as {
        spec: { hard: Record<string, string> };
      };
    const [small, large] = [quota(without), quota(all)].map(({ spec: { hard } }) => hard);
    expect(Number(large?.pods) - Number(small?.pods)).toBe(1);
    expect(Number.parseInt(large?.["limits.memory"] ?? "", 10)).toBe(
      Number.parseInt(small?.["limits.memory"] ?? "", 10) + 512,
    );
    // The server lets its keeper have its log: cluster/copies/keeper.ts.
    const told = ["quota", "federation", "database"];
    const of = (each: readonly Registration[]) =>
      each
        .filter(({ name }) => !name.includes("-restore") && !told.some((word) => name.includes(word)))
        .map((one) => JSON.stringify(one));
    expect(of(all)).toEqual(of(without));
  });
});

test("who dumps rows has the password of the database, and no other container of points has it", async () => {
  const all = await registered({ recovery: { vaults: ["bron"] }, nextcloud: {} });
  const readers = new Map(
    rightsOf(kubernetesObjects(all), "lyon", "traefik").flatMap(({ kind, space, what, who }) =>
      kind === "secret" && space === "nextcloud" && what.startsWith("restore-point ") ? [[what, who]] : [],
    ),
  );
  const programs = "restore: restore; restore-point: begin, finish; restore-rows: rows";
  expect(Object.fromEntries(readers)).toEqual({
    "restore-point database-password": "restore-point: dump",
    "restore-point identity.json": programs,
    "restore-point repository-password": programs,
    "restore-point signing-key": programs,
    "restore-point vaults.json": programs,
  });
});

describe("before a change", () => {
  const upgraded = { recovery: { vaults: ["bron"] }, nextcloud: { version: "34.0.2" }, peertube: {} };
  const known = published(planned({ ...upgraded, nextcloud: { version: "33.0.7" } }), "00ff");
  let all: Registration[];
  beforeAll(async () => {
    const plan = planned(upgraded);
    const facts = { moved: [], dataIsDisposable: false, today: "2026-11-26" };
    const { taken } = pointsBefore(changesOf(known, plan, facts), known, plan);
    all = await record("lyon", () => {
      const args = { plan, site, before: known, points: taken };
      const first = new PointsBefore("lyon-points-before", args, { transformations: atSite({ site }) });
      const given = (name: string) => pulumi.secret(`given ${name}`);
      new Commune("lyon", { plan, site, seed: undefined, given }, { dependsOn: [...first.jobs] });
    });
  });

  test("a Job of the service alone takes a point, as the last update left its settings", () => {
    const jobs = all.filter(({ name }) => name.includes("restore-point-") && name.endsWith("-before"));
    expect(jobs.map(({ type, name, parent }) => [type, name, parent])).toEqual([
      [
        "kubernetes:batch/v1:Job",
        expect.stringMatching(/^lyon-nextcloud-restore-point-[0-9a-f]{8}-before$/),
        expect.stringContaining("lyon-points-before"),
      ],
    ]);
    const [job] = kubernetesObjects(jobs);
    expect(JSON.stringify(job)).toContain('{"name":"REASON","value":"before"}');
    const mounted = JSON.stringify(job).match(/"(configMap|secret)":\{[^}]*\}/g);
    expect(mounted).toEqual([
      '"configMap":{"name":"restore-point"}',
      '"secret":{"defaultMode":288,"secretName":"restore-point"}',
      '"configMap":{"name":"restore-point-program"}',
    ]);
    // It writes the file that keeps people from writing; a claim that is read-only lets it not.
    const claims = JSON.stringify(job).match(/"persistentVolumeClaim":\{[^}]*\}/g);
    expect(claims).toEqual([
      '"persistentVolumeClaim":{"claimName":"nextcloud"}',
      '"persistentVolumeClaim":{"claimName":"nextcloud-data","readOnly":true}',
    ]);
    expect(judgeObjects(rules, kubernetesObjects(jobs)).map(sentence)).toEqual([]);
  });

  test("the authority of the vaults that comes with the update is there before it, in a ConfigMap of the Job's own", async () => {
    const { certificate } = selfSigned(["vault-lyon.bron.test"], 2);
    const authorised = siteOf(siteSchema.parse({ authority: certificate }));
    const plan = planned(upgraded);
    const facts = { moved: [], dataIsDisposable: false, today: "2026-11-26" };
    const { taken } = pointsBefore(changesOf(known, plan, facts), known, plan);
    const found = await record("lyon", () => {
      const args = { plan, site: authorised, before: known, points: taken };
      new PointsBefore("lyon-points-before", args, {});
    });
    const objects = kubernetesObjects(found);
    const [map] = objects.filter(({ kind }) => kind === "ConfigMap");
    const [job] = objects.filter(({ kind }) => kind === "Job");
    expect(map).toMatchObject({
      metadata: { name: job?.metadata.name, namespace: "lyon-nextcloud" },
      data: { "authority.pem": certificate },
    });
    const text = JSON.stringify(job);
    expect(text).toContain(`{"configMap":{"name":"${map?.metadata.name}"},"name":"authority"}`);
    expect(text).toContain('{"mountPath":"/etc/authority","name":"authority","readOnly":true}');
    expect(text).toContain('{"name":"SSL_CERT_FILE","value":"/etc/authority/authority.pem"}');
    const registeredJob = found.find(({ type }) => type === "kubernetes:batch/v1:Job");
    expect(registeredJob?.dependsOn.join()).toContain("-before-authority");
  });

  test("the commune, and all that is below it, comes after it", () => {
    const commune = all.find(({ type }) => type === "commune:index:Commune");
    expect(commune?.dependsOn.join()).toMatch(/lyon-nextcloud-restore-point-[0-9a-f]{8}-before/);
  });
});

test("what is told after a restore is a run of something that is registered where the restore looks for it", async () => {
  const sections = {
    ...{ recovery: { vaults: ["bron"] }, mail: { relay: "smtp.lyon.test" }, directory: {} },
    ...{ nextcloud: {}, mastodon: {}, peertube: {} },
  };
  const cronJobs = kubernetesObjects(await registered(sections)).flatMap(
    ({ kind, metadata: { namespace, name } }) => (kind === "CronJob" ? [`${namespace} ${name}`] : []),
  );
  const told = planned(sections).points.flatMap(({ contents, beside }) =>
    [...contents.afterFiles, ...contents.afterAll, ...(contents.beforePath ?? []), ...contents.afterPath].map(
      ({ cronJob }) => `${namespaceOf(beside)} ${cronJob}`,
    ),
  );
  expect(new Set(told)).toEqual(
    new Set([
      "lyon-directory directory-entries",
      "lyon-nextcloud nextcloud-cron",
      "lyon-mastodon mastodon-feeds",
      "lyon-peertube peertube-transcoding",
    ]),
  );
  expect(told.filter((each) => !cronJobs.includes(each))).toEqual([]);
});

test("nothing of it is registered where no vault is declared", async () => {
  expect(points(await registered({ nextcloud: {}, recovery: {} }))).toEqual([]);
});

test("a service whose files are in a bucket has restore points of it, and its objects are said to stay there", () => {
  const plan = planned({ recovery: { vaults: ["bron"] }, nextcloud: {}, mastodon: {}, peertube: {}, media });
  const buckets = plan.points.map(({ service, bucket }) => [service, bucket?.prefix]);
  expect(buckets).toEqual([
    ["nextcloud", undefined],
    ["mastodon", "mastodon/"],
    ["peertube", "peertube/"],
  ]);
  expect(uncopied(plan)).toEqual([]);
  expect(inBuckets(plan)).toEqual(["mastodon", "peertube"]);
});

describe("a commune whose people are in a directory, with a vault", () => {
  const sections = { recovery: { vaults: ["bron"] }, directory: {} };

  test("takes restore points of it too, with room for them, and nothing of it is without a copy", async () => {
    const all = await registered(sections);
    expect(points(all)).toEqual([
      "commune:index:RestorePoints lyon-directory-restore-point",
      "batch/v1:CronJob lyon-directory-restore",
      "batch/v1:CronJob lyon-directory-restore-point",
      "core/v1:ConfigMap lyon-directory-restore-point-program",
      "core/v1:ConfigMap lyon-directory-restore-point-settings",
      "core/v1:Secret lyon-directory-restore-point-secrets",
      "networking.k8s.io/v1:NetworkPolicy lyon-directory-restore-point-to-vaults",
    ]);
    const objects = kubernetesObjects(all);
    const quota = objects.find(({ metadata }) => metadata.name === "directory-quota");
    expect(quota).toMatchObject({ spec: { hard: { pods: "7", "limits.memory": "1152Mi" } } });
    expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
    expect(uncopied(planned(sections))).toEqual([]);
    expect(uncopied(planned({ directory: {} }))).toEqual(["directory"]);
  });

  test("a drill brings it up where it is asked for", () => {
    const own = { id: "lyon", population: 42_000, ...member("lyon", "69123") };
    const declaration = communeSchema.parse({ ...own, ...sections });
    expect(drilled(declaration, { of: "lyon", services: ["directory"] }).directory).toEqual(
      declaration.directory,
    );
    expect(drilled(declaration, { of: "lyon", services: ["nextcloud"] }).directory).toBeUndefined();
  });
});

test("services begin at moments of their own, as often as declared", () => {
  const of = (filesEvery: string) =>
    planned({ recovery: { vaults: ["bron"], filesEvery }, nextcloud: {}, mastodon: {} }).points.map(
      ({ schedule }) => schedule,
    );
  const [nextcloud, mastodon] = of("1 day");
  expect(nextcloud).toMatch(/^\d+ 2 \* \* \*$/);
  expect(mastodon).not.toBe(nextcloud);
  expect(of("6 hours")[0]).toMatch(/^\d+ \*\/6 \* \* \*$/);
  expect(of("1 hour")[0]).toMatch(/^\d+ \* \* \* \*$/);
});
