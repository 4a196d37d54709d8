import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { kindOf } from "../../components/foundation/availability/availability.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { checkout } from "../../local/paths.ts";
import { footprints, total } from "../../policies/footprint.ts";
import { energy } from "../../policies/hardware.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { example, registered, registeredNow } from "./declared.ts";
import { goldenDifference, readGolden, registrationsIn, reviewed, reviewedCommunes } from "./golden.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";

const full = example("full.yaml");
let base: readonly Registration[];
let tolerant: readonly Registration[];
beforeAll(async () => {
  base = await registered(full);
  tolerant = await registeredNow({
    ...full,
    declaration: { ...full.declaration, availability: "node-loss" },
  });
});

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
  expect(budgets.map((budget) => [placeOf(budget), selectorOf(budget)]).sort()).toEqual(
    repeated.map((deployment) => [placeOf(deployment), selectorOf(deployment)]).sort(),
  );
  expect(repeated.map(({ metadata: { name } }) => name).sort()).toEqual([
    "mastodon-sidekiq",
    "mastodon-streaming",
    "mastodon-web",
  ]);
  expect(ofKind(kubernetesObjects(base), "PodDisruptionBudget")).toEqual([]);
});

test("no Job runs again, and nothing that holds data restarts, except for a server's connections", () => {
  const left = (registrations: readonly Registration[], kind: string) =>
    registrations
      .filter(({ type }) => type.endsWith(`:${kind}`))
      .map(({ name, inputs }) => ({ name, inputs }));
  expect(left(tolerant, "StatefulSet")).toEqual(left(base, "StatefulSet"));
  const names = (registrations: readonly Registration[]) =>
    ofKind(kubernetesObjects(registrations), "Job").map(({ metadata: { name } }) => name);
  expect(names(tolerant)).toEqual(names(base));
});

test("size and energy count the pods that run twice", () => {
  const [one, two] = [base, tolerant].map((each) => total(footprints(kubernetesObjects(each))));
  if (one === undefined || two === undefined) throw new Error("No footprint.");
  expect(two.pods - one.pods).toBe(3);
  expect(energy(two).kilowattHoursPerYear).toBeGreaterThan(energy(one).kilowattHoursPerYear);
});

const begin = "<!-- workloads: begin -->";
const titles = {
  repeated: "`repeated`: two pods",
  replaced: "`replaced`: one pod, elsewhere after about 85 s",
  exclusive: "`exclusive`: one pod, elsewhere after about 6 min",
  volume: "`volume`: one pod, waits for its node or for `out-of-service`",
  job: "`job`: again on another node",
};

test("docs/availability.md lists every workload of the examples", async () => {
  const parts = ["accounts", "login"].map((part) => readGolden(`${part}/registrations`));
  const examples = [...parts, ...reviewedCommunes().map((id) => readGolden(id))];
  // The last one of a name counts: as node-loss makes it.
  const kinds = new Map(
    [...examples.flatMap((each) => kubernetesObjects(each)), ...kubernetesObjects(tolerant)].flatMap(
      (object) => {
        const kind = kindOf({ ...object });
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
