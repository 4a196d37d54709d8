import pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { register } from "../../components/foundation/manifest/register.ts";
import { Bench, type Outcome, type Run, succeeded } from "../cluster/plugins/bench.ts";
import { Nodes } from "../doubles/nodes/index.ts";
import { bareCluster } from "./bare.ts";
import { namespace, type Row, rows } from "./hand-edits/kinds.ts";

/** Objects that tell a stack with another seed from the right one: they are taken over only when somebody says so. */
const guards = rows.filter(({ kind }) => kind === "Namespace" || kind === "Secret");
const taken = rows.filter((row) => !guards.includes(row));

const nodes = Nodes.beside(bareCluster(), [namespace]);
let bench: Bench;
let run: Run;
let guarded: Run;

/** A program that registers the rows as the toolkit does, with the settings of its provider (components/commune/cluster.ts). */
const program =
  (declared: readonly Row[], which: "first" | "second", settings: { enablePatchForce?: true } = {}) =>
  async () => {
    const provider = bench.provider({
      enableConfigMapMutable: true,
      enableSecretMutable: true,
      upsertExistingObjects: true,
      ...settings,
    });
    const parent = new pulumi.ComponentResource("commune:test:Kinds", "kinds", {}, { providers: [provider] });
    for (const row of declared) {
      const value = row.kind === "Secret" ? Buffer.from(row[which], "base64").toString() : row[which];
      register(row.kind.toLowerCase(), row.declare(value), { parent, provider });
    }
  };

const objectOf = ({ kind, declare, first }: Row) =>
  `${kind.toLowerCase()}${{ Role: ".rbac.authorization.k8s.io", RoleBinding: ".rbac.authorization.k8s.io" }[kind as string] ?? ""}/${declare(first).metadata.name}`;
const live = (row: Row) => bench.field(objectOf(row), row.path);

async function editAll(edited: readonly Row[], manager: string): Promise<void> {
  for (const row of edited) {
    const patch = JSON.stringify(row.byHand);
    await bench.kubectl("patch", objectOf(row), "--type=merge", `--field-manager=${manager}`, "-p", patch);
    expect(await live(row), row.kind).toBe(row.edited);
  }
}

/** The fields as they are, by kind. */
async function fields(asked: readonly Row[]): Promise<Record<string, string | undefined>> {
  return Object.fromEntries(await Promise.all(asked.map(async (row) => [row.kind, await live(row)])));
}
const wanted = (asked: readonly Row[], which: "first" | "second") =>
  Object.fromEntries(asked.map((row) => [row.kind, row[which]]));

beforeAll(async () => {
  bench = await Bench.open("hand-edits");
  run = await bench.stack("taken");
  guarded = await bench.stack("guarded");
  succeeded(await run.up(program(taken, "first")));
  succeeded(await guarded.up(program(guards, "first")));
});
afterAll(async () => {
  await guarded.destroy();
  await bench.close();
  await nodes.stop();
});

test("every kind that the toolkit registers is tried", () => {
  // As register.ts lists them; a kind that is added there is added here.
  expect(rows.map(({ kind }) => kind).sort()).toEqual([
    "ConfigMap",
    "CronJob",
    "Deployment",
    "Ingress",
    "Job",
    "LimitRange",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolumeClaim",
    "PodDisruptionBudget",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
  ]);
});

// kubectl's own name, and that of another program.
describe.each([
  ["kubectl-patch", "first", "second"],
  ["k9s", "second", "first"],
] as const)("after edits by %s", (manager, declared, next) => {
  beforeAll(() => editAll(taken, manager));

  test("one up --refresh makes every kind what is declared", async () => {
    // A preview does not take over what kubectl owns, so it is what stops where nothing is forced.
    succeeded(await run.preview(program(taken, declared), { refresh: true }));
    succeeded(await run.up(program(taken, declared), { refresh: true }));
    expect(await fields(taken)).toEqual(wanted(taken, declared));
  });

  test("a declared change of the same fields goes through", async () => {
    succeeded(await run.up(program(taken, next)));
    expect(await fields(taken)).toEqual(wanted(taken, next));
  });
});

test("objects that were deleted by hand are made again by one up --refresh", async () => {
  await bench.kubectl("delete", ...taken.map(objectOf));
  succeeded(await run.up(program(taken, "first"), { refresh: true }));
  expect(await fields(taken)).toEqual(wanted(taken, "first"));
  succeeded(await run.destroy());
});

describe("a Namespace and a Secret that were edited", () => {
  beforeAll(() => editAll(guards, "kubectl-patch"));

  test.each(guards)("stop the run, which says what it is about: a $kind", async (row) => {
    // Of the two in one run the first that is found stops it.
    const refused: Outcome = await guarded.preview(program([row], "first"), { refresh: true });
    expect(refused.text).toContain("field conflict detected");
    expect(refused.text).toContain('conflict with "kubectl-patch"');
    expect(await live(row)).toBe(row.edited);
  });

  test("are taken back by one run that is told to, for good", async () => {
    succeeded(await guarded.up(program(guards, "first", { enablePatchForce: true }), { refresh: true }));
    expect(await fields(guards)).toEqual(wanted(guards, "first"));
    succeeded(await guarded.up(program(guards, "second")));
    expect(await fields(guards)).toEqual(wanted(guards, "second"));
  });
});
