import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { logKey } from "../../audit/approval/key.ts";
import { append, logText, previousOf, readLog } from "../../audit/approval/log.ts";
import { planOf } from "../../audit/approval/plan.ts";
import { isReported } from "../../audit/approval/verify.ts";
import { writtenLine } from "../../audit/approval/written.ts";
import { reportSchema } from "../../audit/report-schema.ts";
import type { planCommune } from "../../components/commune/plan.ts";
import { published } from "../../components/commune/publish.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { applyCommand } from "../../scripts/apply.ts";
import type { Previewed } from "../../scripts/approval/planned.ts";
import { shown } from "../../scripts/approval/shown.ts";
import { Steps } from "../../scripts/approval/steps.ts";
import { approveCommand } from "../../scripts/approve.ts";
import { auditCommand } from "../../scripts/audit.ts";
import { proposeCommand } from "../../scripts/propose.ts";
import { sideAt } from "../../scripts/side.ts";
import { verifyLogCommand } from "../../scripts/verify-log.ts";

let keys: string;
let folder: string;
let stacks: string;
let printed: string;
/** The preview for which the engine was last asked. */
let asked: Previewed;
const key = (name: string) => join(keys, name);
const report = () => join(folder, "report", "report.json");

const objects = async (_: string, __: ReturnType<typeof planCommune>): Promise<KubernetesObject[]> => [];
const ingress = (host: string): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: host, namespace: "bron-nextcloud" },
  spec: { rules: [{ host }], tls: [{ hosts: [host] }] },
});

/** Preview of a commune as an engine would give it. */
const previewed = (
  before: KubernetesObject[],
  after: KubernetesObject[],
  history: Previewed["history"] = [],
): Previewed => ({
  plan: planOf({
    resources: [],
    outputs: {},
    secretsCount: true,
    versions: { toolkit: "0.1.0", pulumi: "3.259.0" },
  }),
  state: { resources: new Map(), published: undefined, outputs: {}, key: undefined, logKey: undefined },
  history,
  before,
  after,
  engineChanges: { secrets: new Set(), released: [], outputs: [] },
  kept: new Set(),
});

/** Runs a command and returns its exit code; what it throws is what a person would be told. */
async function run(command: ReturnType<typeof applyCommand>, ...words: string[]): Promise<number> {
  process.exitCode = undefined;
  await command.exitOverride().parseAsync(words, { from: "user" });
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return code;
}
const audit = (...given: Parameters<typeof previewed>) => {
  asked = previewed(...given);
  return run(
    auditCommand(stacks, objects, async () => asked),
    ...["bron", "--preview", "--to", join(folder, "report")],
  );
};
const propose = (name: string) => run(proposeCommand(stacks), report(), "--key", key(name), "--yes");
const approve = (name: string) =>
  run(
    approveCommand(stacks, objects, async () => asked),
    report(),
    "--key",
    key(name),
    "--yes",
  );
const nowhere = () => {
  throw new Error("the engine was asked");
};
const apply = () => run(applyCommand(stacks, nowhere), "bron", "--report", report());
const verify = (...words: string[]) => run(verifyLogCommand(stacks), "bron", ...words);

beforeAll(async () => {
  keys = mkdtempSync(join(tmpdir(), "keys-"));
  for (const name of ["team", "mayor", "officer", "stranger"])
    await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key(name)]);
});
afterAll(() => rmSync(keys, { recursive: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "approval-"));
  stacks = join(folder, "stacks");
  mkdirSync(join(stacks, "bron"), { recursive: true });
  writeFileSync(
    join(stacks, "bron", "commune.yaml"),
    'id: bron\nname: Bron\ninsee: "69029"\ndomain: bron.test\npopulation: 42000\ncontact: numerique@bron.test\n',
  );
  const approver = (name: string, role: string) =>
    `  - { name: ${name}, role: ${role}, from: 2026-01-01, key: ${readFileSync(`${key(name)}.pub`, "utf8").trim()} }\n`;
  writeFileSync(
    join(stacks, "bron", "approvers.yaml"),
    `approvers:\n${approver("team", "administrator")}${approver("mayor", "official")}${approver("officer", "data-protection")}`,
  );
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  rmSync(folder, { recursive: true });
});

