import { beforeEach, expect, test, vi } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import type { Container } from "../../scripts/recovery/point.ts";
import { Restoring } from "../../scripts/recovery/restoring.ts";

const at = "2026-11-26T20:30:29.5Z";

function pointsOf(more: object): PointsPlan {
  const declaration = communeSchema.parse({
    ...{ id: "givors", name: "Givors", insee: "69091", domain: "givors.test", contact: "a@givors.test" },
    ...{ population: 20_000, nextcloud: {}, recovery: { vaults: ["bron", "lyon"] }, ...more },
  });
  const [points] = planCommune(declaration, { storageClass: undefined, privatePeers: [] }).points;
  if (points === undefined) throw new Error("no points");
  return points;
}

interface Made {
  kind: string;
  metadata: { name: string };
  spec?: { template: { spec: { containers: Container[] } }; egress?: unknown };
  stringData?: Record<string, string>;
  items?: Made[];
}

/** Commands to the cluster, and objects that were made. */
let asked: string[];
let made: Made[];
/** Vaults from which nothing comes back. */
let broken: string[];

beforeEach(() => {
  [asked, made, broken] = [[], [], []];
});

const encoded = (text: string) => Buffer.from(text).toString("base64");

async function kubectl(words: readonly string[], input?: string): Promise<string> {
  const line = words.join(" ");
  asked.push(line.replace(/bash -euc [\s\S]* bash /, "bash "));
  if (line.includes(" create ")) {
    const object = JSON.parse(input ?? "") as Made;
    made.push(...(object.items ?? [object]));
  }
  if (line.includes("get secret keeper")) {
    const vaults = Object.fromEntries(
      ["bron", "lyon"].map((host) => [host, { address: host, password: host }]),
    );
    return JSON.stringify({
      data: {
        "repository-password": encoded("of the repositories"),
        "vaults.json": encoded(JSON.stringify(vaults)),
      },
    });
  }
  if (line.includes("get configmap keeper")) return JSON.stringify({ data: {} });
  if (line.includes("get networkpolicies")) {
    const policy = {
      metadata: { name: "copier-to-peers" },
      spec: { egress: [{ to: [], ports: [{ port: 443 }] }] },
    };
    return JSON.stringify({ items: [policy] });
  }
  if (line.includes("get cronjob")) {
    const spec = { containers: [{ name: "exchange", env: [{ name: "STEP" }, { name: "POINT" }] }] };
    const jobTemplate = { spec: { template: { metadata: {}, spec } } };
    return JSON.stringify({ metadata: { namespace: "n", labels: {} }, spec: { jobTemplate } });
  }
  const last = made.findLast(({ kind }) => kind === "Secret")?.stringData?.["vault.json"] ?? "{}";
  const isBroken = line.includes("moment-") && broken.some((host) => last.includes(host));
  if (line.includes("get job ")) {
    const type = isBroken ? "Failed" : "Complete";
    return JSON.stringify({ status: { conditions: [{ type, status: "True" }] } });
  }
  if (line.includes("--selector=job-name")) {
    const terminated = isBroken
      ? { exitCode: 1, message: '{"failed":"it"}\nthe vault cannot bring database back to then' }
      : { exitCode: 0, message: "" };
    return JSON.stringify({
      items: [{ status: { containerStatuses: [{ name: "restore", state: { terminated } }] } }],
    });
  }
  if (line.includes(" logs job/moment-")) return JSON.stringify({ moment: at, databases: [] });
  if (line.includes("exec database-0")) return "public.oc_users\t2\t1\n";
  return line.includes("--output=json") ? JSON.stringify({ items: [] }) : "";
}

const restoring = (points: PointsPlan) =>
  new Restoring(
    { kubectl },
    { commune: "givors", points, sequence: undefined, context: "here", withRows: true, at },
  );

test("rows of a moment come by a Job at the server, whose way out and secrets go with it", async () => {
  const changed = vi.fn();
  await restoring(pointsOf({})).bring(() => undefined, changed);
  expect(changed).toHaveBeenCalledWith([{ table: "public.oc_users", was: 2, is: 1 }]);
  expect(made.map(({ kind }) => kind)).toEqual([
    ...["ConfigMap", "ConfigMap", "Secret", "NetworkPolicy", "Job"],
    // The superuser's, which makes the empty database.
    "Job",
  ]);
  const [settings, , secret, policy] = made;
  expect(JSON.stringify(settings)).toContain(`\\"at\\": \\"${at}\\"`);
  expect(JSON.stringify(settings)).toMatch(/\\"databases\\": \[[\\n ]*\\"nextcloud\\"/);
  expect(secret?.stringData).toEqual({
    "repository-password": "of the repositories",
    "vault.json": '{"address":"bron","password":"bron"}',
  });
  expect(policy?.spec?.egress).toEqual([{ to: [], ports: [{ port: 443 }] }]);
  const name = secret?.metadata.name ?? "";
  expect(asked).toContain(
    `--context=here --namespace=givors-database delete --ignore-not-found --cascade=foreground job/${name} networkpolicy/${name} secret/${name} configmap/${name} configmap/${name}-program`,
  );
  const secretKeyRef = { name: "database-exchange-nextcloud-loader", key: "password" };
  expect(made.at(-1)?.spec?.template.spec.containers[0]?.env).toEqual([
    { name: "STEP", value: "prepare" },
    { name: "POINT", value: "2026-11-26T203029.5Z" },
    { name: "LOADER_PASSWORD", valueFrom: { secretKeyRef } },
  ]);
  expect(asked.at(-1)).toContain(
    "exec database-0 --container=postgresql -- bash nextcloud 2026-11-26T203029.5Z",
  );
  expect(asked.join("\n")).not.toContain("of the repositories");
});

test("the next vault is asked where one does not reach the moment; where none does, nothing is made of it", async () => {
  broken = ["bron"];
  await restoring(pointsOf({})).bring(() => undefined);
  expect(made.filter(({ kind }) => kind === "Secret")).toHaveLength(2);
  [asked, made, broken] = [[], [], ["bron", "lyon"]];
  await expect(restoring(pointsOf({})).bring(() => undefined)).rejects.toThrow(
    "the vault cannot bring database back to then\nNothing was changed.",
  );
  expect(asked.filter((line) => line.includes(" delete "))).toHaveLength(2);
  expect(asked.some((line) => line.includes("cronjob"))).toBe(false);
});

test("a service with a server of its own is asked of that one, and one of somebody else's is refused", () => {
  const own = pointsOf({ nextcloud: { dedicatedDatabase: {} } });
  expect(own.rows).toMatchObject({ server: { server: "nextcloud-database" } });
  expect(() => restoring(own)).not.toThrow();
  const external = { host: "db.example.org", replication: true };
  expect(() => restoring(pointsOf({ database: { external } }))).toThrow(
    /on a server that somebody else runs: its operator goes back to a moment/,
  );
});
