import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { descriptorLabel } from "../../components/federation/secrets.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { deriveSecret } from "../../components/foundation/seed/derive.ts";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { canonical, digestOf, hashOf, pointName, signHead } from "../../components/recovery/points/head.ts";
import type { Manifest } from "../../components/recovery/points/manifest.ts";
import { sealManifest } from "../../components/recovery/points/sealed.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { planOf } from "../../scripts/recovery/points.ts";
import type { Surroundings } from "../../scripts/relocate/prepare.ts";
import { putAside } from "../../scripts/relocate/state.ts";
import { relocateCommand } from "../../scripts/relocate.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { type Open, openVault, quickFolder } from "../programs/vault/vault.ts";

const seed = Buffer.alloc(32, 5).toString("base64");
const secret = (service: string, purpose: string) =>
  deriveSecret(seed, "villeurbanne", { service, purpose, version: 1 });
const descriptorKey = Buffer.from(secret(descriptorLabel.service, descriptorLabel.purpose), "base64url");
const publicKey = publicKeyOf(descriptorKey);
const owner = { commune: "villeurbanne", service: "nextcloud" };
const serviceKey = Buffer.alloc(32, 8);
const repository = "nextcloud/files-2026q4";
const address = "https://vault-villeurbanne.bron.test";

let folder: string;
let bron: Open;
/** What the stack has, and what was done to it. */
let has: { seed: string | undefined; settings: Record<string, string>; cluster: string | undefined };
let done: string[];
let namespaces: string;
/** What somebody else does just before something is written to the vault. */
let meanwhile: () => Promise<unknown>;
/** What happens while an update runs. */
let whileUp: () => void;
/** What the clusters answer; nothing of what runs, when absent. */
let kubectl: Surroundings["kubectl"] | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(quickFolder, "relocate-"));
  mkdirSync(join(folder, "bron"));
  bron = await openVault(join(folder, "bron"), { publicKey });
  mkdirSync(join(folder, "stacks", "villeurbanne"), { recursive: true });
  const member = (id: string) =>
    `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`;
  writeFileSync(
    join(folder, "stacks", "federation.yaml"),
    `name: Métropole\nmembers:\n${["bron", "givors", "villeurbanne"].map(member).join("\n")}\n`,
  );
  declare("33.0.7");
  has = { seed, settings: {}, cluster: undefined };
  done = [];
  namespaces = "";
  meanwhile = async () => undefined;
  kubectl = undefined;
  whileUp = () => undefined;
});

afterEach(async () => {
  vi.restoreAllMocks();
  await bron.close();
  rmSync(folder, { recursive: true });
});

function declare(version: string, vaults = "bron", more = ""): void {
  writeFileSync(
    join(folder, "stacks", "villeurbanne", "commune.yaml"),
    `id: villeurbanne\nname: Villeurbanne\ninsee: "69266"\ndomain: villeurbanne.test\npopulation: 1\ncontact: a@b.test\nnextcloud: { version: ${version} }\n${more}recovery: { vaults: [${vaults}] }\n`,
  );
}

/** A point of the service that is at the vault. */
async function point(
  version: string,
  incarnation = 1,
  { sequence = 1, previous = null as string | null, whose = owner } = {},
) {
  const takenAt = `2026-11-26T02:1${sequence - 1}:00Z`;
  const manifest: Manifest = {
    ...{ form: 1, ...whose, incarnation, sequence, takenAt, vaultDate: takenAt, reason: "schedule" },
    ...{ declaration: "0123456789abcdef", seed: "0011223344556677", keys: [] },
    running: { version, host: "cloud.villeurbanne.test" },
    parts: [
      {
        ...{ kind: "files", volume: "nextcloud-data", repository },
        ...{ snapshot: "a".repeat(64), tree: "b".repeat(64), files: 200, bytes: 1000, excluded: [] },
      },
      {
        ...{ kind: "dump", database: "nextcloud", repository, snapshot: "c".repeat(64), bytes: 5000 },
        ...{ rows: { "public.oc_users": 3 }, server: { version: "17.12", system: "7456123" } },
      },
    ],
    repositories: { [repository]: { config: "AAAA", keys: { ["d".repeat(64)]: "BBBB" } } },
    complete: true,
  };
  const head = signHead(
    {
      ...{ form: 1, ...whose, incarnation, sequence, previous, takenAt },
      manifest: digestOf(canonical(manifest)),
    },
    signerOf(descriptorKey, whose, serviceKey),
    serviceKey,
  );
  const body = JSON.stringify({
    head,
    sealed: sealManifest(manifest, secret(whose.service, "restore-repository")),
  });
  await asGuest(`/once/${pointName(whose.service, sequence)}`, "POST", body, incarnation);
  return hashOf(head);
}

