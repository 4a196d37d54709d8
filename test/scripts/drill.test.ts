import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { drillsOf } from "../../audit/drills/drills.ts";
import { judgeDrills, readDrills } from "../../audit/drills/log.ts";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import { canonical, digestOf, pointName, signHead } from "../../components/recovery/points/head.ts";
import type { PointManifest } from "../../components/recovery/points/manifest.ts";
import { sealManifest } from "../../components/recovery/points/sealed.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { vaultKeyLabel } from "../../components/recovery/vault/secrets.ts";
import type { Surroundings } from "../../scripts/drill/prepare.ts";
import { drillCommand } from "../../scripts/drill.ts";
import { planOf } from "../../scripts/recovery/points.ts";
import { passOf } from "../components/recovery/passes.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { type Open, openVault, quickFolder } from "../programs/vault/vault.ts";

const seed = Buffer.alloc(32, 5).toString("base64");
const secret = (service: string, purpose: string) =>
  deriveSecret(seed, "villeurbanne", { service, purpose, version: 1 });
const descriptorKey = Buffer.from(secret(descriptorLabel.service, descriptorLabel.purpose), "base64url");
const publicKey = publicKeyOf(descriptorKey);
const vaultKey = Buffer.from(secret(vaultKeyLabel.service, vaultKeyLabel.purpose), "base64url");
const owner = { commune: "villeurbanne", service: "nextcloud" };
const repository = "nextcloud/files-2026q4";
const address = "https://vault-villeurbanne.bron.test";

let folder: string;
let bron: Open;
/** State of the stack and the cluster. */
let has: {
  seed: string | undefined;
  settings: Record<string, Record<string, string>>;
  resources: number | undefined;
  live: string;
  namespaces: string[];
  volumes: string[];
  /** Memory that pods ask for already. */
  taken: string;
};
let done: string[];
/** The update, and the policies that let something out of the copy. */
let update: () => Promise<void>;
let egress: object[];
/** Whether deleted namespaces go. */
let isStuck: boolean;
/** The Job that brings a moment: what it says if it fails, what it is given, and what happens meanwhile. */
let moment: { failed: string | undefined; given: Record<string, string>[]; meanwhile: () => void };
let clock: number;

beforeEach(async () => {
  folder = mkdtempSync(join(quickFolder, "drill-"));
  mkdirSync(join(folder, "bron"));
  bron = await openVault(join(folder, "bron"), { publicKey: publicKeyOf(vaultKey) });
  mkdirSync(join(folder, "stacks", "villeurbanne"), { recursive: true });
  const member = (id: string) =>
    `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`;
  writeFileSync(
    join(folder, "stacks", "federation.yaml"),
    `name: Métropole\nmembers:\n${["bron", "villeurbanne"].map(member).join("\n")}\n`,
  );
  declare("33.0.7");
  has = {
    ...{ seed, settings: { villeurbanne: { storageClass: "fast", incarnation: "3" } }, resources: undefined },
    ...{ live: "live", namespaces: [], volumes: [], taken: "848Mi" },
  };
  done = [];
  update = async () => void has.namespaces.push("drill-villeurbanne-nextcloud");
  egress = [];
  isStuck = false;
  moment = { failed: undefined, given: [], meanwhile: () => undefined };
  clock = Date.parse("2026-11-26T02:40:00Z");
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await bron.close();
  rmSync(folder, { recursive: true });
});

function declare(version: string, more = ""): void {
  writeFileSync(
    join(folder, "stacks", "villeurbanne", "commune.yaml"),
    `id: villeurbanne\nname: Villeurbanne\ninsee: "69266"\ndomain: villeurbanne.test\npopulation: 1\ncontact: a@b.test\nnextcloud: { version: ${version} }\n${more}recovery: { vaults: [bron] }\n`,
  );
}

