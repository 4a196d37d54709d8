import { spawnSync } from "node:child_process";
import { beforeEach, expect, test } from "vitest";
import { planCommune } from "../../components/commune/plan.ts";
import { inUseAlready, notExchanged } from "../../components/platform/database/exchange.ts";
import { exchangeRows, markWhole, prepareRows } from "../../components/platform/mariadb/exchange.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { mariadbLoadScript } from "../../components/recovery/points/rows-scripts.ts";
import type { Container } from "../../scripts/recovery/point.ts";
import { Restoring } from "../../scripts/recovery/restoring.ts";
import { communeText, roomWithMariadb, tenantText, valid } from "../components/tenants/stacks.ts";

const applications = "applications: { wordpress: {}, dokuwiki: { access: public } }\n";
const members = `name: Métropole
members:
  lyon: { name: Lyon, insee: "69123", domain: lyon.test, contact: a@lyon.test }
  bron: { name: Bron, insee: "69029", domain: bron.test, contact: a@bron.test }
`;

/** The points of an application of an association whose rows are on MariaDB, or of one that keeps files alone. */
function pointsOf(application: string): PointsPlan {
  const files = {
    "../federation.yaml": members,
    "tenants/chorale.yaml": tenantText("chorale", applications),
  };
  const { declaration } = valid(files, communeText(`${roomWithMariadb}recovery: { vaults: [lyon] }\n`));
  const { points } = planCommune(declaration, { storageClass: undefined, privatePeers: [] });
  const found = points.find(({ service }) => service === `t-chorale-${application}`);
  if (found === undefined) throw new Error("no points");
  return found;
}

/** Commands to the cluster, each as one line, and what they were given to read. */
let asked: string[];
let given: string[];
/** Returns what bash beside the server says, or throws as it ends. */
let server: (script: string) => string;
let wrong: (cronJob: string) => string | undefined;
beforeEach(() => {
  [asked, given] = [[], []];
  server = () => "";
  wrong = () => undefined;
});

const pod = (volumes: object[]) => ({ template: { spec: { volumes } } });
const deployments = [
  {
    metadata: { name: "t-chorale-wordpress" },
    spec: { replicas: 1, ...pod([{ persistentVolumeClaim: { claimName: "t-chorale-wordpress-uploads" } }]) },
  },
  {
    metadata: { name: "t-chorale-dokuwiki" },
    spec: { replicas: 1, ...pod([{ persistentVolumeClaim: { claimName: "t-chorale-dokuwiki-storage" } }]) },
  },
];
const timed = (name: string, volumes: object[]) => ({
  metadata: { name },
  spec: { jobTemplate: { spec: pod(volumes) } },
});
const cronjobs = [
  // It writes rows, and has none of the volumes.
  timed("t-chorale-wordpress-events", [{ secret: { secretName: "t-chorale-wordpress-database" } }]),
  timed("restore-point-dokuwiki", [{ persistentVolumeClaim: { claimName: "t-chorale-dokuwiki-storage" } }]),
];