describe("a report", () => {
  test("compares with what was applied, where the engine knows it", async () => {
    const { plan } = await sideAt(stacks, "bron", objects);
    await run(
      auditCommand(stacks, objects, async () => {
        const first = previewed([], []);
        return { ...first, state: { ...first.state, published: published(plan, "00ff") } };
      }),
      ...["bron", "--preview", "--to", join(folder, "report")],
    );
    const text = readFileSync(join(folder, "report", "report.md"), "utf8");
    expect(text).toContain("Comparé avec : ce qui a été appliqué en dernier.");
    expect(text).not.toContain("version de cet outillage");
  });

  test("made from files alone says so, and cannot be proposed", async () => {
    await audit([], []);
    const { approval: _, ...rest } = JSON.parse(readFileSync(report(), "utf8"));
    writeFileSync(report(), JSON.stringify(rest));
    await expect(propose("team")).rejects.toThrow("npx commune report bron --preview");
  });

  test("says how many have to say yes: one where nothing opens, two where something does", async () => {
    const kept = [ingress("cloud.bron.test")];
    await audit(kept, kept);
    expect(JSON.parse(readFileSync(report(), "utf8")).approval.need).toBe("one");
    await audit(kept, [...kept, ingress("docs.bron.test")]);
    expect(() => reportSchema.parse(JSON.parse(readFileSync(report(), "utf8")))).not.toThrow();
    expect(JSON.parse(readFileSync(report(), "utf8")).approval.need).toBe("two");
    const page = readFileSync(join(folder, "report", "report.html"), "utf8");
    expect(page).toContain("Deux personnes doivent dire oui, dont un élu");
    expect(page).toContain("Pourquoi deux : ");
    expect(page).toContain("a cette empreinte : sha256:");
  });
});

test("a report of what no commune is called is none, and is signed nowhere", async () => {
  await audit([], []);
  const elsewhere = join(folder, "elsewhere");
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, "approvers.yaml"), readFileSync(join(stacks, "bron", "approvers.yaml")));
  for (const commune of ["../elsewhere", "", "-rf", "bron/../bron"]) {
    writeFileSync(report(), JSON.stringify({ ...JSON.parse(readFileSync(report(), "utf8")), commune }));
    await expect(propose("team")).rejects.toThrow("is no report.json of commune report (commune: ");
    expect(() => reportSchema.parse(JSON.parse(readFileSync(report(), "utf8")))).toThrow();
  }
  expect(readdirSync(elsewhere)).toEqual(["approvers.yaml"]);
});

describe("the log beside Pulumi's history", () => {
  test("holds where an update was not approved, which is said and counts", async () => {
    await audit([], []);
    await propose("team");
    const history = join(folder, "history.json");
    await expect(verify("--history", history)).rejects.toThrow(
      `npx pulumi stack history --json --page-size 100000 -s bron > ${history}`,
    );
    const update = { kind: "update", startTime: "2026-11-28T13:10:51Z", result: "succeeded" };
    writeFileSync(history, JSON.stringify([update]));
    expect(await verify("--history", history)).toBe(1);
    expect(printed).toContain("Each line holds; 1 update was not approved.");
    writeFileSync(history, "[]");
    expect(await verify("--history", history)).toBe(0);
  });
});

describe("from a report to an approval", () => {
  test("author and others sign, and the log holds", async () => {
    await audit([], [ingress("cloud.bron.test")]);
    await propose("team");
    await approve("mayor");
    expect(printed).toContain(
      "Il manque encore un accord : deux personnes doivent l’approuver, et une l’a fait",
    );
    await approve("officer");
    expect(printed).toContain("Ensuite : npx commune apply bron");
    expect(await verify()).toBe(0);
    expect(printed).toContain("3 lines");
    expect(printed).toContain("Each line holds.");
    // It is asked of the engine now.
    await expect(apply()).rejects.toThrow("the engine was asked");
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ["a key that is nobody's", () => approve("stranger"), "is of nobody in stacks/bron/approvers.yaml"],
    ["its author", () => approve("team"), "somebody else has to approve it"],
    ["a key without its public half", () => approve("none"), "ssh-keygen -y -f"],
  ])("%s cannot approve", async (_, sign, why) => {
    await audit([], []);
    await propose("team");
    await expect(sign()).rejects.toThrow(why);
    await expect(apply()).rejects.toThrow("nobody but its author has approved it");
  });

  test("nothing can be approved that nobody has proposed, or proposed if no person can be asked", async () => {
    await audit([], []);
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    await expect(approve("mayor")).rejects.toThrow("nobody has proposed this report yet");
    await expect(run(proposeCommand(stacks), report(), "--key", key("team"))).rejects.toThrow(
      "standard input is no terminal",
    );
  });

  test("a report that was changed afterwards is another one", async () => {
    await audit([], []);
    await propose("team");
    await approve("mayor");
    writeFileSync(report(), readFileSync(report(), "utf8").replace('"reversible"', '"irreversible"'));
    await expect(apply()).rejects.toThrow("nobody has proposed this report");
  });

  test("an approval that was copied from another log does not follow", async () => {
    await audit([], []);
    await propose("team");
    await approve("mayor");
    const log = join(stacks, "bron", "approvals.jsonl");
    const [, approved = ""] = readFileSync(log, "utf8").split("\n");
    rmSync(log);
    await propose("team");
    writeFileSync(log, `${readFileSync(log, "utf8")}${approved}\n`);
    await expect(apply()).rejects.toThrow("does not follow the line before it");
    expect(await verify()).toBe(1);
  });
});