async function asGuest(path: string, method = "GET", body?: string, site = 1): Promise<Response> {
  const vault = { host: "bron", domain: "bron.test", guest: "villeurbanne" };
  const password = vaultPassword(descriptorKey, vault, 1, site);
  const authorization = `Basic ${Buffer.from(`villeurbanne:${password}`).toString("base64")}`;
  return fetch(bron.url + path, { method, headers: { authorization }, ...(body !== undefined && { body }) });
}

const surroundings = (cluster: string): Surroundings => ({
  stacks: join(folder, "stacks"),
  seedOf: () => ({
    read: async () => has.seed,
    give: async (given) => void done.push(given === seed ? "the seed is given" : "another seed is given"),
  }),
  stackOf: () => ({
    outputs: async () => (has.cluster === undefined ? {} : { published: publishedAt(has.cluster) }),
    up: async () => {
      done.push("up");
      whileUp();
      return 0;
    },
    set: async (key, value) => void done.push(`${key}=${value}`),
  }),
  settingsOf: () => has.settings,
  putAside: async () => void done.push("the state is put aside"),
  kubectl: kubectl ?? (async (words) => (words.includes("kube-system") ? cluster : namespaces)),
  descriptors: async () => [],
  fetch: async (url, init) => {
    if (init.method === "POST") await meanwhile();
    return fetch(url.replace(address, bron.url), init);
  },
  now: () => new Date("2026-11-26T12:10:00Z"),
});

const publishedAt = (cluster: string) => ({
  ...{ version: 2, services: {}, volumes: {}, postgresql: {}, seed: "00ff", cluster },
});

async function relocate(words: string[], cluster = "new"): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const failed = await relocateCommand(surroundings(cluster))
    .parseAsync(["villeurbanne", ...words], { from: "user" })
    .then(
      () => "",
      (error: Error) => error.message,
    );
  return [...lines, failed].join("\n");
}

