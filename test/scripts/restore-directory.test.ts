import { beforeEach, expect, test } from "vitest";
import { planCommune } from "../../components/commune/plan.ts";
import type { Container } from "../../scripts/recovery/point.ts";
import { Restoring } from "../../scripts/recovery/restoring.ts";
import { communeText, valid } from "../components/tenants/stacks.ts";

const members = `name: Métropole
members:
  lyon: { name: Lyon, insee: "69123", domain: lyon.test, contact: a@lyon.test }
  bron: { name: Bron, insee: "69029", domain: bron.test, contact: a@bron.test }
`;
const { declaration } = valid(
  { "../federation.yaml": members },
  communeText("directory: {}\nrecovery: { vaults: [lyon] }\n"),
);
const [points = expect.fail("no points")] = planCommune(declaration, {
  storageClass: undefined,
  privatePeers: [],
}).points;

/** Commands to the cluster, each as one line; of a run, its CronJob and what it does. */
let asked: string[];
/** Annotations of the server, as the cluster has them. */
let marks: Record<string, string>;
let running: string;
beforeEach(() => {
  asked = [];
  marks = {};
  running = "";
});

const template = { spec: { volumes: [{ persistentVolumeClaim: { claimName: "directory-data" } }] } };

/** A double of a cluster in which every run ends well. */
async function kubectl(words: readonly string[], input?: string): Promise<string> {
  const line = words
    .filter((word) => !word.startsWith("--") || word.startsWith("--replicas"))
    .join(" ")
    .trim();
  if (words.includes("create")) {
    const { spec } = JSON.parse(input ?? "") as {
      spec: { template: { spec: { containers: Container[] } } };
    };
    const [{ command, args } = {}] = spec.template.spec.containers;
    asked.push(`run ${running} ${(command ?? args ?? []).join(" ")}`);
    return "";
  }
  const [, cronJob] = /^get cronjob (\S+)$/.exec(line) ?? [];
  if (cronJob !== undefined) {
    running = cronJob;
    const containers = [{ name: cronJob === "restore" ? "restore" : "entries" }];
    return JSON.stringify({
      metadata: { name: cronJob, namespace: "bron-directory", labels: {} },
      spec: { jobTemplate: { spec: { template: { spec: { containers } } } } },
    });
  }
  if (line.startsWith("get job "))
    return JSON.stringify({ status: { conditions: [{ type: "Complete", status: "True" }] } });
  if (words.some((word) => word.startsWith("--selector=job-name"))) {
    const containerStatuses = [{ name: "x", state: { terminated: { exitCode: 0 } } }];
    return JSON.stringify({ items: [{ status: { containerStatuses } }] });
  }
  if (line === "get statefulsets")
    return JSON.stringify({
      items: [{ metadata: { name: "directory", annotations: marks }, spec: { replicas: 1, template } }],
    });
  if (line.startsWith("get ")) return JSON.stringify({ items: [] });
  const [, key, value] = /^annotate statefulset directory (\S+)=(\S+)$/.exec(line) ?? [];
  if (key !== undefined && value !== undefined) marks[key] = value;
  else asked.push(line);
  return "";
}

test.each([
  ["to a restore point", "there", false],
  ["to a restore point, in a move or a drill", "there", true],
  ["to what was there before", "back", false],
] as const)(
  "a directory that went back %s has the groups that are declared since",
  async (_, way, withRows) => {
    const of = { commune: "bron", points, sequence: 2, context: "here", withRows };
    const said: string[] = [];
    await new Restoring({ kubectl }, of).exchange(way, (line) => void said.push(line));
    expect(asked).toEqual([
      "scale statefulset directory --replicas=0",
      `run restore ${way}`,
      "scale statefulset directory --replicas=1",
      "rollout status statefulset directory",
      "annotate statefulset directory commune.cloud/replicas-before-restore-",
      "run directory-entries bash -euo pipefail /etc/directory/add.sh",
    ]);
    expect(said.at(-1)).toBe("Done: groups that were declared since are there.");
  },
);