test("whoever writes into the log that a change was made is found, and does not use its approval up", async () => {
  await audit([], []);
  await propose("team");
  await approve("mayor");
  const [proposed] = readLog(logText(stacks, "bron")).map(({ line }) => line?.entry);
  if (!isReported(proposed)) throw new Error("nothing was proposed");
  const { report: hash, digest } = proposed;
  const previous = previousOf(stacks, "bron");
  const at = new Date().toISOString();
  append(stacks, { entry: { kind: "applied", stack: "bron", report: hash, digest, at, previous } });
  expect(await verify()).toBe(1);
  expect(printed).toContain("✘ is signed by nobody: anybody can have written it");
  await expect(apply()).rejects.toThrow("the engine was asked");
});

describe("updates that nobody approved", () => {
  const history = (message: string, startTime = "2026-11-26T11:00:00.000Z") => {
    const file = join(folder, "history.json");
    writeFileSync(file, JSON.stringify([{ kind: "update", startTime, result: "succeeded", message }]));
    return file;
  };

  test("are those whose message names no approval, or one that the log does not have", async () => {
    expect(await verify("--history", history("nuit de panne"))).toBe(1);
    expect(printed).toContain(
      "update of 2026-11-26T11:00:00.000Z (succeeded) was not approved: no approval is named",
    );
    printed = "";
    expect(await verify("--history", history(`approval sha256:${"a".repeat(64)}`))).toBe(1);
    expect(printed).toContain("the log has no line about it");
  });

  test("are told by the next report, those that were made since the last one that was", async () => {
    await audit([], []);
    await propose("team");
    const [proposed] = readLog(logText(stacks, "bron")).map(({ line }) => line?.entry);
    if (!isReported(proposed)) throw new Error("nothing was proposed");
    const { report: hash, digest } = proposed;
    const at = "2026-11-26T12:00:00.000Z";
    const previous = previousOf(stacks, "bron");
    const applied = { kind: "applied", stack: "bron", report: hash, digest, at, previous } as const;
    append(stacks, writtenLine(applied, Buffer.alloc(32, 1)));
    const update = (startTime: string, message = "") => ({
      ...{ kind: "update", result: "succeeded", startTime, message },
    });
    const told = async (...history: Previewed["history"]) => {
      await audit([], [], history);
      return readFileSync(report(), "utf8");
    };
    const before = update("2026-11-26T09:00:00Z");
    expect(await told(before)).toContain("Dernier changement appliqué avec un accord : 26 novembre 2026");
    expect(await told(before)).not.toContain("sans accord");
    const one = update("2026-11-27T09:00:00Z");
    expect(await told(one, before)).toContain(
      "Depuis, une mise à jour a été faite sans accord, le 27 novembre 2026.",
    );
    const other = update("2026-11-28T09:00:00Z", `approval ${digest}`);
    expect(await told(other, one, before)).toContain(
      "Depuis, 2 mises à jour ont été faites sans accord, la première le 27 novembre 2026.",
    );
  });

  test("are written into the log by the next update that was approved, before it is made, and once", async () => {
    await audit([], []);
    await propose("team");
    await approve("mayor");
    const soon = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const [one, failed] = [soon(1), soon(2)];
    const update = (startTime: string, resourceChanges: Record<string, number>, rest = {}) => ({
      ...{ kind: "update", result: "succeeded", message: "", startTime, resourceChanges, ...rest },
    });
    // Whoever asks this engine for anything else is refused; Pulumi has ten updates for whoever does not say how many.
    const engine = join(folder, "pulumi");
    const past = [
      update(soon(4), { same: 9, update: 1 }, { kind: "refresh" }),
      update(soon(3), { same: 9, read: 1 }),
      update(failed, { create: 1, same: 2 }, { result: "failed" }),
      update(one, { update: 2, delete: 1, same: 8 }),
      update(soon(-9), { create: 10 }),
    ];
    const seed = Buffer.alloc(32, 7).toString("base64");
    const drawn = { urn: "seed", type: "random:index/randomBytes:RandomBytes", outputs: { base64: seed } };
    const answers = {
      "stack history --json --page-size 100000": past,
      "stack export --show-secrets -s bron": { deployment: { resources: [drawn] } },
    };
    const cases = Object.entries(answers).map(
      ([words, answer]) => `"${words}"*) cat <<'END'\n${JSON.stringify(answer)}\nEND\n;;`,
    );
    writeFileSync(engine, `#!/bin/sh\ncase "$*" in\n${cases.join("\n")}\n*) exit 9;;\nesac\n`, {
      mode: 0o755,
    });
    const place = () => ({ folder, environment: { PATH: `${folder}:${process.env.PATH}` } });
    const applied = () => run(applyCommand(stacks, place), "bron", "--report", report());
    for (const time of ["first", "second"]) {
      await expect(applied(), time).rejects.toThrow("ended with 9");
      const entries = readLog(logText(stacks, "bron")).map(({ line }) => line?.entry);
      expect(entries.map((entry) => entry?.kind)).toEqual(["proposed", "approved", "unapproved"]);
      expect(entries[2]).toMatchObject({
        updates: [
          { started: one, result: "succeeded", objects: 3 },
          { started: failed, result: "failed", objects: 1 },
        ],
      });
    }
    expect(await verify()).toBe(0);
    expect(printed).toContain(`unapproved  updates of ${one}, ${failed}`);
    const by = publicKeyOf(logKey(seed, "bron"));
    expect(readLog(logText(stacks, "bron"))[2]?.line?.entry).toMatchObject({ by });
    expect(printed).toContain(
      `stacks/bron/approvers.yaml, so that nobody begins a log with another one: log: ${by}`,
    );
    // With another seed, what it writes would not hold.
    const other = Buffer.alloc(32, 8).toString("base64");
    writeFileSync(engine, readFileSync(engine, "utf8").replace(seed, other), { mode: 0o755 });
    await expect(applied()).rejects.toThrow(
      `the log of bron is signed with ${by}, and the seed of this stack makes ${publicKeyOf(logKey(other, "bron"))}`,
    );
    expect(readLog(logText(stacks, "bron"))).toHaveLength(3);
  });

  test("are not told where no history is given: what lists them is", async () => {
    await audit([], []);
    await propose("team");
    expect(await verify()).toBe(0);
    expect(printed).toContain("npx pulumi stack history --json --page-size 100000 -s bron > history.json");
  });
});

