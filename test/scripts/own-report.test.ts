import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { append, digestOf, type Entry, previousOf, readLog } from "../../audit/approval/log.ts";
import { signedText } from "../../audit/log.ts";
import type { Report } from "../../audit/report.ts";
import { published } from "../../components/commune/publish.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { applyCommand } from "../../scripts/apply.ts";
import { type Previewed, preview } from "../../scripts/approval/planned.ts";
import { fingerprintOfFile, signWithSsh } from "../../scripts/approval/ssh.ts";
import { approveCommand } from "../../scripts/approve.ts";
import { auditCommand } from "../../scripts/audit.ts";
import { proposeCommand } from "../../scripts/propose.ts";
import { sideAt } from "../../scripts/side.ts";
import { EngineDouble } from "../doubles/engine/index.ts";
import { type Falsified, falsifications } from "./falsifications.ts";

/**
 * Bron gives up its documents: the volume with them is deleted, so that two have to say yes. Whoever proposes it writes
 * something else into the report. An engine's double plays `pulumi`.
 */
let folder: string;
let stacks: string;
let engine: EngineDouble;
/** Its preview of an update. */
let previewed: Previewed;
/** The report that `commune report --preview` wrote. */
let honest: string;
const key = (name: string) => join(folder, name);
const report = () => join(folder, "report", "report.json");
const log = () => join(stacks, "bron", "approvals.jsonl");
const entries = () => readLog(readFileSync(log(), "utf8")).flatMap(({ line }) => line?.entry ?? []);

const objects = async (): Promise<KubernetesObject[]> => [];
const object = (kind: string, name: string, rest: object = {}) => ({
  ...{ apiVersion: "v1", kind },
  metadata: {
    name,
    namespace: "bron-nextcloud",
    labels: { "commune.cloud/service": "nextcloud", "commune.cloud/data": "content" },
  },
  ...rest,
});
const resources = {
  "bron-nextcloud-data": {
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    was: object("PersistentVolumeClaim", "data", { spec: { resources: { requests: { storage: "10Gi" } } } }),
  },
  "bron-nextcloud-settings": {
    type: "kubernetes:core/v1:ConfigMap",
    was: object("ConfigMap", "settings", { data: { a: "1" } }),
    is: object("ConfigMap", "settings", { data: { a: "2" } }),
  },
  "bron-nextcloud-more": {
    type: "kubernetes:core/v1:ConfigMap",
    is: object("ConfigMap", "more", { data: { b: "1" } }),
  },
};

let printed = "";

/** Runs a command and returns its exit code and what it says, an error's words too. */
async function run(command: ReturnType<typeof applyCommand>, ...words: string[]) {
  process.exitCode = undefined;
  printed = "";
  const why = await command
    .exitOverride()
    .parseAsync(words, { from: "user" })
    .then(() => "")
    .catch((error: Error) => error.message);
  const code = why === "" ? Number(process.exitCode ?? 0) : 1;
  process.exitCode = undefined;
  return { code, said: printed + why };
}
const propose = () => run(proposeCommand(stacks), report(), "--key", key("team"), "--yes");
const approve = (name: string, ...more: string[]) =>
  run(
    approveCommand(stacks, objects, async () => previewed),
    ...[report(), "--key", key(name), "--yes", ...more],
  );
const apply = () =>
  run(
    applyCommand(stacks, () => engine.place, objects),
    ...["bron", "--report", report()],
  );

/** Writes into the log what anybody with the key can: a signed line, whatever the report is. */
async function forge(
  kind: "proposed" | "approved",
  name: string,
  role: "administrator" | "official",
): Promise<void> {
  const bytes = readFileSync(report());
  const { label, language, because, summary, approval } = JSON.parse(bytes.toString()) as Report & {
    approval: NonNullable<Report["approval"]>;
  };
  const why = { fr: "Pourquoi :", en: "Why:" }[language];
  const common = {
    ...{ stack: "bron", digest: approval.plan.digest, report: digestOf(bytes), form: 2 as const },
    ...{ at: new Date().toISOString(), previous: previousOf(stacks, "bron") },
    ...{ label, needs: approval.need, shown: [`${why} ${because}`, ...summary] },
    ...{ role, by: fingerprintOfFile(key(name)) },
  };
  const expires = new Date(Date.now() + 86_400_000).toISOString();
  const entry: Entry =
    kind === "proposed"
      ? { kind, ...common }
      : { kind, ...common, from: "preview", author: fingerprintOfFile(key("team")), expires };
  append(stacks, { entry, signature: await signWithSsh(signedText(entry), key(name)) });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "own-report-"));
  stacks = join(folder, "stacks");
  mkdirSync(join(stacks, "bron"), { recursive: true });
  for (const name of ["team", "other", "mayor"])
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key(name)]);
  const approver = (name: string, role: string) =>
    `  - { name: ${name}, role: ${role}, from: 2026-01-01, key: ${readFileSync(`${key(name)}.pub`, "utf8").trim()} }\n`;
  writeFileSync(
    join(stacks, "bron", "approvers.yaml"),
    `approvers:\n${approver("team", "administrator")}${approver("other", "administrator")}${approver("mayor", "official")}`,
  );
  writeFileSync(
    join(stacks, "bron", "commune.yaml"),
    'id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 42000\ncontact: numerique@bron.test\n',
  );
  const { plan } = await sideAt(stacks, "bron", objects);
  engine = new EngineDouble(folder, { resources, published: published(plan, "00ff") });
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  previewed = await preview(engine.place, "bron");
  await run(
    auditCommand(stacks, objects, async () => previewed),
    ...["bron", "--preview", "--to", join(folder, "report"), "--because", "Plus personne ne s’en sert."],
  );
  honest = readFileSync(report(), "utf8");
});
afterAll(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  writeFileSync(log(), "");
  writeFileSync(report(), honest);
});