/** A double of a cluster in which every run ends well, but for those that are wrong. */
async function kubectl(words: readonly string[], input?: string): Promise<string> {
  const line = words.filter((word) => !word.startsWith("--context") && word !== "--output=json").join(" ");
  if (input !== undefined && !line.includes(" create ")) given.push(input);
  if (/^exec (--stdin )?--namespace=bron-mariadb mariadb-0/.test(line)) {
    const script = words.at(-1) ?? "";
    const [, own, coming] = /^own=(\w+) coming=(\w+) /m.exec(script) ?? [];
    const step = script.includes("CREATE DATABASE $coming")
      ? "prepare"
      : script.includes("move $former $coming")
        ? "there"
        : script.includes("move $coming $former")
          ? "back"
          : "release";
    asked.push(`rows ${step} ${coming?.replace(own ?? "", "")}`);
    return server(step);
  }
  if (line.includes(" create ")) {
    const { metadata, spec } = JSON.parse(input ?? "") as {
      metadata: { name: string; namespace: string };
      spec: { template: { spec: { containers: Container[] } } };
    };
    const [container] = spec.template.spec.containers;
    const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
    const secrets = (container?.env ?? []).flatMap(({ name, valueFrom }) =>
      valueFrom ? [`${name} of ${JSON.stringify(valueFrom)}`] : [],
    );
    asked.push([`run ${metadata.namespace}`, ...(container?.args ?? []), env.POINT, ...secrets].join(" "));
    return "";
  }
  const [, cronJob] = /get cronjob (\S+)$/.exec(line) ?? [];
  if (cronJob !== undefined) {
    running = cronJob;
    const name = cronJob.startsWith("restore-rows") ? "load" : "restore";
    const jobTemplate = { spec: { template: { metadata: {}, spec: { containers: [{ name }] } } } };
    return JSON.stringify({
      metadata: { name: cronJob, namespace: cronJob, labels: {} },
      spec: { jobTemplate },
    });
  }
  if (line.includes("get job ")) {
    const type = wrong(running) === undefined ? "Complete" : "Failed";
    return JSON.stringify({ status: { conditions: [{ type, status: "True" }] } });
  }
  if (line.includes("--selector=job-name")) {
    const message = wrong(running);
    const terminated = { exitCode: message === undefined ? 0 : 1, message: message ?? "" };
    return JSON.stringify({
      items: [{ status: { containerStatuses: [{ name: "x", state: { terminated } }] } }],
    });
  }
  if (line.endsWith("get deployments")) return JSON.stringify({ items: deployments });
  if (line.endsWith("get cronjobs")) return JSON.stringify({ items: cronjobs.map(asMarked) });
  if (/ get \w+$/.test(line)) return JSON.stringify({ items: [] });
  asked.push(line.replace("--namespace=bron-t-chorale ", ""));
  return "";
}
let running = "";

/** Returns a CronJob with the annotation that a restore has set of it, as the cluster has it. */
function asMarked(cronJob: (typeof cronjobs)[number]) {
  const set = asked.find((line) => line.startsWith(`annotate --overwrite cronjob ${cronJob.metadata.name} `));
  const [name = "", value] = set?.split(" ").at(-1)?.split("=") ?? [];
  return value === undefined
    ? cronJob
    : { ...cronJob, metadata: { ...cronJob.metadata, annotations: { [name]: value } } };
}

const restoring = (application: string, more = {}) =>
  new Restoring(
    { kubectl },
    {
      ...{ commune: "bron", points: pointsOf(application), sequence: 2, context: "here", withRows: true },
      ...more,
    },
  );
const quiet = () => undefined;

test("rows on MariaDB are brought beside, by a Job of the application's own", async () => {
  await restoring("wordpress").bring(quiet);
  expect(asked).toEqual([
    "run restore-wordpress bring 000002",
    "rows prepare _000002_in",
    "apply --server-side --force-conflicts --filename=-",
    'run restore-rows-wordpress 000002 LOADER_PASSWORD of {"secretKeyRef":{"name":"restore-rows-wordpress-loader","key":"password"}}',
    "delete secret restore-rows-wordpress-loader --ignore-not-found",
  ]);
});

test("who brings rows has a password of that restore alone, which is in a Secret for as long as the Job takes", async () => {
  const passwords: string[] = [];
  for (const end of ["well", "badly"]) {
    [asked, given] = [[], []];
    wrong = (cronJob) => (cronJob.startsWith("restore-rows") && end === "badly" ? "no room" : undefined);
    await restoring("wordpress").bring(quiet).catch(quiet);
    const [typed = "", secret = "{}"] = given;
    const password = typed.trim();
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(JSON.parse(secret)).toMatchObject({
      metadata: { name: "restore-rows-wordpress-loader" },
      data: { password: Buffer.from(password).toString("base64") },
    });
    expect(asked.at(-1)).toBe("delete secret restore-rows-wordpress-loader --ignore-not-found");
    passwords.push(password);
  }
  expect(new Set(passwords).size).toBe(2);
});

test("all that reads or writes its rows is stopped, and nobody else, until both are exchanged", async () => {
  await restoring("wordpress").exchange("there", quiet);
  const patched = (suspend: boolean) =>
    `patch cronjob t-chorale-wordpress-events --type=merge --patch {"spec":{"suspend":${suspend}}}`;
  const mark = "annotate --overwrite cronjob t-chorale-wordpress-events commune.cloud/suspended-for-restore";
  expect(asked).toEqual([
    "annotate --overwrite deployment t-chorale-wordpress commune.cloud/replicas-before-restore=1",
    "scale deployment t-chorale-wordpress --replicas=0",
    `${mark}=true`,
    patched(true),
    "run restore-wordpress there 000002",
    "rows there _000002_in",
    patched(false),
    `${mark}-`,
  ]);
  asked = [];
  await restoring("wordpress").exchange("back", quiet);
  expect(asked).toContain("rows back _000002_in");
  asked = [];
  await restoring("wordpress").release();
  expect(asked).toEqual(["run restore-wordpress release 000002", "rows release _000002_in"]);
});