test("a replacement that is told in several steps is one, and what is only read is nobody's object", () => {
  const steps = new Steps();
  const urn = "urn:pulumi:bron::commune-cloud::kubernetes:core/v1:ConfigMap::bron-a";
  const told = (op: string, of = urn) =>
    steps.note({
      resourcePreEvent: {
        planning: true,
        metadata: {
          op,
          urn: of,
          type: "kubernetes:core/v1:ConfigMap",
          new: { inputs: { kind: "ConfigMap", data: { "__init__.py": "print(1)" } } },
        },
      },
    });
  told("create-replacement");
  told("replace");
  told("delete-replaced");
  told("read", `${urn}-read`);
  expect(steps.of(urn)?.op).toBe("create-replacement");
  expect(steps.objects("new")).toEqual([{ kind: "ConfigMap", data: { "__init__.py": "print(1)" } }]);
});

test("of an object a report shows every name, those that the engine uses itself too, and no secret", () => {
  const mark = "4dabf18193072939515e22adb298388d";
  const data = { "__init__.py": "print(1)", [mark]: "a name like any other" };
  expect(shown({ kind: "ConfigMap", data })).toEqual({ kind: "ConfigMap", data });
  const secret = { [mark]: "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
  expect(shown({ kind: "Secret", stringData: secret })).toEqual({ kind: "Secret", stringData: "(secret)" });
});