/** A point of the service at the vault. */
async function point(bytes = 1000, service = owner.service, version = "33.0.7"): Promise<void> {
  const whose = { ...owner, service };
  const takenAt = "2026-11-26T02:10:00Z";
  const snapshot = { repository, snapshot: "a".repeat(64) };
  const manifest: PointManifest = {
    ...{ form: 1, ...whose, incarnation: 1, sequence: 1, takenAt, vaultDate: takenAt, reason: "schedule" },
    ...{ declaration: "0123456789abcdef", seed: "0011223344556677", keys: [] },
    running: { version, host: "cloud.villeurbanne.test" },
    parts: [
      {
        ...{
          kind: "files",
          volume: service === "nextcloud" ? "nextcloud-data" : `${service}-storage`,
          ...snapshot,
          tree: "b".repeat(64),
        },
        ...{ files: 200, bytes, excluded: [] },
      },
      {
        ...{ kind: "dump", database: "nextcloud", ...snapshot, bytes: 5000 },
        ...{
          rows: { "public.oc_users": 3, "public.oc_share": 4 },
          server: { version: "17.12", system: "7" },
        },
      },
    ],
    repositories: { [repository]: { config: "AAAA", keys: { ["d".repeat(64)]: "BBBB" } } },
    complete: true,
  };
  const key = Buffer.alloc(32, 8);
  const head = signHead(
    {
      ...{ form: 1, ...whose, incarnation: 1, sequence: 1, previous: null, takenAt },
      manifest: digestOf(canonical(manifest)),
    },
    signerOf(descriptorKey, whose, key),
    key,
  );
  const sealed = sealManifest(manifest, secret(service, "restore-repository"));
  const password = vaultPassword(
    vaultKey,
    { host: "bron", domain: "bron.test", guest: "villeurbanne" },
    passOf(),
  );
  const authorization = `Basic ${Buffer.from(`villeurbanne:${password}`).toString("base64")}`;
  const post = (path: string, body?: string) =>
    fetch(bron.url + path, {
      method: "POST",
      headers: { authorization },
      ...(body !== undefined && { body }),
    });
  await post(`/${service}/files-2026q4/?create=true`);
  await post(`/once/${pointName(service, 1)}`, JSON.stringify({ head, sealed }));
}

const footprint = (service: string, requestedMiB: number) => ({
  ...{ service, requestedMiB, pods: 1, cores: 0, limitMiB: 0, storageGiB: 0 },
});
const endedAs = (type: "Complete" | "Failed") =>
  JSON.stringify({ status: { conditions: [{ type, status: "True" }] } });
const dumped = {
  moment: "2026-11-26T02:25:00.000Z",
  databases: [{ database: "nextcloud", tables: 2, rows: 9 }],
};
const way = [{ to: [], ports: [{ protocol: "TCP", port: 443 }] }];
const template = { metadata: {}, spec: { containers: [{ name: "restore" }] } };
const cron = { metadata: { namespace: "n", labels: {} }, spec: { jobTemplate: { spec: { template } } } };
const probed = {
  spec: { template: { spec: { containers: [{}, { readinessProbe: { httpGet: { path: "/ready" } } }] } } },
};
const deny = (namespace: string) => ({
  ...{ metadata: { namespace, name: "deny" }, spec: { podSelector: {}, policyTypes: ["Egress"] } },
});