test("where rows cannot be exchanged, files are as they were, and what the server said is told", async () => {
  server = () => {
    throw Object.assign(new Error("Command failed: kubectl exec …"), {
      stderr: "these cannot be moved with the tables: view v. Remove them\n",
    });
  };
  await expect(restoring("wordpress").exchange("there", quiet)).rejects.toThrow(
    /^these cannot be moved with the tables: view v. Remove them$/,
  );
  expect(asked.filter((line) => line.startsWith("run"))).toEqual([
    "run restore-wordpress there 000002",
    "run restore-wordpress back 000002",
  ]);
  expect(asked.at(-2)).toContain('"suspend":false');
});

test("where files cannot be exchanged, and nothing was moved or it went back, the service starts again", async () => {
  for (const back of [undefined, "nothing was brought to t-chorale-wordpress-uploads yet"]) {
    asked = [];
    wrong = () => (asked.at(-1)?.includes(" there ") ? "no vault gives it" : back);
    await expect(restoring("wordpress").exchange("there", quiet)).rejects.toThrow("no vault gives it");
    expect(asked.filter((line) => line.startsWith("run"))).toEqual([
      "run restore-wordpress there 000002",
      "run restore-wordpress back 000002",
    ]);
    expect(asked.at(-2)).toContain('"suspend":false');
  }
});

test("where what was moved does not go back either, nothing starts, and it is said how to go on", async () => {
  wrong = () => "the node is gone";
  await expect(restoring("wordpress").exchange("there", quiet)).rejects.toThrow(
    /the node is gone.*the service stays stopped\. The same command goes on, and --undo/s,
  );
  expect(asked.join()).not.toContain('"suspend":false');
  // Nor where its rows could not be exchanged.
  asked = [];
  wrong = () => (asked.at(-1)?.includes(" back ") ? "the node is gone" : undefined);
  server = () => {
    throw new Error("view v cannot be moved");
  };
  await expect(restoring("wordpress").exchange("there", quiet)).rejects.toThrow(/view v.*stays stopped/s);
  expect(asked.join()).not.toContain('"suspend":false');
});

test("rows that are not whole are not exchanged, and a run that was cut brings nothing twice", async () => {
  wrong = (cronJob) => (cronJob.startsWith("restore-rows") ? "it has not the rows of the point" : undefined);
  await expect(restoring("wordpress").bring(quiet)).rejects.toThrow("it has not the rows of the point");
  expect(asked.join()).not.toContain("there");
  asked = [];
  server = () => `${inUseAlready}\n`;
  await restoring("wordpress").bring(quiet);
  expect(asked).toEqual(["run restore-wordpress bring 000002", "rows prepare _000002_in"]);
});

test("a restore of files alone leaves rows as they are, also on its way back", async () => {
  server = (step) => (step === "back" ? `${notExchanged}\n` : "");
  const said: string[] = [];
  const files = restoring("wordpress", { withRows: false });
  await files.exchange("there", quiet);
  expect(asked.join()).not.toContain("rows");
  await files.exchange("back", (line) => void said.push(line));
  expect(said.join()).not.toContain("rows are");
});

test("what keeps files alone has no rows to bring", async () => {
  await restoring("dokuwiki").bring(quiet);
  await restoring("dokuwiki").exchange("there", quiet);
  expect(asked.join()).not.toContain("rows");
});

test("every script is one that bash reads", () => {
  const scripts = [
    prepareRows("t0", "000001", "%"),
    prepareRows("t0", "import", "localhost"),
    ...(["there", "back", "release"] as const).map((step) => exchangeRows(step, "t0", "000001")),
    markWhole("t0", "000001"),
    mariadbLoadScript(),
  ];
  for (const input of scripts) expect(spawnSync("bash", ["-n"], { input }).stderr.toString()).toBe("");
});
