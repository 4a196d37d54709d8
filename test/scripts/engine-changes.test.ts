import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { planOf } from "../../audit/approval/plan.ts";
import { engineChanges } from "../../scripts/approval/engine-changes.ts";
import type { StackState } from "../../scripts/approval/state.ts";
import { Steps } from "../../scripts/approval/steps.ts";
import { settledAt } from "../../scripts/side.ts";

const urnOf = (type: string, name: string) =>
  `urn:pulumi:bron::commune-cloud::commune:index:Commune$${type}::${name}`;
const secret = urnOf("kubernetes:core/v1:Secret", "keys");
const claim = urnOf("kubernetes:core/v1:PersistentVolumeClaim", "data");

const inputs = (kind: string, name: string) => ({
  ...{ apiVersion: "v1", kind, metadata: { name, namespace: "bron-nextcloud" } },
});

/** Steps of the engine for a Secret and a volume. */
function steps({ protect }: { protect: boolean }): Steps {
  const told = new Steps();
  const note = (op: string, urn: string, type: string, state: object) =>
    told.note({
      resourcePreEvent: {
        planning: true,
        metadata: { op, urn, type, old: state, new: { ...state, protect } },
      },
    });
  note("update", secret, "kubernetes:core/v1:Secret", { inputs: inputs("Secret", "keys") });
  note("same", claim, "kubernetes:core/v1:PersistentVolumeClaim", {
    ...{ inputs: inputs("PersistentVolumeClaim", "data"), retainOnDelete: true },
  });
  return told;
}

const plan = (outputs: Record<string, string>) =>
  planOf({
    resources: [
      { urn: secret, operation: "update", parts: {} },
      { urn: claim, operation: "same", parts: {} },
    ],
    ...{ outputs, secretsCount: true, versions: { toolkit: "0.1.0", pulumi: "3.259.0" } },
  });
const state = (given: Partial<StackState> = {}): StackState => ({
  resources: new Map([
    [secret, { type: "kubernetes:core/v1:Secret", isRetained: false, isProtected: false }],
    [claim, { type: "kubernetes:core/v1:PersistentVolumeClaim", isRetained: true, isProtected: true }],
  ]),
  ...{
    published: {},
    outputs: { addresses: "1", published: "1", gone: "1" },
    key: undefined,
    logKey: undefined,
  },
  ...given,
});

test("a Secret with another value is named, a volume that loses its protection, and outputs but for the toolkit's own", () => {
  const found = engineChanges(
    plan({ addresses: "1", published: "2", more: "1" }),
    steps({ protect: false }),
    state(),
  );
  expect([...found.secrets]).toEqual(["Secret bron-nextcloud/keys"]);
  expect(found.released).toEqual(["PersistentVolumeClaim bron-nextcloud/data"]);
  expect(found.outputs).toEqual(["gone", "more"]);
});

test("what stays protected is not told, and neither are outputs before the first complete update", () => {
  const found = engineChanges(plan({ more: "1" }), steps({ protect: true }), state({ published: undefined }));
  expect(found.released).toEqual([]);
  expect(found.outputs).toEqual([]);
  expect([...steps({ protect: true }).kept()]).toEqual(["PersistentVolumeClaim bron-nextcloud/data"]);
});

test("the settings of a stack are read as the program reads them; without their file nothing is known", () => {
  const stacks = mkdtempSync(join(tmpdir(), "stacks-"));
  try {
    mkdirSync(join(stacks, "bron"));
    expect(settledAt(stacks, "bron")).toBeUndefined();
    const lines = [
      "config:",
      "  commune:data: disposable",
      "  commune:registryMirror: docker.io=registry.bron.fr/hub",
      "  commune:moved: nextcloud=pg.bron.fr:5432",
      "  commune:restored: nextcloud=33.0.7",
      "  commune:seed:",
      "    secure: v1:abc",
    ];
    writeFileSync(join(stacks, "Pulumi.bron.yaml"), lines.join("\n"));
    const settled = settledAt(stacks, "bron");
    expect(settled?.site).toMatchObject({
      dataIsDisposable: true,
      registryMirrors: { "docker.io": "registry.bron.fr/hub" },
    });
    expect(settled?.facts).toMatchObject({
      moved: ["nextcloud=pg.bron.fr:5432"],
      restored: { nextcloud: "33.0.7" },
      site: { registryMirror: "docker.io=registry.bron.fr/hub" },
    });
    // The program refuses what cannot be used, with what to do.
    writeFileSync(join(stacks, "Pulumi.bron.yaml"), "config:\n  commune:ingress: none\n");
    expect(settledAt(stacks, "bron")?.site.ingress.kind).toBe("traefik");
  } finally {
    rmSync(stacks, { recursive: true });
  }
});