/** Answers as a cluster in whose copy everything goes well. */
async function kubectl(words: readonly string[], input?: string): Promise<string> {
  const all = words.join(" ");
  if (input === undefined && /\b(delete|scale|rollout)\b/.test(all) && !all.includes("job/moment-"))
    done.push(all);
  if (all.includes("exec database-0"))
    done.push(words.slice(-4).join(" ").includes("pg_restore") ? "the moment is loaded" : "its dump goes");
  if (input?.includes('"kind":"List"')) {
    const { items } = JSON.parse(input) as { items: { kind: string; data?: Record<string, string> }[] };
    moment.given.push(...items.flatMap(({ kind, data }) => (kind === "ConfigMap" && data ? [data] : [])));
    moment.meanwhile();
  }
  const isFailed = all.includes("moment-") && moment.failed !== undefined;
  if (all.includes("logs job/moment-")) return JSON.stringify(dumped);
  if (all.includes("get networkpolicy ")) return JSON.stringify({ spec: { egress: way } });
  if (all.includes("get configmap ")) return JSON.stringify({ data: {} });
  if (all.includes("kube-system")) return words[0] === "--context=live" ? "live" : "spare";
  if (all.includes("delete namespaces") && !isStuck) has.namespaces = [];
  if (all.includes("get namespaces")) return has.namespaces.map((name) => `namespace/${name}`).join("\n");
  if (all.includes("get networkpolicies")) {
    return JSON.stringify({ items: [...has.namespaces.map(deny), ...egress] });
  }
  if (all.includes("get persistentvolumes")) {
    const claimRef = { namespace: "drill-villeurbanne-nextcloud" };
    return JSON.stringify({ items: has.volumes.map((name) => ({ metadata: { name }, spec: { claimRef } })) });
  }
  if (all.includes("get cronjob ")) return JSON.stringify(cron);
  if (all.includes("get job ")) return endedAs(isFailed ? "Failed" : "Complete");
  if (all.includes("get deployment t-")) return JSON.stringify(probed);
  if (all.includes("--selector=job-name")) {
    const state = { terminated: isFailed ? { exitCode: 1, message: moment.failed } : { exitCode: 0 } };
    return JSON.stringify({ items: [{ status: { containerStatuses: [{ name: "restore", state }] } }] });
  }
  if (all.includes("get nodes")) {
    const node = (memory: string, unschedulable = false) => ({
      ...{ spec: { unschedulable }, status: { allocatable: { memory } } },
    });
    return JSON.stringify({ items: [node("1Gi"), node("1048576Ki"), node("64Gi", true)] });
  }
  if (all.includes("get pods --all-namespaces")) {
    const container = { resources: { requests: { memory: has.taken } } };
    return JSON.stringify({ items: [{ spec: { containers: [container, { resources: {} }, {}] } }] });
  }
  return all.includes("--output=json") ? JSON.stringify({ items: [] }) : "";
}

const surroundings = (): Surroundings => ({
  stacks: join(folder, "stacks"),
  seedOf: () => ({ read: async () => has.seed, given: async () => ({}) }),
  outputsOf: async () => ({
    published: { version: 2, services: {}, volumes: {}, postgresql: {}, seed: "00ff", cluster: has.live },
  }),
  settingsOf: (stack) => has.settings[stack] ?? {},
  copyOf: () => ({
    resources: async () => has.resources,
    make: async (settings, { seed: given }) =>
      void done.push(`made ${JSON.stringify(settings)} with ${given === seed ? "the" : "another"} seed`),
    up: async () => {
      await update();
      return 1;
    },
    remove: async () => void done.push("the stack is removed"),
  }),
  kubectl,
  answer: async ({ namespace, service, host, path }) => {
    done.push(
      `${namespace} is asked as ${host}${service.startsWith("t-") ? `: ${service} for ${path}` : ""}`,
    );
    return 200;
  },
  footprintsOf: async () => [footprint("nextcloud", 900), footprint("database", 300)],
  descriptors: async () => [],
  fetch: async (url, init) => fetch(url.replace(address, bron.url), init),
  now: () => new Date(clock),
});

async function drill(...words: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const failed = await drillCommand(surroundings())
    .parseAsync(["villeurbanne", ...words], { from: "user" })
    .then(
      () => "",
      (error: Error) => error.message,
    );
  return [...lines, failed].join("\n");
}

const recorded = () => {
  const lines = judgeDrills(readDrills(join(folder, "stacks"), "villeurbanne"), {
    ...{ stack: "villeurbanne", publicKey },
  });
  expect(lines.flatMap(({ problems }) => problems)).toEqual([]);
  return lines.map(({ entry }) => entry);
};

