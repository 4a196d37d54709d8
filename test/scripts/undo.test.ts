import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pointJobName } from "../../components/commune/changes/points-before.ts";
import { withHistory } from "../../components/commune/history.ts";
import { published } from "../../components/commune/publish.ts";
import { type Published, readPublished } from "../../components/commune/published.ts";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { pointName, signHead } from "../../components/recovery/points/head.ts";
import { minutesOf } from "../../components/recovery/points/minutes.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { planOf } from "../../scripts/recovery/points.ts";
import { ago } from "../../scripts/undo/ago.ts";
import { writeVersions } from "../../scripts/undo/secrets.ts";
import { type Surroundings, undoCommand } from "../../scripts/undo.ts";
import { passOf } from "../components/recovery/passes.ts";
import { basic, guestKey, type Open, openVault } from "../programs/vault/vault.ts";

let folder: string;
let stacks: string;
/** Output of the stack, and calls of the stack and of kubectl. */
let output: Published | undefined;
let told: string[];
let asked: string[];
/** The points that pods of Jobs left. */
let left: { job: string; sequence: number; takenAt: string }[];
/** The version in the points. */
let inPoint: string;

const git = (...words: string[]) =>
  execa("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", ...words]);

function declare(version: string, more = "recovery: { vaults: [bron] }"): void {
  writeFileSync(
    join(stacks, "lyon", "commune.yaml"),
    `id: lyon\nname: Lyon\ninsee: "69123"\ndomain: lyon.test\npopulation: 1\ncontact: a@b.test\nnextcloud: { version: ${version} }\n${more}\n`,
  );
}

async function commit(): Promise<string> {
  await git("add", ".");
  await git("commit", "--quiet", "--message", "a");
  return (await git("rev-parse", "HEAD")).stdout;
}

const written = () => readFileSync(join(stacks, "lyon", "commune.yaml"), "utf8");

/** The stack completes an update with what is written. */
function applied(revision: string | undefined, isDirty = false): void {
  const now = published(planOf({ stacks }, "lyon"), "00ff", output);
  const from = revision === undefined ? undefined : { commit: revision, isDirty };
  output = readPublished(
    JSON.parse(JSON.stringify(withHistory({ ...now, data: "protected" }, output, from))),
  );
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "undo-"));
  stacks = join(folder, "stacks");
  mkdirSync(join(stacks, "lyon"), { recursive: true });
  const member = (id: string) =>
    `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`;
  writeFileSync(
    join(stacks, "federation.yaml"),
    `name: Métropole\nmembers:\n${["bron", "lyon"].map(member).join("\n")}\n`,
  );
  writeFileSync(join(folder, ".gitignore"), ".local\n");
  await git("init", "--quiet");
  [output, told, asked, left, inPoint] = [undefined, [], [], [], "33.0.7"];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await vault?.close();
  vault = undefined;
  rmSync(folder, { recursive: true });
});

/** The vault at Bron; nothing answers there before it has a point. */
let vault: Open | undefined;

async function pointAtVault(takenAt: string): Promise<void> {
  mkdirSync(join(folder, "vault"));
  vault = await openVault(join(folder, "vault"), { guest: "lyon" });
  const owner = { commune: "lyon", service: "nextcloud" };
  const key = Buffer.alloc(32, 8);
  const head = signHead(
    { form: 1, ...owner, incarnation: 1, sequence: 1, previous: null, takenAt, manifest: "a".repeat(64) },
    signerOf(guestKey, owner, key),
    key,
  );
  const at = { host: "bron", domain: "bron.test", guest: "lyon" };
  const headers = { authorization: basic("lyon", vaultPassword(guestKey, at, passOf())) };
  const body = JSON.stringify({ head, sealed: "AAAA" });
  await vault.ask("/nextcloud/files-2026q4/?create=true", { method: "POST", headers });
  const { status } = await vault.ask(`/once/${pointName("nextcloud", 1)}`, { method: "POST", body, headers });
  expect(status).toBe(200);
}