describe("a report that says what the machines find", () => {
  test("is approved by both ways, and applied by one update", async () => {
    expect(JSON.parse(honest)).toMatchObject({ label: "irreversible", approval: { need: "two" } });
    await propose();
    expect(await approve("other")).toMatchObject({ code: 0, said: expect.stringContaining("une l’a fait") });
    expect(await approve("mayor", "--plan-only")).toMatchObject({ code: 0 });
    expect(await apply()).toEqual({ code: 0, said: expect.stringContaining("Applied as approved") });
    expect(engine.hasUpdated()).toBe(true);
    expect(entries()).toMatchObject([
      { kind: "proposed" },
      { kind: "approved", from: "preview", label: "irreversible", needs: "two" },
      { kind: "approved", from: "plan", label: "irreversible", needs: "two" },
      { kind: "applied", by: expect.stringMatching(/^z6Mk/) },
    ]);
  });

  test("is signed by who has the plan alone as far as that tells: by what it does, not by what the report says of it", async () => {
    writeFileSync(report(), honest.replace("Plus aucun", "Tout va bien, plus aucun"));
    await propose();
    await approve("mayor", "--plan-only");
    const [, approved] = entries();
    expect(approved).toMatchObject({
      shown: [
        "Pourquoi : Plus personne ne s’en sert.",
        expect.stringContaining("lu dans le plan seul"),
        "Objets : 1 créés, 1 modifiés et 1 supprimés.",
        "Supprimé pour toujours : core/v1:PersistentVolumeClaim bron-nextcloud-data.",
        "Aucun objet qui ouvre un accès ou garde des données ne change.",
      ],
    });
  });
});

test("a machine that cannot preview approves nothing, and says what is left to it", async () => {
  await propose();
  const nowhere = async () => {
    throw new Error("no cluster is named");
  };
  const command = approveCommand(stacks, objects, nowhere);
  const { code, said } = await run(command, report(), "--key", key("mayor"), "--yes");
  expect([code, entries().length]).toEqual([1, 1]);
  expect(said).toContain("no cluster is named");
  expect(said).toContain("--plan-only");
});

describe("a report that was falsified before it was proposed", () => {
  test.each(falsifications)(
    "in %s is refused by who approves and by the machine that applies",
    async (_, falsify, why) => {
      const said = JSON.parse(honest) as Falsified;
      falsify(said);
      writeFileSync(report(), JSON.stringify(said));
      await forge("proposed", "team", "administrator");
      const approved = await approve("mayor");
      expect(approved).toEqual({ code: 1, said: expect.stringContaining(why) });
      expect(entries().map(({ kind }) => kind)).toEqual(["proposed"]);
      // Whoever signs all the same, with a toolkit that believes it.
      await forge("approved", "other", "administrator");
      await forge("approved", "mayor", "official");
      const applied = await apply();
      expect(applied.code).toBe(1);
      expect(applied.said).toContain(why);
      expect(engine.hasUpdated()).toBe(false);
      expect(entries().some(({ kind }) => kind === "applied")).toBe(false);
    },
  );

  test("in need, label and sentences is refused by who has the plan alone, by what that tells", async () => {
    const said = JSON.parse(honest) as Falsified;
    Object.assign(said, { label: "reversible", summary: ["Rien ne change."] });
    said.approval.need = "one";
    writeFileSync(report(), JSON.stringify(said));
    await forge("proposed", "team", "administrator");
    const { code, said: why } = await approve("mayor", "--plan-only");
    expect(code).toBe(1);
    expect(why).toContain(
      'label: the report says "reversible", and with its plan alone this machine finds "irreversible"',
    );
    expect(why).toContain(
      'approval.need: the report says "one", and with its plan alone this machine finds "two"',
    );
    expect(why).toContain("Nothing was changed.");
  });

  test("is refused where its proposal says of it what it does not say", async () => {
    await forge("proposed", "team", "administrator");
    const line = readFileSync(log(), "utf8");
    writeFileSync(log(), "");
    const entry = (JSON.parse(line) as { entry: Entry }).entry;
    const milder = { ...entry, needs: "one", label: "reversible" } as Entry;
    append(stacks, { entry: milder, signature: await signWithSsh(signedText(milder), key("team")) });
    const why = 'line 1 says needs "one", and the report has "two"';
    expect(await approve("mayor")).toEqual({ code: 1, said: expect.stringContaining(why) });
    await forge("approved", "mayor", "official");
    expect(await apply()).toEqual({ code: 1, said: expect.stringContaining(why) });
    expect(engine.hasUpdated()).toBe(false);
  });
});