describe("commune drill refuses, and has changed and written nothing,", () => {
  afterEach(() => {
    expect(done).toEqual([]);
    expect(recorded()).toEqual([]);
  });

  test.each<[string, string[], () => unknown, RegExp]>([
    ["without a spare cluster", [], () => 0, /--to <context>.*--beside/],
    ["on the commune's own cluster", ["--to", "live"], () => 0, /villeurbanne runs on this cluster \(live\)/],
    ["without a seed", ["--to", "spare"], () => (has.seed = undefined), /has no seed/],
    [
      "without a point",
      ["--to", "spare"],
      () => rmSync(join(folder, "bron", ".once"), { recursive: true }),
      /nextcloud: there is no restore point/,
    ],
    [
      "with a point of which no vault has the rows and files",
      ["--to", "spare"],
      () => rmSync(join(folder, "bron", "nextcloud"), { recursive: true }),
      /nextcloud \(2026-11-26T02:10:00Z-000001\): the vaults list the point, and none has its rows and files\. Take another one, npx commune recovery point villeurbanne/,
    ],
    ["of another version", ["--to", "spare"], () => declare("34.0.2"), /version: 34\.0\.2 is declared/],
    ["without an answer", ["--to", "spare"], () => 0, /standard input is no terminal/],
    [
      "beside what a drill before left",
      ["--to", "spare"],
      () => has.namespaces.push("drill-villeurbanne-nextcloud"),
      /still there: drill-villeurbanne-nextcloud.*--clean --to spare/,
    ],
    ["beside its stack", ["--to", "spare"], () => (has.resources = 12), /its stack has 12 resources/],
    [
      "of a service that is not there",
      ["--to", "spare", "--service", "peertube"],
      () => 0,
      /"peertube" has no restore points/,
    ],
  ])("%s", async (_, words, change, message) => {
    await point();
    change();
    expect(await drill(...words)).toMatch(message);
  });

  test("where the cluster has no memory left for it", async () => {
    await point();
    has.taken = "849Mi";
    expect(await drill("--to", "spare", "--yes")).toMatch(
      /has 1199 MiB of memory that no pod asks for, and the copy asks for 1200 MiB \(nextcloud 900, database 300\)/,
    );
  });

  test("where volumes are too small for what comes back", async () => {
    await point(11 * 1024 ** 3);
    expect(await drill("--to", "spare", "--yes")).toMatch(
      /nextcloud-data has \d+ bytes in its point, and \d+ are declared/,
    );
  });
});