const pods = () => ({
  items: left.map(({ job, ...message }) => ({
    metadata: { labels: { "job-name": job } },
    status: {
      containerStatuses: [
        { name: "finish", state: { terminated: { exitCode: 0, message: JSON.stringify(message) } } },
      ],
    },
  })),
});

const preview = () => ({
  ...{ takenAt: "2026-11-26T14:55:02Z", version: inPoint, isInPlace: false },
  ...{
    rows: { tables: 40, rows: 9000, bytes: 50_000_000 },
    returning: 1,
    undone: 2,
    aside: 3,
    bytes: 2 ** 31,
  },
});

/** A cluster in which the preview of a restore is all that runs. */
const kubectl: Surroundings["kubectl"] = async (words) => {
  const line = words.filter((word) => !word.startsWith("--")).join(" ");
  asked.push(line);
  const ended = {
    name: "restore",
    state: { terminated: { exitCode: 0, message: JSON.stringify(preview()) } },
  };
  if (line === "get pods") {
    const ofRun = words.some((word) => word.startsWith("--selector=job-name="));
    return JSON.stringify(ofRun ? { items: [{ status: { containerStatuses: [ended] } }] } : pods());
  }
  if (line.startsWith("get cronjob ")) {
    const spec = { jobTemplate: { spec: { template: { spec: { containers: [{ name: "restore" }] } } } } };
    return JSON.stringify({ metadata: { namespace: "lyon-nextcloud", labels: {} }, spec });
  }
  if (line === "create") return "";
  if (line.startsWith("get job ")) {
    return JSON.stringify({ status: { conditions: [{ type: "Complete", status: "True" }] } });
  }
  throw new Error(`kubectl ${line}: no answer`);
};

async function undo(...words: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const surroundings: Surroundings = {
    stacks,
    kubectl,
    fetch,
    descriptors: async () => [],
    now: () => new Date("2026-11-26T15:07:00Z"),
    outputsOf: async () => {
      const at = { host: "bron", domain: "bron.test", guest: "lyon" };
      const access = {
        address: vault?.url ?? "http://127.0.0.1:9",
        user: "lyon",
        password: vaultPassword(guestKey, at, passOf()),
      };
      return {
        vaults: { bron: access },
        federation: { domain: "lyon.test", publicKey: publicKeyOf(guestKey) },
      };
    },
    stackOf: () => ({
      outputs: async () => ({ published: output }),
      up: async () => {
        told.push("up");
        return 1;
      },
      set: async (key, value) => void told.push(`${key}=${value ?? ""}`),
    }),
  };
  const failed = await undoCommand(surroundings)
    .parseAsync(["lyon", ...words], { from: "user" })
    .then(
      () => "",
      (error: Error) => error.message,
    );
  return [...lines, failed].join("\n");
}

test("what is planned is at the domain that the stack's settings name, as the program plans it", () => {
  declare("33.0.7");
  expect(planOf({ stacks }, "lyon").federation.settings.domain).toBe("lyon.test");
  writeFileSync(join(stacks, "Pulumi.lyon.yaml"), "config:\n  commune:domain: essai.test\n");
  expect(planOf({ stacks }, "lyon").federation.settings.domain).toBe("essai.test");
});