describe("commune relocate refuses, and has changed nothing,", () => {
  afterEach(async () => {
    expect(done).toEqual([]);
    expect(await (await asGuest("/once/")).text()).not.toContain("incarnation");
  });

  test("a stack without the commune's seed", async () => {
    has.seed = undefined;
    expect(await relocate(["--yes"])).toMatch(/has no seed.*recovery kit open villeurbanne/);
  });

  test("the cluster that it runs on, and one that has namespaces of it", async () => {
    await point("33.0.7");
    has.cluster = "old";
    expect(await relocate(["--yes"], "old")).toMatch(/runs on this cluster \(old\).*--to <context>/);
    namespaces = "namespace/villeurbanne-nextcloud\n";
    expect(await relocate(["--yes"])).toMatch(/has namespaces of villeurbanne: villeurbanne-nextcloud\./);
  });

  test("another version than the newest point has", async () => {
    await point("33.0.6");
    expect(await relocate(["--yes"])).toMatch(
      /nextcloud: version: 33\.0\.7 is declared, and 2026-11-26T02:10:00Z-000001 is of 33\.0\.6\. Write 33\.0\.6/,
    );
  });

  test("a service without a point, unless it is named", async () => {
    expect(await relocate(["--yes"])).toMatch(/nextcloud: there is no restore point.*--lost nextcloud/);
  });

  test("vaults that say nothing", async () => {
    await bron.close();
    expect(await relocate(["--yes"])).toMatch(/no restore point \(the vault at bron was not reached/);
    bron = await openVault(join(folder, "bron"), { publicKey });
  });

  test("when nobody says yes, after it has said what will be missing", async () => {
    declare("33.0.7", "bron", "schools: { libraries: { ville: { name: Ville, folder: library } } }\n");
    mkdirSync(join(folder, "stacks", "villeurbanne", "library"));
    await point("33.0.7", 3);
    const text = await relocate([]);
    expect(text).toMatch(/villeurbanne comes back on the cluster new, as its site 4:/);
    expect(text).toMatch(
      /nextcloud with its files and rows of 2026-11-26T02:10:00Z-000001.*600 min ago, is missing/,
    );
    expect(text).toContain("  schools begins empty: nothing of it is at a vault");
    expect(text).toMatch(/nobody is there to ask/);
  });
});

describe("commune relocate", () => {
  test("fences the site of before, then puts the state aside, then applies", async () => {
    expect(await relocate(["--yes", "--to", "elsewhere", "--lost", "nextcloud"])).toMatch(
      /villeurbanne is back/,
    );
    expect(done).toEqual([
      ...["the seed is given", "the state is put aside", "context=elsewhere", "incarnation=2", "up"],
    ]);
    expect(await (await asGuest("/once/incarnation-2")).text()).toBe('{"cluster":"new"}');
  });

  test("goes on when it was cut, under the same number", async () => {
    await relocate(["--yes", "--lost", "nextcloud"]);
    [done, has.settings, has.cluster] = [[], { incarnation: "2" }, "new"];
    namespaces = "namespace/villeurbanne-nextcloud\n";
    expect(await relocate(["--yes", "--lost", "nextcloud"])).toMatch(
      /goes on to come back on the cluster new, as its site 2/,
    );
    expect(done).toEqual(["up"]);
  });

  test("goes on under the same number when it was cut before the stack was told of it", async () => {
    await asGuest("/once/incarnation-2", "POST", '{"cluster":"new"}', 2);
    has.settings = { context: "here" };
    expect(await relocate(["--yes", "--to", "elsewhere", "--lost", "nextcloud"])).toMatch(
      /villeurbanne is back/,
    );
    expect(done).toEqual([
      ...["the seed is given", "the state is put aside", "context=elsewhere", "incarnation=2", "up"],
    ]);
  });

  test("tells nobody to delete what another machine has brought here", async () => {
    await asGuest("/once/incarnation-2", "POST", '{"cluster":"new"}', 2);
    namespaces = "namespace/villeurbanne-nextcloud\n";
    expect(await relocate(["--yes", "--lost", "nextcloud"])).toMatch(
      /site 2 of villeurbanne is on this very cluster.*commune:incarnation of this stack is 1/,
    );
    expect(done).toEqual([]);
  });

  test("does not go on while a vault is silent, which may know what is back already", async () => {
    await point("33.0.7");
    await asGuest("/once/incarnation-2", "POST", '{"cluster":"new"}', 2);
    has.settings = { incarnation: "2" };
    declare("33.0.7", "bron, givors");
    expect(await relocate(["--yes"])).toMatch(
      /only all vaults together.*the vault at givors was not reached/,
    );
    expect(done).toEqual([]);
  });

  test("does nothing where somebody else brings it back on another cluster at the same time", async () => {
    meanwhile = () => asGuest("/once/incarnation-2", "POST", '{"cluster":"third"}', 2);
    expect(await relocate(["--yes", "--lost", "nextcloud"])).toMatch(/do not take this site.*403/s);
    expect(done).toEqual([]);
  });

  test("takes the place of one that was begun on another cluster, as the next one", async () => {
    await asGuest("/once/incarnation-2", "POST", '{"cluster":"third"}', 2);
    has.settings = { incarnation: "2" };
    const text = await relocate(["--yes", "--lost", "nextcloud"]);
    expect(text).toMatch(/as its site 3:.*Site 2 is on the cluster third\./s);
    expect(done).toContain("incarnation=3");
  });
});

describe("of a commune that hosts an association", () => {
  const applications = ["t-chorale-wordpress", "t-chorale-dokuwiki"];

  beforeEach(async () => {
    declare("33.0.7", "bron", "tenants: { domain: assos-villeurbanne.test, mariadb: {} }\n");
    mkdirSync(join(folder, "stacks", "villeurbanne", "tenants"));
    writeFileSync(
      join(folder, "stacks", "villeurbanne", "tenants", "chorale.yaml"),
      tenantText("chorale", "applications: { wordpress: {}, dokuwiki: { access: public } }\n"),
    );
    await point("33.0.7");
  });

  /** The points of its applications, of the versions that this toolkit has, or of others. */
  async function applicationPoints(names = applications, version?: string): Promise<void> {
    const { applicationPoints } = planOf({ stacks: join(folder, "stacks") }, "villeurbanne");
    for (const { service, settings } of applicationPoints)
      if (names.includes(service))
        await point(version ?? settings.running.version, 1, { whose: { commune: "villeurbanne", service } });
  }

  /** A cluster on which every run ends well; notes where each was. */
  async function ends(words: readonly string[], input?: string): Promise<string> {
    const all = words.join(" ");
    if (all.includes("kube-system")) return "new";
    if (all.includes("get namespaces")) return "";
    if (all.includes("exec ")) done.push(`${all.replace(/.*(--namespace=\S+ \S+).*/s, "$1")} rows`);
    if (input !== undefined) {
      const { metadata, spec } = JSON.parse(input);
      done.push(`${metadata.namespace} ${spec.template.spec.containers[0].args ?? ""}`.trim());
    }
    const [, namespace = "", cronJob = ""] = /--namespace=(\S+) get cronjob (\S+)/.exec(all) ?? [];
    if (cronJob !== "") {
      const name = /^restore(-dokuwiki|-wordpress)?$/.test(cronJob) ? "restore" : "finish";
      const jobTemplate = { spec: { template: { metadata: {}, spec: { containers: [{ name }] } } } };
      const metadata = { name: cronJob, namespace: `${namespace}/${cronJob}`, labels: {} };
      return JSON.stringify({ metadata, spec: { jobTemplate } });
    }
    if (all.includes("get job "))
      return JSON.stringify({ status: { conditions: [{ type: "Complete", status: "True" }] } });
    if (all.includes("--selector=job-name")) {
      const message = '{"sequence":2,"takenAt":"2026-11-26T12:11:00Z"}';
      const finish = { name: "finish", state: { terminated: { exitCode: 0, message } } };
      return JSON.stringify({ items: [{ status: { containerStatuses: [finish] } }] });
    }
    return all.includes("--output=json") ? JSON.stringify({ items: [] }) : "";
  }

  test("an application without a point is told as a service is, and begins empty where it is named", async () => {
    await applicationPoints(["t-chorale-dokuwiki"]);
    expect(await relocate(["--yes"])).toMatch(
      /t-chorale-wordpress: there is no restore point\. .*--lost t-chorale-wordpress/,
    );
    const text = await relocate(["--lost", "t-chorale-wordpress"]);
    expect(text).toContain("  t-chorale-wordpress begins empty: it has no restore point");
    expect(text).toContain("  t-chorale-dokuwiki with its files of 2026-11-26T02:10:00Z-000001");
    expect(done).toEqual([]);
  });

  test("an application's point of newer software is refused, and one of older is brought up at its start", async () => {
    await applicationPoints(["t-chorale-dokuwiki"], "2023-04-04a");
    await applicationPoints(["t-chorale-wordpress"], "99.1.0-php8.4");
    const text = await relocate(["--yes"]);
    expect(text).toMatch(
      /t-chorale-wordpress is \S+ in this toolkit, and the point is of 99\.1\.0-php8\.4: older software does not read/,
    );
    expect(text).not.toContain("t-chorale-dokuwiki is");
    expect(done).toEqual([]);
  });

  test("each application comes back in its association's namespace, with rows where it has some", async () => {
    await applicationPoints();
    kubectl = ends;
    const text = await relocate(["--yes"]);
    expect(text).toMatch(/villeurbanne is back/);
    for (const each of ["nextcloud", ...applications])
      expect(text).toMatch(new RegExp(`${each}: it is as of 2026-11-26T02:10:00Z-000001`));
    const of = (part: string) => done.filter((line) => line.includes(part));
    expect(of("villeurbanne-t-chorale/restore-dokuwiki").map((line) => line.split(" ")[1])).toEqual([
      ...["bring", "there", "release"],
    ]);
    expect(of("restore-rows-wordpress")).toHaveLength(1);
    expect(of("restore-rows-dokuwiki")).toEqual([]);
    // An empty database beside, the exchange, and what it leaves.
    expect(of("villeurbanne-mariadb mariadb-0")).toHaveLength(3);
    for (const each of ["wordpress", "dokuwiki"]) expect(of(`restore-point-${each}`)).toHaveLength(1);
  });

  test("a planned move takes a last point of each of them where it is left", async () => {
    await applicationPoints();
    Object.assign(has, { cluster: "old", settings: { context: "here" } });
    kubectl = async (words, input) =>
      words.includes("--context=here") && words.includes("kube-system") ? "old" : ends(words, input);
    const text = await relocate(["--yes", "--planned", "--to", "elsewhere"]);
    for (const each of applications) expect(text).toContain(`${each} is shut where it is now`);
    for (const each of applications)
      expect(text).toContain(`${each}, where it was: its last restore point is taken.`);
    // What was "taken" is at no vault here.
    expect(text).toContain("the vaults do not give the last points");
  });
});

/** What the keeper of a new site says, which has found where the log of the site before ends. */
const keeperOf = (from: string): KeeperStatus => ({
  ...{ at: "2026-11-26T12:10:00Z", server: "database", method: "log", rpoSeconds: 300 },
  ...{ confirmed: undefined, shipped: undefined, base: undefined, slot: undefined },
  spool: { usedBytes: 0, limitBytes: 1, isHeld: false },
  gaps: [{ from, to: undefined, reason: "it begins" }],
  ...{ vaults: [], dumps: [], failures: [] },
});

describe("between two clusters a move", () => {
  let first: string;
  /** Whether the last point can be taken, and whether the vault then has it. */
  let exitCode: number;
  let isBrought: boolean;
  /** What happens while it is taken. */
  let meantime: () => void;

  beforeEach(async () => {
    first = await point("33.0.7");
    [exitCode, isBrought, meantime] = [0, true, () => undefined];
    Object.assign(has, { cluster: "old", settings: { context: "here" } });
    kubectl = both;
  });

  /** Two clusters, on each of which one Deployment uses the volume behind one Ingress. */
  async function both(words: readonly string[], input?: string): Promise<string> {
    const all = words.join(" ");
    const [, where = ""] = /^--context=(\S+)/.exec(all) ?? [];
    if (all.includes("kube-system")) return where === "here" ? "old" : "new";
    if (all.includes("get namespaces")) return "";
    if (/ (scale|annotate|patch ingress) /.test(all)) done.push(all.replace(/ --namespace=\S+/, ""));
    if (input?.includes("restore-point") && where === "here") {
      done.push("the last point is taken");
      meantime();
      expect(input).not.toContain("affinity");
      if (isBrought) await point("33.0.7", 1, { sequence: 2, previous: first });
    }
    if (all.includes("get cronjob ")) {
      const pod = { affinity: { podAffinity: {} }, initContainers: [], containers: [{ name: "finish" }] };
      const jobTemplate = { spec: { template: { metadata: {}, spec: pod } } };
      return JSON.stringify({
        metadata: { namespace: "n", labels: { of: all.includes("restore-point") ? "restore-point" : "" } },
        spec: { jobTemplate },
      });
    }
    if (all.includes("get job ")) {
      return JSON.stringify({ status: { conditions: [{ type: "Complete", status: "True" }] } });
    }
    if (all.includes("--selector=job-name")) {
      const message = exitCode === 0 ? '{"sequence":2,"takenAt":"2026-11-26T02:11:00Z"}' : "no room";
      const finish = { name: "finish", state: { terminated: { exitCode, message } } };
      return JSON.stringify({ items: [{ status: { containerStatuses: [finish] } }] });
    }
    if (!all.includes("--output=json")) return "";
    const annotations = Object.fromEntries(
      done
        .filter((line) => line.startsWith(`--context=${where} annotate`))
        .map((line) => line.split(" ").at(-1)?.split("=") ?? []),
    );
    const metadata = { name: "nextcloud", annotations };
    if (all.includes("get ingresses")) {
      return JSON.stringify({ items: [{ metadata, spec: { ingressClassName: "traefik" } }] });
    }
    if (!all.includes("get deployments")) return JSON.stringify({ items: [] });
    const volumes = [{ persistentVolumeClaim: { claimName: "nextcloud-data" } }];
    return JSON.stringify({ items: [{ metadata, spec: { replicas: 2, template: { spec: { volumes } } } }] });
  }

  const move = () => relocate(["--yes", "--planned", "--to", "elsewhere"]);

  test("that is planned says what becomes of the site that is left, and changes nothing before somebody says yes", async () => {
    const text = await relocate(["--planned", "--to", "elsewhere"]);
    expect(text).toMatch(/moves to the cluster new, as its site 2:\n {2}nextcloud is shut where it is now/);
    expect(text).toMatch(/nobody is there to ask/);
    expect(done).toEqual([]);
  });

  test("shuts the site, stops it, takes a last point, and brings that one back elsewhere", async () => {
    const text = await move();
    expect(text).toMatch(/villeurbanne is back/);
    expect(text).toMatch(/nextcloud: it is as of 2026-11-26T02:11:00Z-000002/);
    const here = done.filter((line) => !line.startsWith("--context=elsewhere"));
    expect(here).toEqual([
      "--context=here annotate --overwrite ingress nextcloud commune.cloud/class-before-restore=traefik",
      expect.stringMatching(/^--context=here patch ingress nextcloud .*"shut"/),
      "--context=here annotate --overwrite deployment nextcloud commune.cloud/replicas-before-restore=2",
      "--context=here scale deployment nextcloud --replicas=0",
      "the last point is taken",
      ...["the seed is given", "the state is put aside", "context=elsewhere", "incarnation=2", "up"],
    ]);
    expect(await (await asGuest("/once/incarnation-2")).text()).toBe('{"cluster":"new"}');
  });

  test("that is interrupted after the vaults know of it says so, leaves the old site shut, and goes on from there", async () => {
    whileUp = () => process.emit("SIGTERM");
    const text = await move();
    expect(text).toMatch(
      /It stops when what runs has ended\.\nit was interrupted\.\nTo go on with the move, run commune relocate again\.\nThe site that was left stays shut, with its data \(context here\)\.$/,
    );
    expect(done.at(-1)).toBe("up");
    whileUp = () => undefined;
    [done, has.settings, has.cluster] = [[], { context: "elsewhere", incarnation: "2" }, undefined];
    expect(await move()).toMatch(
      /goes on to come back[\s\S]*as of 2026-11-26T02:11:00Z-000002[\s\S]*is back/,
    );
    expect(done[0]).toBe("up");
    expect(done.filter((line) => line.startsWith("--context=here"))).toEqual([]);
  });

  test.each([
    [
      "cannot be taken",
      () => {
        exitCode = 1;
      },
      /no last restore point of nextcloud could be taken\. no room/,
    ],
    [
      "is at no vault",
      () => {
        isBrought = false;
      },
      /the vaults do not give the last points/,
    ],
    [
      "is the moment of a Ctrl-C",
      () => {
        meantime = () => process.emit("SIGTERM");
      },
      /then the site lets people in again\.[\s\S]*it was interrupted\.\nThe site is as it was/,
    ],
  ])("lets people in again where the last point %s, and nobody has moved", async (_, happens, why) => {
    happens();
    expect(await move()).toMatch(why);
    expect(done.slice(-4).map((line) => line.replace("--context=here ", ""))).toEqual([
      "scale deployment nextcloud --replicas=2",
      "annotate --overwrite deployment nextcloud commune.cloud/replicas-before-restore-",
      expect.stringMatching(/^patch ingress nextcloud .*"traefik"/),
      "annotate --overwrite ingress nextcloud commune.cloud/class-before-restore-",
    ]);
    expect(await (await asGuest("/once/")).text()).not.toContain("incarnation");
  });

  test("says so where the site that was to be left cannot let people in again, and why it stopped", async () => {
    exitCode = 1;
    kubectl = async (words, input) => {
      if (words.includes("--replicas=2")) throw new Error("the server does not answer");
      return both(words, input);
    };
    expect(await move()).toMatch(
      /no room\nAnd not all of it lets people in again: .*does not answer\nIts data is untouched\. .*pulumi up -s villeurbanne --refresh/,
    );
  });

  test.each([
    ["newer than the points", "2026-11-26T11:58:01.5Z", true],
    ["older than them", "2026-11-26T02:09:59Z", false],
  ])(
    "after a disaster, rows of the log that are %s are told, with the line that brings them",
    async (_, from, isTold) => {
      has.cluster = undefined;
      kubectl = async (words, input) =>
        words.includes("keeper-0") ? JSON.stringify(keeperOf(from)) : both(words, input);
      const text = await relocate(["--yes", "--to", "elsewhere"]);
      expect(text).toMatch(/villeurbanne is back/);
      const line = `database: the rows of until ${from} are at bron too. To have them, with the files of before: database: { restoreFrom: { vault: bron, at: ${from} } }, and npx pulumi up`;
      expect(text.includes(line)).toBe(isTold);
    },
  );

  test("is refused where the site does not answer, or is another one than the stack's", async () => {
    has.cluster = "third";
    expect(await move()).toMatch(/does not answer through the context here.*leave out --planned/);
    expect(done).toEqual([]);
  });
});

describe("the state of the stack that is left", () => {
  test("is kept in a file as it is, and the stack has no resources any more", async () => {
    const state = {
      version: 3,
      deployment: {
        manifest: { magic: "a" },
        secrets_providers: { type: "passphrase" },
        resources: [{ urn: "a" }],
        pending_operations: [{ type: "creating" }],
      },
    };
    const asked: { words: readonly string[]; input: string | undefined }[] = [];
    const ask = async (words: readonly string[], input?: string) => {
      asked.push({ words, input });
      return words[1] === "export" ? JSON.stringify(state) : "";
    };
    const file = await putAside(ask, "lyon", join(folder, "aside"));
    expect(readdirSync(join(folder, "aside"))).toHaveLength(1);
    expect(JSON.parse(readFileSync(file ?? "", "utf8"))).toEqual(state);
    expect(asked[1]?.words).toEqual(["stack", "import", "-s", "lyon"]);
    const { pending_operations: _, ...deployment } = state.deployment;
    expect(JSON.parse(asked[1]?.input ?? "")).toEqual({
      version: 3,
      deployment: { ...deployment, resources: [] },
    });
    state.deployment.resources = [];
    expect(await putAside(ask, "lyon", join(folder, "other"))).toBeUndefined();
  });
});
