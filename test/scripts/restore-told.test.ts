import { beforeEach, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { federationSchema } from "../../components/federation/members.ts";
import type { AfterRestore } from "../../components/foundation/restore-point/contract.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import type { Container } from "../../scripts/recovery/point.ts";
import { type Restore, Restoring } from "../../scripts/recovery/restoring.ts";

const lyon = { name: "Lyon", insee: "69123", domain: "lyon.test", contact: "a@lyon.test" };
const declaration = communeSchema.parse({
  ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", population: 1, contact: "a@bron.test" },
  ...{ nextcloud: {}, recovery: { vaults: ["lyon"] } },
});
const metropolis = federationSchema.parse({ name: "Métropole", members: { lyon } });

const told = (what: string): AfterRestore => ({
  ...{ what: { en: what, fr: what }, when: "before people return", cronJob: "nextcloud-cron" },
  command: ["sh", "-c", what, "sh", "{path}"],
});

/** The documents' points, told what can be told from each other. */
function points(): PointsPlan {
  const [found] = planCommune(
    declaration,
    { storageClass: undefined, privatePeers: [] },
    { metropolis },
  ).points;
  if (found === undefined) throw new Error("no points");
  const contents = {
    ...found.contents,
    ...{ afterFiles: [told("files")], afterAll: [told("rows"), told("files")] },
    ...{ beforePath: [told("whose")], afterPath: [{ ...told("path"), when: "while it serves" as const }] },
  };
  return { ...found, contents };
}

/** Pods that ran, and calls about the workloads. */
let ran: string[];
/** Times that a run of this name fails before it ends well. */
let failing: Record<string, number>;
/** Names of workloads in the service's namespace. */
let workloads: string[];
beforeEach(() => {
  ran = [];
  workloads = ["deployment.apps/nextcloud", "deployment.apps/nextcloud-cache"];
  failing = {};
});

let running = "";
async function kubectl(words: readonly string[], input?: string): Promise<string> {
  const line = words.filter((word) => !word.startsWith("--")).join(" ");
  if (line === "get deployments,statefulsets") return workloads.join("\n");
  if (line.includes("flushall")) {
    ran.push(line.split(" ").slice(0, 2).join(" "));
    return "OK";
  }
  if (line === "create") {
    const { spec } = JSON.parse(input ?? "") as {
      spec: { activeDeadlineSeconds: number; template: { spec: { containers: Container[] } } };
    };
    const [container] = spec.template.spec.containers;
    running = container?.command?.slice(2).join(" ") ?? container?.args?.join() ?? "rows?";
    // A scan of all files takes longer than background jobs may.
    expect(spec.activeDeadlineSeconds).toBeGreaterThan(36_000);
    ran.push(running);
    return "";
  }
  const left = failing[running] ?? 0;
  if (line.startsWith("get job ")) {
    const type = left > 0 ? "Failed" : "Complete";
    return JSON.stringify({ status: { conditions: [{ type, status: "True" }] } });
  }
  if (line === "get pods" && words.some((word) => word.startsWith("--selector"))) {
    failing[running] = Math.max(0, left - 1);
    const terminated = { exitCode: left > 0 ? 1 : 0, message: left > 0 ? `${running} went wrong` : "" };
    return JSON.stringify({
      items: [{ status: { containerStatuses: [{ name: "x", state: { terminated } }] } }],
    });
  }
  if (line.startsWith("get cronjob ")) {
    const name = line.split(" ")[2] ?? "";
    const spec = { activeDeadlineSeconds: 3600, template: { spec: { containers: [{ name }] } } };
    return JSON.stringify({
      metadata: { name, namespace: "n", labels: {} },
      spec: { jobTemplate: { spec } },
    });
  }
  if (line.startsWith("get deployments")) {
    const volumes = [{ persistentVolumeClaim: { claimName: "nextcloud-data" } }];
    const annotations = ran.includes("stopped") ? { "commune.cloud/replicas-before-restore": "1" } : {};
    const deployment = {
      metadata: { name: "nextcloud", annotations },
      spec: { replicas: 1, template: { spec: { volumes } } },
    };
    return JSON.stringify({ items: [deployment] });
  }
  if (line.startsWith("get ")) return JSON.stringify({ items: [] });
  if (words.includes("--replicas=0")) ran.push("stopped");
  else if (words.includes("--replicas=1")) ran.push("started");
  return "";
}

const restoring = (more: Partial<Restore>) =>
  new Restoring(
    { kubectl },
    {
      ...{ commune: "bron", points: points(), sequence: 2, context: undefined, withRows: false },
      ...more,
    },
  );
const quiet = () => undefined;

test("a service is told before it starts, and nothing of rows where files alone went back", async () => {
  await restoring({}).exchange("there", quiet);
  expect(ran).toEqual(["stopped", "there", "files sh ", "started"]);
});

test("what came back with its whole server is told to the service while it stands still, and it starts whatever comes", async () => {
  await restoring({}).report(quiet);
  expect(ran).toEqual(["stopped", "exec deployment/nextcloud-cache", "rows sh ", "files sh ", "started"]);
  ran = [];
  failing = { "files sh ": 1 };
  await expect(restoring({}).report(quiet)).rejects.toThrow("files sh  went wrong");
  expect(ran.at(-1)).toBe("started");
});

test("a cache is emptied once rows are another's, each member of several, and none is asked of a service without one", async () => {
  const emptied = async () => {
    ran = [];
    await restoring({ withRows: true }).swap("there", quiet);
    return ran.filter((each) => each.startsWith("exec"));
  };
  expect(await emptied()).toEqual(["exec deployment/nextcloud-cache"]);
  workloads.push("statefulset.apps/nextcloud-cache-0", "statefulset.apps/nextcloud-cache-1");
  expect(await emptied()).toEqual([
    "exec statefulset/nextcloud-cache-0",
    "exec statefulset/nextcloud-cache-1",
  ]);
  // Mailing lists have rows and no cache.
  workloads = ["deployment.apps/nextcloud"];
  expect(await emptied()).toEqual([]);
});

test("what goes back again learns of both: either may have been exchanged", async () => {
  await restoring({}).exchange("back", quiet);
  expect(ran.filter((each) => each.includes(" sh"))).toEqual(["rows sh ", "files sh "]);
});

test("files that go again, because the service could not be told, are reported to it in their turn, and then it starts", async () => {
  failing = { "files sh ": 1 };
  await expect(restoring({}).exchange("there", quiet)).rejects.toThrow("files sh  went wrong");
  // Rows of before are asked back too, where some were exchanged.
  const back = ["back", "rows?", "exec deployment/nextcloud-cache", "rows sh ", "files sh "];
  expect(ran).toEqual(["stopped", "there", "files sh ", ...back, "started"]);
});

test("where that fails too nothing starts: what it knows may be of the files that had come", async () => {
  failing = { "files sh ": 2 };
  await expect(restoring({}).exchange("there", quiet)).rejects.toThrow(
    /Files went back, and what it knows of them may be of those that had come: the service stays stopped\./,
  );
  expect(ran).not.toContain("started");
});

test("one path is looked at before it goes back, and arrives as it is written", async () => {
  const only = "anna/files/prix $(HOME) $& $$.txt";
  const one = restoring({ only });
  await one.checkPath();
  await one.exchangeOnly("there", quiet);
  const literal = only.replaceAll("$", "$$$$");
  expect(ran).toEqual([`whose sh ${literal}`, "there", `path sh ${literal}`]);
  failing = { [`whose sh ${literal}`]: 1 };
  await expect(one.checkPath()).rejects.toThrow("went wrong");
});
