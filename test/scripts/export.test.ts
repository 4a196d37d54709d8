import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import type { PointManifest } from "../../components/recovery/points/manifest.ts";
import { dataFiles, type Leaving } from "../../scripts/export/data-files.ts";
import { type Export, exportForm } from "../../scripts/export/folder.ts";
import { emptyClaims, takenAlong, wakingCommands } from "../../scripts/export/leaving.ts";
import { readme } from "../../scripts/export/readme.ts";
import { returnOf, returnScript } from "../../scripts/export/return.ts";
import { documents, stagesOf } from "../../scripts/export/stages.ts";
import { type AppliedObject, appliedObjects } from "../../scripts/export/state.ts";
import { fullPlan, goldenState, shownSecret } from "./export/golden-state.ts";

const plan = fullPlan();
const { id } = plan.federation.settings;
const state = goldenState("examples-full");
const all = appliedObjects(id, JSON.stringify(state));
const applied = takenAlong(id, all);
const stages = stagesOf(applied);
const files = [stages.first, stages.secrets, ...stages.workloads, stages.last];

const [points] = plan.points;
if (points === undefined) throw new Error("the example has no restore points");
const manifest: PointManifest = {
  ...{ form: 1, commune: id, service: points.service, incarnation: 1, sequence: 42 },
  ...{ takenAt: "2026-11-26T02:10:00Z", vaultDate: "2026-11-26T02:10:00Z", reason: "schedule" },
  ...{ declaration: "0123456789abcdef", seed: "0011223344556677", keys: [] },
  running: { version: "33.0.7", host: "cloud.example.test" },
  parts: [
    {
      ...{
        kind: "dump",
        database: "nextcloud",
        repository: "nextcloud/files-2026q4",
        snapshot: "c".repeat(64),
      },
      ...{ bytes: 5000, rows: { "public.oc_users": 3 }, server: { version: "17.12", system: "7456123" } },
    },
    {
      ...{ kind: "files", volume: "nextcloud-data", repository: "nextcloud/files-2026q4" },
      ...{ snapshot: "a".repeat(64), tree: "b".repeat(64), files: 200, bytes: 1000, excluded: [] },
    },
  ],
  repositories: {},
  complete: true,
};
const leaving: Leaving = { points, title: "Nextcloud", manifest };

const nameOf = ({ kind, metadata: { namespace = "", name } }: AppliedObject) =>
  `${kind} ${namespace}/${name}`;