describe("a drill", () => {
  beforeEach(() => point());

  test.each([
    [
      "of restores, to the vaults, until it is taken away",
      { "app.kubernetes.io/component": "restore-point" },
      true,
    ],
    ["of that name and of all pods, never", {}, false],
  ])("leaves open the way %s", async (_, matchLabels, isUsed) => {
    const metadata = { namespace: "drill-villeurbanne-nextcloud", name: "nextcloud-restore-point-to-peers" };
    const out = [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }];
    egress = [{ metadata, spec: { podSelector: { matchLabels }, policyTypes: ["Egress"], egress: out } }];
    const said = await drill("--to", "spare", "--yes");
    // The double takes no policy away, so that the last look finds it.
    expect(said).toContain(
      "the copy is not closed: drill-villeurbanne-nextcloud/nextcloud-restore-point-to-peers",
    );
    expect(recorded()[0]?.steps.some(({ step }) => step === "exchange")).toBe(isUsed);
  });

  test("goes its way: settings, data, closed before it is used, asked, taken away, written down", async () => {
    const said = await drill("--to", "spare", "--yes");
    expect(said).toContain("0 min 0 s; 30 min 0 s would have been lost");
    const settings = {
      storageClass: "fast",
      context: "spare",
      data: "disposable",
      drill: "villeurbanne=nextcloud",
    };
    expect(done[0]).toBe(`made ${JSON.stringify(settings)} with the seed`);
    const removed = (service: string, secret: string) =>
      `--context=spare --namespace=drill-villeurbanne-${service} delete secret ${secret} --ignore-not-found`;
    expect(done.slice(1)).toEqual([
      ...["the moment is loaded", "its dump goes"],
      // The password of who brought the rows.
      removed("database", "database-exchange-nextcloud-loader"),
      removed("nextcloud", "restore-rows-loader"),
      "--context=spare --namespace=drill-villeurbanne-nextcloud delete networkpolicy nextcloud-restore-point-to-peers",
      "drill-villeurbanne-nextcloud is asked as cloud.villeurbanne.test",
      "--context=spare delete namespaces --selector=commune.cloud/commune=drill-villeurbanne --ignore-not-found --wait=true --timeout=15m",
      "the stack is removed",
    ]);
    expect(recorded()).toMatchObject([
      {
        ...{ outcome: "passed", cluster: "spare", besideLive: false, rpoSeconds: 1800, rtoSeconds: 0 },
        services: [
          {
            ...{ service: "nextcloud", version: "33.0.7", point: "2026-11-26T02:10:00Z-000001" },
            ...{ lostSeconds: 1800, files: 200, bytes: 1000, tables: 2, rows: 7, status: 200 },
          },
        ],
        ...{ problems: [], left: [] },
      },
    ]);
    expect(recorded()[0]?.steps.map(({ step }) => step)).toEqual([
      ...["vaults", "stack", "update", "moment", "bring", "exchange", "close", "answer"],
    ]);
    expect(process.exitCode).toBeUndefined();
  });

  test("brings a moment after its points back too, from the log, which is no part of the time of its services", async () => {
    moment.meanwhile = () => {
      clock += 41_000;
    };
    const said = await drill("--to", "spare", "--yes");
    expect(said).toContain(
      "database: a moment in its log too, between the last point and the log's end (nextcloud)",
    );
    expect(said).toContain(
      "database of 2026-11-26T02:25:00.000Z, from the log at bron (nextcloud): 9 rows in 2 tables, in 0 min 41 s",
    );
    expect(JSON.parse(moment.given[0]?.["settings.json"] ?? "")).toEqual({
      ...{ commune: "villeurbanne", server: "database", vault: "bron", name: "drill" },
      ...{ at: { after: "2026-11-26T02:10:00Z" }, databases: ["nextcloud"] },
    });
    expect(recorded()).toMatchObject([
      {
        ...{ outcome: "passed", rtoSeconds: 0 },
        moments: [
          {
            ...{ server: "database", vault: "bron", at: dumped.moment, databases: ["nextcloud"] },
            ...{ tables: 2, rows: 9, seconds: 41 },
          },
        ],
      },
    ]);
  });

  test("fails where no moment comes back, says why, and brings its services back all the same", async () => {
    moment.failed =
      '{"failed":"it"}\nthe vault at bron can bring database back to no moment: nothing of its log is there.';
    vi.stubEnv("COMMUNE_LANG", "fr");
    const said = await drill("--to", "spare", "--yes");
    vi.unstubAllEnvs();
    expect(said).toContain(
      "✘ database ne revient à aucun moment de son journal : bron : le coffre de bron ne peut ramener database à aucun moment : il n’y a rien de son journal.",
    );
    expect(process.exitCode).toBe(1);
    const [entry] = recorded();
    expect(entry?.services).toMatchObject([{ status: 200 }]);
    expect(entry).toMatchObject({
      outcome: "failed",
      rtoSeconds: 0,
      moments: [{ server: "database", rows: 0 }],
    });
    expect(entry?.moments?.[0]?.failed).toContain("il n’y a rien de son journal");
    expect(entry?.moments?.[0]).not.toHaveProperty("at");
  });

  test("writes down a line that can be read, however long the reason is", async () => {
    moment.failed = "long ".repeat(1000);
    await drill("--to", "spare", "--yes");
    expect(recorded()).toMatchObject([{ outcome: "failed" }]);
  });

  test("says where no log is kept, and passes", async () => {
    declare("33.0.7", "database: { external: { host: db.example.org } }\n");
    const said = await drill("--to", "spare", "--yes");
    expect(said).toContain(
      "nextcloud: no log of its rows is kept, so they come back to no other moment than their point",
    );
    expect(recorded()).toMatchObject([{ outcome: "passed" }]);
    expect(recorded()[0]).not.toHaveProperty("moments");
    expect(moment.given).toEqual([]);
  });

  test("that is interrupted while a moment comes back has failed of that alone", async () => {
    moment.meanwhile = () => void process.emit("SIGTERM");
    await drill("--to", "spare", "--yes");
    expect(recorded()).toMatchObject([{ outcome: "failed", problems: ["it was interrupted"] }]);
    expect(recorded()[0]).not.toHaveProperty("moments");
  });

  test("brings the applications of associations too, or those of the ones that are named, and counts them on no page", async () => {
    declare("33.0.7", "tenants: { domain: assos-villeurbanne.test, mariadb: {} }\n");
    mkdirSync(join(folder, "stacks", "villeurbanne", "tenants"));
    const applications = "applications: { wordpress: {}, dokuwiki: { access: members } }\n";
    const suspended = 'suspended: { since: "2026-11-20", reason: Sur demande. }\n';
    writeFileSync(
      join(folder, "stacks", "villeurbanne", "tenants", "chorale.yaml"),
      tenantText("chorale", applications + suspended),
    );
    expect(await drill("--to", "spare", "--yes")).toMatch(
      /t-chorale-wordpress, t-chorale-dokuwiki: there is no restore point/,
    );
    const { points } = planOf({ stacks: join(folder, "stacks") }, "villeurbanne");
    for (const { service, settings } of points.filter(({ beside }) => beside.tenant !== undefined))
      await point(1000, service, settings.running.version);
    await drill("--to", "spare", "--yes");
    expect(done[0]).toContain('"drill":"villeurbanne=nextcloud,t-chorale-wordpress,t-chorale-dokuwiki"');
    const namespace = "drill-villeurbanne-t-chorale";
    const policy = (name: string) =>
      `--context=spare --namespace=${namespace} delete networkpolicy t-chorale-restore-point-${name}-to-peers`;
    const wiki = "wiki.chorale.assos-villeurbanne.test: t-chorale-dokuwiki for /ready";
    for (const each of ["wordpress", "dokuwiki"].map(policy)) expect(done).toContain(each);
    expect(done).toContain(`${namespace} is asked as ${wiki}`);
    const [entry] = recorded();
    expect(entry).toMatchObject({ outcome: "passed", problems: [] });
    expect(entry?.services.map(({ service, files, status }) => [service, files, status])).toEqual(
      ["nextcloud", "t-chorale-wordpress", "t-chorale-dokuwiki"].map((each) => [each, 200, 200]),
    );
    const { told, head } = drillsOf(join(folder, "stacks"), "villeurbanne");
    expect(told[0]?.services).toEqual(["Nextcloud", "une association"]);
    expect(JSON.stringify(head)).not.toContain("chorale");
    done = [];
    await drill("--to", "spare", "--yes", "--tenant", "chorale");
    expect(done[0]).toContain('"drill":"villeurbanne=t-chorale-wordpress,t-chorale-dokuwiki"');
  });

  test("refuses a volume of an association that is too small for what comes back", async () => {
    declare("33.0.7", "tenants: { domain: assos-villeurbanne.test }\n");
    mkdirSync(join(folder, "stacks", "villeurbanne", "tenants"));
    writeFileSync(
      join(folder, "stacks", "villeurbanne", "tenants", "chorale.yaml"),
      tenantText("chorale", "applications: { dokuwiki: { access: public } }\n"),
    );
    const { points } = planOf({ stacks: join(folder, "stacks") }, "villeurbanne");
    const planned = points.find(({ service }) => service === "t-chorale-dokuwiki");
    await point(2 * 1024 ** 3, "t-chorale-dokuwiki", planned?.settings.running.version);
    expect(await drill("--to", "spare", "--yes", "--service", "t-chorale-dokuwiki")).toContain(
      "t-chorale-dokuwiki: t-chorale-dokuwiki-storage has",
    );
    expect(done).toEqual([]);
  });

  test("beside its commune says so", async () => {
    has.settings.villeurbanne = { context: "live" };
    expect(await drill("--beside", "--yes")).toContain("on the cluster live, where the commune runs too,");
    expect(recorded()).toMatchObject([{ outcome: "passed", besideLive: true }]);
  });

  test("has settings of its own where somebody wrote some", async () => {
    has.settings["drill-villeurbanne"] = { context: "spare", storageClass: "slow" };
    await drill("--yes");
    expect(done[0]).toContain('"context":"spare","storageClass":"slow"');
  });

  test("that fails is taken away and written down all the same", async () => {
    update = async () => {
      has.namespaces.push("drill-villeurbanne-nextcloud");
      throw new Error("no room");
    };
    expect(await drill("--to", "spare", "--yes")).toContain("✘ no room");
    expect(process.exitCode).toBe(1);
    expect(done.at(-1)).toBe("the stack is removed");
    const [entry] = recorded();
    expect(entry).toMatchObject({ outcome: "failed", problems: ["no room"], left: [] });
    expect(entry).not.toHaveProperty("rtoSeconds");
  });

  test.each([
    ["to the Internet", [{ to: [{ ipBlock: { cidr: "0.0.0.0/0" } }], ports: [{ port: 443 }] }]],
    ["to anywhere", [{ ports: [{ port: 443 }] }]],
    [
      "to the commune",
      [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "villeurbanne-database" } },
            },
          ],
        },
      ],
    ],
  ])("ends before data is in use where a policy leads %s", async (_, rules) => {
    const metadata = { namespace: "drill-villeurbanne-nextcloud", name: "open" };
    egress = [
      {
        metadata,
        spec: { podSelector: { matchLabels: { a: "b" } }, policyTypes: ["Egress"], egress: rules },
      },
    ];
    const said = await drill("--to", "spare", "--yes");
    expect(said).toContain("the copy is not closed: drill-villeurbanne-nextcloud/open leads out of the copy");
    expect(recorded()[0]?.steps.map(({ step }) => step)).not.toContain("exchange");
    expect(done.at(-1)).toBe("the stack is removed");
  });

  test("that is interrupted stops, and is taken away", async () => {
    update = async () => {
      has.namespaces.push("drill-villeurbanne-nextcloud");
      process.emit("SIGTERM");
    };
    const before = process.listenerCount("SIGTERM");
    expect(await drill("--to", "spare", "--yes")).toContain("✘ it was interrupted");
    expect(process.listenerCount("SIGTERM")).toBe(before);
    expect(done.at(-1)).toBe("the stack is removed");
    expect(recorded()).toMatchObject([{ outcome: "failed", problems: ["it was interrupted"] }]);
  });

  test("whose copy does not go has failed, and says what is left and how it goes", async () => {
    isStuck = true;
    const said = await drill("--to", "spare", "--yes");
    expect(said).toContain(
      "left: its namespaces: drill-villeurbanne-nextcloud are still there. Again: npx commune drill villeurbanne --clean",
    );
    expect(recorded()).toMatchObject([{ outcome: "failed", problems: [] }]);
    expect(process.exitCode).toBe(1);
    isStuck = false;
    expect(await drill("--clean", "--to", "spare")).toContain("Nothing is left of drill-villeurbanne.");
    expect(recorded()).toHaveLength(1);
  });

  test("with --keep leaves it there", async () => {
    expect(await drill("--to", "spare", "--yes", "--keep")).toContain("--clean");
    expect(done.join()).not.toContain("removed");
    expect(recorded()).toMatchObject([{ outcome: "passed" }]);
  });
});