describe("commune undo", () => {
  test("after an update that failed: says from which commit, with which point, for how long, and asks", async () => {
    declare("33.0.7");
    const before = await commit();
    applied(before);
    declare("34.0.2");
    await commit();
    if (output === undefined) throw new Error("nothing published");
    left = [{ job: pointJobName("nextcloud", output), sequence: 43, takenAt: "2026-11-26T14:55:02Z" }];
    const text = await undo();
    expect(text).toContain(
      `The last update was not completed, or what is written was not applied. What ran before it came from ${before.slice(0, 12)}.\n  The declaration is written back from ${before.slice(0, 12)}.`,
    );
    expect(text).toContain(
      "nextcloud has its files and its rows of 2026-11-26T14:55:02Z-000043 again, version 33.0.7: what was written in the 12 min since then is kept aside, and nobody sees it (5 files).\nIt takes about 5 minutes, of which nextcloud is unavailable for about 3.",
    );
    expect(text).toContain(
      "standard input is no terminal: --yes goes on without a question. Nothing was changed.",
    );
    expect([told, written()]).toEqual([[], expect.stringContaining("34.0.2")]);
  });

  test("after an update that was completed: the declaration of before it, and its version with the data of then", async () => {
    declare("33.0.7");
    const before = await commit();
    applied(before);
    declare("34.0.2");
    applied(await commit());
    left = [{ job: "restore-point-00112233-before", sequence: 43, takenAt: "2026-11-26T14:55:02Z" }];
    const text = await undo();
    expect(text).toContain(`; before it, from ${before.slice(0, 12)}.`);
    expect(text).toContain(
      "Nextcloud goes back from 34.0.2 to 33.0.7, whose data was put back (commune:restored).",
    );
    // It was cut when the declaration was written back already.
    declare("33.0.7");
    expect(await undo()).toContain(
      "  The declaration is written as it was before.\n  Nextcloud goes back from 34.0.2",
    );
  });

  test("is refused where the point is of another version, and where the cluster knows none", async () => {
    declare("33.0.7");
    applied(await commit());
    declare("34.0.2");
    applied(await commit());
    expect(await undo("--yes")).toMatch(
      /nextcloud\.version: 34\.0\.2 runs, and 33\.0\.7 is older.*\nThe cluster knows no restore point of nextcloud of before this update\. Choose one of npx commune recovery points: --point nextcloud=<id>\.$/,
    );
    inPoint = "32.0.13";
    const named = ["--yes", "--point", "nextcloud=2026-11-20T02:10:00Z-000001"];
    expect(await undo(...named)).toMatch(
      /the point 2026-11-20T02:10:00Z-000001 of nextcloud was not found, and not every vault could be asked\. .*--address <host:port>, and --ca <file>.* Nothing was changed\.$/,
    );
    await pointAtVault("2026-11-20T02:10:00Z");
    expect(await undo(...named)).toContain(
      "2026-11-20T02:10:00Z-000001 is at bron.\n2026-11-20T02:10:00Z-000001 has nextcloud 32.0.13, and what was declared then is 33.0.7",
    );
    // The number of another moment's.
    expect(await undo("--yes", "--point", "nextcloud=2026-11-21T02:10:00Z-000001")).toContain(
      "the vaults have no point 2026-11-21T02:10:00Z-000001 of nextcloud. The newest is 2026-11-20T02:10:00Z-000001.",
    );
    expect(await undo("--point", "nextcloud=latest")).toContain(
      '--point "nextcloud=latest": write <service>=<restore point>',
    );
    expect(told).toEqual([]);
  });

  test("of what gives itself back takes no data, writes the declaration, keeps what was not committed, and applies", async () => {
    declare("33.0.7");
    applied(await commit());
    declare("33.0.7", "recovery: { vaults: [bron], filesEvery: 6 hours }");
    const text = await undo("--yes");
    expect(text).toMatch(
      /Data stays as it is\.\nIt takes about 2 minutes\.\nOn the cluster of this machine\.\nWhat was not committed of stacks\/lyon is kept: git apply (\S+)/,
    );
    const [, patch = ""] = /git apply (\S+)/.exec(text) ?? [];
    expect(readFileSync(patch, "utf8")).toContain("+recovery: { vaults: [bron], filesEvery: 6 hours }");
    expect(written()).not.toContain("6 hours");
    expect(told).toEqual(["up"]);
  });

  test("of what also raised a secret keeps the secret's version, and says so", async () => {
    declare("33.0.7", "recovery: { vaults: [bron] }\n# Why it has another version");
    applied(await commit());
    const raised = "nextcloud/database-password";
    declare("34.0.2", `recovery: { vaults: [bron] }\nsecrets: { ${raised}: 2 }`);
    applied(await commit());
    left = [{ job: "restore-point-00112233-before", sequence: 43, takenAt: "2026-11-26T14:55:02Z" }];
    const asked = await undo();
    expect(asked).toContain(
      `The secret ${raised} keeps version 2: a former password is not taken again.\n  Nextcloud goes back from 34.0.2 to 33.0.7`,
    );
    expect(await undo("--yes", "--keep-data")).toContain("The cluster knows no restore point of nextcloud");
    // What is written by hand, as the refusal of an older version says, is the same declaration.
    declare(
      "33.0.7",
      `recovery: { vaults: [bron] }\n# Why it has another version\nsecrets: { ${raised}: 2 }`,
    );
    expect(await undo()).toContain("  The declaration is written as it was before.\n  Nextcloud goes back");
  });

  test("of an update that was not completed keeps the version of a secret that it may have set", async () => {
    declare("33.0.7", "recovery: { vaults: [bron] }");
    applied(await commit());
    const raised = "nextcloud/database-password";
    declare("34.0.2", `recovery: { vaults: [bron] }\nsecrets: { ${raised}: 2 }`);
    await commit();
    if (output === undefined) throw new Error("nothing published");
    left = [{ job: pointJobName("nextcloud", output), sequence: 43, takenAt: "2026-11-26T14:55:02Z" }];
    expect(await undo()).toContain(
      `The secret ${raised} keeps version 2: a former password is not taken again.`,
    );
  });

  test("writes the versions of secrets into what it writes back", async () => {
    declare("33.0.7", "recovery: { vaults: [bron] }\n# Twenty people at most.");
    applied(await commit());
    declare(
      "33.0.7",
      "recovery: { vaults: [bron], filesEvery: 6 hours }\nsecrets: { nextcloud/database-password: 2 }",
    );
    applied(await commit());
    expect(await undo("--yes")).toContain("lyon is as before the last update.");
    expect(written()).toContain("nextcloud: { version: 33.0.7 }\nrecovery: { vaults: [bron] }\n");
    expect(written()).toContain("# Twenty people at most.\n");
    expect(written()).toContain("secrets:\n  nextcloud/database-password: 2\n");
    expect(told).toEqual(["up"]);
    const other = "nextcloud/instance-secret";
    declare("33.0.7", "secrets:\n  # Somebody left.\n  nextcloud/database-password: 2\n");
    writeVersions(join(stacks, "lyon", "commune.yaml"), { "nextcloud/database-password": 3, [other]: 2 });
    expect(written()).toContain(`  # Somebody left.\n  nextcloud/database-password: 3\n  ${other}: 2\n`);
  });

  test("takes out the files that came since, committed or not, and leaves what commands wrote", async () => {
    const file = (name: string) => join(stacks, "lyon", name);
    declare("33.0.7");
    writeFileSync(file("approvals.jsonl"), "1\n");
    applied(await commit());
    declare("33.0.7", "recovery: { vaults: [bron], filesEvery: 6 hours }");
    writeFileSync(file("approvals.jsonl"), "1\n2\n");
    mkdirSync(file("news"));
    writeFileSync(file("news/committed.md"), "# Un\n");
    await commit();
    writeFileSync(file("news/new.md"), "# Deux\n");
    const text = await undo("--yes");
    expect(told).toEqual(["up"]);
    expect(["news/committed.md", "news/new.md"].filter((name) => existsSync(file(name)))).toEqual([]);
    expect(readFileSync(file("approvals.jsonl"), "utf8")).toBe("1\n2\n");
    const [, patch = ""] = /git apply (\S+)/.exec(text) ?? [];
    expect(readFileSync(patch, "utf8")).toContain("+# Deux");
  });

  test("names a commit that has no such folder, and one that is not here, and what to write back", async () => {
    declare("33.0.7");
    await git("commit", "--quiet", "--allow-empty", "--message", "nothing");
    const empty = (await git("rev-parse", "HEAD")).stdout;
    applied(empty);
    declare("33.0.7", "recovery: { vaults: [bron], keep: 30 days }");
    const byHand =
      "Write it back by hand, and run this again. Nothing was changed.\n  recovery.keep: 90 days (now 30 days)";
    const none = `the commit ${empty.slice(0, 12)}, from which it was applied, has no stacks/lyon/commune.yaml: git ignores this folder, or it was moved. ${byHand}`;
    expect(await undo("--yes")).toBe(none);
    output = output && { ...output, revision: { commit: "0".repeat(40), isDirty: false } };
    const away = await undo("--yes");
    expect(away).toContain("the commit 000000000000, from which it was applied, cannot be read here (");
    expect(away).toContain(byHand);
    expect(told).toEqual([]);
  });

  test("says what to write back where no commit has it, and goes on when it is written", async () => {
    declare("33.0.7");
    applied(await commit(), true);
    declare("33.0.7", "recovery: { vaults: [bron], keep: 30 days }");
    expect(await undo("--yes")).toMatch(
      /what was applied before is in no commit \([0-9a-f]{12} and more, which was not committed\).*\n {2}recovery\.keep: 90 days \(now 30 days\)$/,
    );
    expect(told).toEqual([]);
    declare("33.0.7");
    expect(await undo("--yes")).toContain("nothing is known of before the last update of lyon");
  });

  test("is refused across a major version of PostgreSQL, and says how what services had comes back; after one that failed, the declaration alone does", async () => {
    const vaults = "recovery: { vaults: [bron] }";
    declare("33.0.7", vaults);
    applied(await commit());
    declare("33.0.7", `${vaults}\ndatabase: { version: "18", upgradeFrom: "17" }`);
    const text = await undo("--keep-data", "--yes");
    expect(text).not.toMatch(/Nothing was changed/);
    expect([told, written()]).toEqual([["up"], expect.not.stringContaining("18")]);
    told = [];
    declare("33.0.7", `${vaults}\ndatabase: { version: "18", upgradeFrom: "17" }`);
    applied(await commit());
    expect(await undo("--yes")).toContain(
      `database.version: the data is PostgreSQL 18's, and 17 is older and cannot read it. Write "18". What services had before it comes back on it from the restore point of then, with --with-rows (docs/changes.md).`,
    );
    expect([told, written()]).toEqual([[], expect.stringContaining("18")]);
  });

  test("is refused for what no update may do: a volume does not shrink", async () => {
    declare("33.0.7, storage: 10 GiB");
    applied(await commit());
    declare("33.0.7, storage: 20 GiB");
    applied(await commit());
    expect(await undo("--yes")).toContain(
      "nextcloud.storage: the volume nextcloud-data has 20 GiB, and the declaration asks for 10 GiB",
    );
    expect(told).toEqual([]);
  });
});

test("minutes follow from sizes", () => {
  const gib = 2 ** 30;
  const rows = (bytes: number) => ({ tables: 1, rows: 1, bytes });
  expect(minutesOf([])).toEqual({ serving: 0, away: 2 });
  expect(minutesOf([{ bytes: 100 * gib, rows: rows(10 * gib) }])).toEqual({ serving: 48, away: 3 });
  const now = new Date("2026-11-26T12:00:00Z");
  expect(
    ["2026-11-26T11:00:00Z", "2026-11-26T02:00:00Z", "2026-11-20T12:00:00Z"].map((at) => ago(at, now, "en")),
  ).toEqual(["60 min", "10 h", "6 days"]);
});