describe("the objects of a commune leave", () => {
  test("each once, in one numbered file", () => {
    const inFiles = files.flatMap(({ objects }) => objects.map(nameOf));
    expect(inFiles.sort()).toEqual(applied.map(({ object }) => nameOf(object)).sort());
    expect(inFiles.length).toBeGreaterThan(200);
    const numbered = files.map(({ file }) => file).filter((file) => file.startsWith("manifestes/"));
    expect(numbered).toEqual([...numbered].sort());
  });

  test("after what was waited for before them", () => {
    const place = new Map(
      files.flatMap(({ objects }, index) => objects.map((object) => [nameOf(object), index])),
    );
    const byUrn = new Map(applied.map((one) => [one.urn, one.object]));
    let compared = 0;
    for (const { object, dependencies } of applied) {
      for (const urn of dependencies) {
        const before = byUrn.get(urn);
        if (before === undefined || !["Deployment", "StatefulSet", "Job"].includes(before.kind)) continue;
        if (!["Deployment", "StatefulSet", "Job"].includes(object.kind)) continue;
        if (place.get(nameOf(before)) === files.length - 1) continue;
        compared += 1;
        expect(place.get(nameOf(before)), `${nameOf(before)} before ${nameOf(object)}`).toBeLessThan(
          place.get(nameOf(object)) ?? -1,
        );
      }
    }
    expect(compared).toBeGreaterThan(20);
  });

  test("namespaces first, doors and clocks last, secrets in a file of their own and nowhere else", () => {
    const kinds = stages.first.objects.map(({ kind }) => kind);
    expect(kinds.lastIndexOf("Namespace")).toBe(kinds.filter((kind) => kind === "Namespace").length - 1);
    expect(new Set(stages.last.objects.map(({ kind }) => kind))).toEqual(
      new Set(["CronJob", "Ingress", "Job"]),
    );
    expect(new Set(stages.secrets.objects.map(({ kind }) => kind))).toEqual(new Set(["Secret"]));
    const others = files.filter((each) => each !== stages.secrets).map(({ objects }) => documents(objects));
    expect(others.join("\n")).not.toContain("hunter2");
    const [secret] = stages.secrets.objects;
    expect(secret).not.toHaveProperty("stringData");
    expect(Object.values(secret?.data as object)).toContain(Buffer.from("hunter2").toString("base64"));
  });

  test("without a word for Pulumi; a file is read back as it was", () => {
    const text = files.map(({ objects }) => documents(objects)).join("");
    expect(text).not.toMatch(/pulumi\.com|managed-by|when-it-fails|4dabf18193072939515e22adb298388d/);
    expect(yaml.loadAll(documents(stages.first.objects))).toEqual(stages.first.objects);
  });

  test("what writes to the vaults sleeps, and the page says how it wakes", () => {
    const kept = files.flatMap(({ objects }) => objects);
    const points = kept.find((object) => nameOf(object) === `CronJob ${id}-nextcloud/restore-point`);
    expect(points?.spec).toMatchObject({ suspend: true });
    const keepers = kept.filter(
      ({ kind, metadata }) => kind === "StatefulSet" && metadata.namespace?.endsWith("-keeper"),
    );
    expect(keepers.map(({ spec }) => (spec as { replicas: number }).replicas)).toEqual([0, 0, 0, 0, 0]);
    expect(wakingCommands(id, applied)).toHaveLength(11);
  });

  test("points of before a change stay away", () => {
    const job = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: {
        name: "restore-point-1a2b-before",
        namespace: "a",
        labels: { "app.kubernetes.io/component": "restore-point" },
      },
    };
    expect(takenAlong(id, [{ urn: "a", object: job, isLeftAlone: false, dependencies: [] }])).toEqual([]);
  });
});

describe("the state of a stack", () => {
  const read = (more: object) => appliedObjects("lyon", JSON.stringify({ deployment: more }));
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "a", namespace: "b" } };

  test("shows secrets, also a whole object of them, and leaves out what is read or leaves", () => {
    const type = "kubernetes:core/v1:Secret";
    const objects = read({
      resources: [
        { urn: "1", type, inputs: { ...secret, stringData: shownSecret({ key: "value" }) } },
        { urn: "2", type, inputs: secret, external: true },
        { urn: "3", type, inputs: secret, delete: true },
        { urn: "4", type: "random:index/randomBytes:RandomBytes", inputs: { length: 32 } },
      ],
    });
    expect(objects).toHaveLength(1);
    expect(objects[0]?.object).toEqual({ ...secret, stringData: { key: "value" } });
  });

  test("of an update that was cut, and of a stack with nothing, is refused", () => {
    expect(() => read({ resources: [], pending_operations: [{}] })).toThrow(
      /the last update of the stack lyon was cut/,
    );
    expect(() => read({ resources: null })).toThrow(
      /the stack lyon has nothing in a cluster: npx pulumi up -s lyon/,
    );
  });
});

describe("data comes back", () => {
  const back = returnOf(applied, leaving);
  const script = returnScript([back]);

  test("by a script of which a shell understands every line, and manifests that it names", async () => {
    const { exitCode } = await execa("sh", ["-n"], { input: script });
    expect(exitCode).toBe(0);
    const named = [...script.matchAll(/reprise\/[a-z0-9/-]+\.yaml/g)].map(([path]) => path);
    expect(new Set(named)).toEqual(new Set(Object.keys(back.files)));
  });

  /** Runs the script where kubectl notes what it is asked, and every Job ends well. */
  async function run(...words: readonly string[]) {
    const folder = mkdtempSync(join(tmpdir(), "reprise-"));
    try {
      const file = (name: string, text: string, mode = 0o644) =>
        writeFileSync(join(folder, name), text, { mode });
      file("reprise.sh", script);
      file("SHA256SUMS", `${createHash("sha256").update(script).digest("hex")}  reprise.sh\n`);
      file("asked", "");
      file("kubectl", '#!/bin/sh\nprintf "%s\\n" "$*" >> "$ASKED"\necho Complete\n', 0o755);
      mkdirSync(join(folder, "donnees/nextcloud"), { recursive: true });
      for (const part of ["nextcloud.dump", "nextcloud-data.tar"]) file(`donnees/nextcloud/${part}`, "");
      const env = { PATH: `${folder}:${process.env.PATH}`, ASKED: join(folder, "asked") };
      const ended = await execa("sh", [join(folder, "reprise.sh"), ...words], { env, reject: false });
      return { ...ended, asked: readFileSync(join(folder, "asked"), "utf8").split("\n").slice(0, -1) };
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test("on the cluster whose context was named, in every line for kubectl, and on none where nobody named one", async () => {
    const { stdout, stderr, asked } = await run("--context", "ici et là");
    expect(stdout, stderr).toContain("Les données sont en place.");
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((words) => !words.startsWith("--context ici et là "))).toEqual([]);
    const lines = script.split("\n").filter((line) => /\bkubectl\b/.test(line) && !/^ *(#|echo )/.test(line));
    expect(lines.filter((line) => !/kubectl --context "\$(contexte|\{contexte:\?\})" /.test(line))).toEqual(
      [],
    );
    for (const words of [[], ["--context"], ["--context", ""], ["ici"]]) {
      const refused = await run(...words);
      expect(refused).toMatchObject({ exitCode: 2, asked: [] });
      expect(refused.stderr).toContain("sh reprise.sh --context <nom>");
    }
  });

  test("in this order: stopped, rows beside and exchanged, files, told, started", () => {
    const verbs = back.script.map((line) =>
      line
        .replace(/^kubectl --context "\$\{contexte:\?\}" -n \S+ (\S+).*$/, "kubectl $1")
        .split(" ")
        .slice(0, 2)
        .join(" "),
    );
    const order = [
      "horloge",
      "arreter",
      "pod",
      "preparer",
      "lignes",
      "travail",
      "kubectl exec",
      "fichiers",
      "fin",
      "travail",
      "travail",
      "kubectl scale",
      "kubectl rollout",
      "horloge",
    ];
    expect(verbs.slice(1).map((verb) => (verb.startsWith("kubectl") ? verb : verb.split(" ")[0]))).toEqual(
      order,
    );
    expect(back.script).toContain(
      `fichiers ${id}-nextcloud nextcloud-data 200 1000 donnees/nextcloud/nextcloud-data.tar`,
    );
  });

  test("through a pod with the service's volumes and role, of which policies know the labels, and without a word of a secret", () => {
    const [settings, pod] = yaml.loadAll(back.files["reprise/nextcloud/pod.yaml"] ?? "") as AppliedObject[];
    expect(settings?.data).toMatchObject({ "lignes.tsv": "public.oc_users\t3\n" });
    expect(pod?.metadata.labels).toMatchObject({ "app.kubernetes.io/component": "restore-point" });
    if (pod === undefined) throw new Error("no pod");
    const { volumes, containers, initContainers, affinity } = pod.spec as {
      volumes: { name: string; persistentVolumeClaim?: { claimName: string } }[];
      containers: { volumeMounts: { mountPath: string }[]; env: { name: string; value: string }[] }[];
      initContainers?: unknown;
      affinity?: unknown;
    };
    expect([initContainers, affinity]).toEqual([undefined, undefined]);
    expect(volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [])).toEqual([
      "nextcloud",
      "nextcloud-data",
    ]);
    expect(containers[0]?.volumeMounts.map(({ mountPath }) => mountPath)).toContain(
      "/volumes/nextcloud-data",
    );
    expect(containers[0]?.volumeMounts.map(({ mountPath }) => mountPath)).toContain(
      "/run/secrets/restore-point/database-password",
    );
    expect(containers[0]?.env).toContainEqual({ name: "POINT", value: "000042" });
    const [prepared] = yaml.loadAll(back.files["reprise/nextcloud/preparer.yaml"] ?? "") as AppliedObject[];
    expect(JSON.stringify(prepared?.spec)).toContain(
      '{"name":"LOADER_PASSWORD","valueFrom":{"secretKeyRef":{"name":"reprise-nextcloud","key":"password"}}}',
    );
  });

  test("not from a point whose rows are in a log", () => {
    const log = {
      kind: "log",
      database: "a",
      base: { repository: "a/b-1", snapshot: "a" },
      wal: { repository: "a/b-1", snapshot: "a" },
      server: { version: "17", system: "1" },
      timeline: 1,
      position: "0/1",
    } as const;
    expect(() => dataFiles({ manifest: { ...manifest, parts: [log] } })).toThrow(
      /has its rows in a log only/,
    );
  });

  test("and rows on somebody else's server stay there", () => {
    const rows = { engine: "postgresql", major: "17", database: points.service, server: undefined } as const;
    const outside = returnOf(applied, { ...leaving, points: { ...points, rows } });
    expect(outside.script.join("\n")).toContain("sa base est sur un serveur que quelqu'un d'autre tient");
    expect(outside.script.join("\n")).not.toMatch(/^lignes |reprise-echanger/m);
  });
});

test("the page has every command in its order, what begins empty, and each licence", () => {
  const claims = emptyClaims(id, applied, [leaving]);
  expect(claims).toEqual(
    [
      ...["directory/directory-data", "hotspots/hotspots-state"],
      ...["lists/lists-data", "lists-database/database-data", "mariadb/mariadb-data"],
      ...[
        "mastodon-database/database-data",
        "peertube/peertube-data",
        "peertube-database/database-data",
        "schools/schools-library",
      ],
      ...["tickets/tickets-data", "tickets-database/database-data", "vault-lyon/vault-lyon"],
    ].map((claim) => `${id}-${claim}`),
  );
  const said: Export = {
    form: exportForm,
    ...{
      commune: id,
      name: "Oullins",
      exportedAt: "2026-11-27T03:00:00.000Z",
      toolkit: "0.1.0",
      seed: "0011",
    },
    services: [
      {
        ...{
          service: "nextcloud",
          version: "33.0.7",
          host: "cloud.example.test",
          point: "2026-11-26T02:10:00Z-000042",
        },
        data: dataFiles(leaving).map(({ path, bytes, content }) => ({ path, bytes, content })),
      },
    ],
    without: ["mastodon"],
    empty: claims,
  };
  const titles = new Map([
    ["nextcloud", "Nextcloud"],
    ["mastodon", "Mastodon"],
  ]);
  const page = readme({ said, stages, applied, titles, waking: wakingCommands(id, applied) });
  const commands = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, text = ""]) =>
    text.trim().split("\n"),
  );
  expect(commands[0]).toBe("sha256sum --check --quiet SHA256SUMS");
  const named = commands.flatMap((line) => / apply .*--filename (\S+)/.exec(line)?.[1] ?? []);
  expect(named).toEqual(files.map(({ file }) => file));
  expect(commands.indexOf(`sh reprise.sh --context "\${contexte:?}"`)).toBe(commands.length - 2);
  for (const command of [...commands, ...wakingCommands(id, applied)])
    if (command.includes("kubectl")) expect(command).toMatch(/^kubectl --context "\$\{contexte:\?\}" /);
  expect(page).toContain("**Nextcloud 33.0.7**");
  expect(page).toContain("(ils commencent vides) : Mastodon");
  expect(page).toMatch(/\| nextcloud 33\.0\.7-fpm-alpine|\| nextcloud 33[^|]*\| AGPL-3\.0/);
  expect(page).not.toMatch(/undefined|\[object/);
});
