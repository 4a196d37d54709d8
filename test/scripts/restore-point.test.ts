import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { hashOf, pointName, signHead } from "../../components/recovery/points/head.ts";
import { signerOf } from "../../components/recovery/points/signer.ts";
import { vaultPassword } from "../../components/recovery/vault/access.ts";
import { pointJob } from "../../scripts/recovery/point.ts";
import type { Surroundings } from "../../scripts/recovery/points.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import { passOf } from "../components/recovery/passes.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { guestKey, type Open, openVault, quickFolder } from "../programs/vault/vault.ts";

const key = Buffer.alloc(32, 8);

let folder: string;
let bron: Open;
/** Calls of kubectl, and its answers. */
let asked: string[];
let answers: Record<string, unknown>;
let now: Date;

beforeEach(async () => {
  folder = mkdtempSync(join(quickFolder, "recovery-"));
  mkdirSync(join(folder, "bron"));
  bron = await openVault(join(folder, "bron"));
  mkdirSync(join(folder, "stacks", "villeurbanne"), { recursive: true });
  const member = (id: string) =>
    `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`;
  writeFileSync(
    join(folder, "stacks", "federation.yaml"),
    `name: Métropole\nmembers:\n${["bron", "givors", "villeurbanne"].map(member).join("\n")}\n`,
  );
  declare("recovery: { vaults: [bron] }");
  asked = [];
  answers = {};
  now = new Date("2026-11-03T12:00:00Z");
});

afterEach(async () => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  await bron.close();
  rmSync(folder, { recursive: true });
});

function declare(line: string): void {
  writeFileSync(
    join(folder, "stacks", "villeurbanne", "commune.yaml"),
    `id: villeurbanne\nname: Villeurbanne\ninsee: "69266"\ndomain: villeurbanne.test\npopulation: 1\ncontact: a@b.test\nnextcloud: {}\n${line}\n`,
  );
}

/** A commune's descriptor, as far as it matters here. */
const descriptorOf = (
  id: string,
  peers: Awaited<ReturnType<Surroundings["descriptors"]>>[number]["peers"],
): Awaited<ReturnType<Surroundings["descriptors"]>>[number] => ({
  version: 1,
  ...{ id, name: id, insee: "69029", domain: `${id}.test`, contact: "a@b.test", population: 1 },
  ...{ issued: "2026-11-26T00:00:00Z", expires: "2026-11-27T00:00:00Z", services: [], peers },
});

/** Descriptors of other communes. */
let remembered: Awaited<ReturnType<Surroundings["descriptors"]>> = [];

const surroundings = (): Surroundings => ({
  stacks: join(folder, "stacks"),
  outputsOf: async () => {
    const password = vaultPassword(
      guestKey,
      { host: "bron", domain: "bron.test", guest: "villeurbanne" },
      passOf(),
    );
    const federation = { domain: "villeurbanne.test", publicKey: publicKeyOf(guestKey) };
    return { vaults: { bron: { address: bron.url, user: "villeurbanne", password } }, federation };
  },
  kubectl: async (words) => {
    const line = words.filter((word) => !word.startsWith("--")).join(" ");
    asked.push(line);
    const answer = answers[line];
    if (answer === undefined) throw new Error(`kubectl ${line}: no answer`);
    return typeof answer === "string" ? answer : JSON.stringify(answer);
  },
  fetch,
  now: () => now,
  descriptors: async () => remembered,
});

async function said(make: (surroundings: Surroundings) => Command, words: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  await make(surroundings()).parseAsync(words, { from: "user" });
  return lines.join("\n");
}

const points = (...words: string[]) => said(recoveryCommand, ["points", "villeurbanne", ...words]);

/** Points as the toolkit leaves them; what is in them is for who has the password. */
async function taken(count: number, but: readonly number[] = [], service = "nextcloud"): Promise<string[]> {
  const owner = { commune: "villeurbanne", service };
  const hashes: string[] = [];
  await bron.ask(`/${service}/files-2026q4/?create=true`, { method: "POST" });
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const head = signHead(
      {
        ...{ form: 1, ...owner, incarnation: 1, sequence, previous: hashes.at(-1) ?? null },
        ...{ takenAt: `2026-11-${String(sequence).padStart(2, "0")}T02:10:00Z`, manifest: "a".repeat(64) },
      },
      signerOf(guestKey, owner, key),
      key,
    );
    hashes.push(hashOf(head));
    if (but.includes(sequence)) continue;
    const body = JSON.stringify({ head, sealed: "AAAA" });
    await bron.ask(`/once/${pointName(owner.service, sequence)}`, { method: "POST", body });
  }
  return hashes;
}

describe("commune recovery points", () => {
  test("lists the last ten and counts the others", async () => {
    now = new Date("2026-11-12T12:00:00Z");
    await taken(12);
    const text = await points();
    expect(text).toMatch(/^nextcloud: 12 restore points\n {2}2026-11-03T02:10:00Z-000003 {2}bron\n/);
    expect(text).toMatch(/2026-11-12T02:10:00Z-000012 {2}bron\n {2}and 2 before them: --json lists all$/);
    expect(process.exitCode).toBeUndefined();
  });

  test("ends with 1 where there is none, and where one is missing", async () => {
    expect(await points()).toBe("nextcloud: 0 restore points");
    expect(process.exitCode).toBe(1);
    await taken(3, [2]);
    expect(await points()).toContain(
      "! point-nextcloud-000002 is at no vault, and point-nextcloud-000003 follows it.",
    );
  });

  test("concludes nothing from a vault that was not reached, and says how it would be", async () => {
    const [, , hash] = await taken(3);
    const message = JSON.stringify({ sequence: 3, takenAt: "2026-11-03T02:10:00Z", hash });
    const state = { terminated: { exitCode: 0, message } };
    answers["get pods"] = { items: [{ status: { containerStatuses: [{ name: "finish", state }] } }] };
    await bron.close();
    const text = await points();
    // The connection of before may still be open: then it is closed on the other side.
    expect(text.replace(/(was not reached): .+/, "$1")).toBe(
      [
        "nextcloud: 0 restore points",
        "  ! the vault at bron was not reached",
        `  ! the cluster knows of point 3 (${hash?.slice(0, 12)}), and no vault that was asked gives it.`,
        "What such a vault has is not known. Where public names do not lead there from this machine: --address <host:port>, and --ca <file> for a certificate that it does not trust.",
      ].join("\n"),
    );
    expect(process.exitCode).toBe(1);
    const [read] = JSON.parse(await points("--json"));
    expect([read.findings, read.silent.length]).toEqual([[], 2]);
    bron = await openVault(join(folder, "bron"));
  });

  test("and status report a bucket that removes old versions before points go, as the last run saw it", async () => {
    const expiring =
      'the bucket media removes what was overwritten or deleted after 30 days (rule "tidy" of its lifecycle), and points are kept for 90: an older one cannot be restored. Let the rule wait for 90 days at its store, or lower recovery.keep';
    const hashes = await taken(2);
    const runs = [{ expiring: "of before" }, { expiring }].map((more, index) => {
      const takenAt = `2026-11-0${index + 1}T02:10:00Z`;
      const message = JSON.stringify({
        sequence: index + 1,
        takenAt,
        proved: {},
        ...more,
        hash: hashes[index],
      });
      return { name: "finish", state: { terminated: { exitCode: 0, message } } };
    });
    answers["get pods"] = { items: [{ status: { containerStatuses: runs } }] };
    const status = await said(recoveryCommand, ["status", "villeurbanne"]);
    expect(status).toContain(
      `nextcloud: restore point 2026-11-02T02:10:00Z-000002, at bron\n  ! ${expiring}\n`,
    );
    expect(status).not.toContain("of before");
    expect(process.exitCode).toBe(1);
    process.exitCode = undefined;
    expect(await points()).toContain(`  ! ${expiring}`);
    expect(process.exitCode).toBe(1);
  });

  test("ends with 1 on the day on which no point came", async () => {
    await taken(2);
    expect(await points()).not.toContain("!");
    now = new Date("2026-11-03T15:00:00Z");
    expect(await points()).toContain("! The newest point is 37 h old, and one every 24 h is declared.");
    expect(process.exitCode).toBe(1);
    declare("recovery: { vaults: [bron], filesEvery: 6 hours }");
    now = new Date("2026-11-02T12:00:00Z");
    expect(JSON.parse(await points("--json"))).toMatchObject([
      { late: "The newest point is 10 h old, and one every 6 h is declared." },
    ]);
  });

  test("says the same to Prometheus, of each vault", async () => {
    await taken(2, [1]);
    declare("recovery: { vaults: [bron, givors] }");
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    await points("--prometheus");
    const text = written.mock.calls.map(([each]) => String(each)).join("");
    written.mockRestore();
    const labels = 'commune="villeurbanne",service="nextcloud"';
    const newestAt = Date.parse("2026-11-02T02:10:00Z") / 1000;
    expect(text.split("\n").filter((line) => line !== "" && !line.startsWith("#"))).toEqual([
      `restore_points_promised_seconds{${labels}} 86400`,
      `restore_points_count{${labels}} 1`,
      `restore_points_newest_seconds{${labels},vault="bron"} ${newestAt}`,
      `restore_points_damaged{${labels}} 0`,
      `restore_points_expiring{${labels}} 0`,
      `restore_points_findings{${labels}} 1`,
      `restore_points_silent_vaults{${labels}} 1`,
    ]);
    expect(text).toContain("# TYPE restore_points_count gauge\n");
    expect(process.exitCode).toBe(1);
  });

  test("knows of a point that every vault withholds, by what its pod left in the cluster", async () => {
    const [, , hash] = await taken(3, [3]);
    const message = JSON.stringify({ sequence: 3, takenAt: "2026-11-03T02:10:00Z", hash });
    answers["get pods"] = {
      items: [
        {
          status: {
            containerStatuses: [{ name: "finish", state: { terminated: { exitCode: 0, message } } }],
          },
        },
      ],
    };
    expect(await points()).toContain(
      `! the cluster knows of point 3 (${hash?.slice(0, 12)}), and no vault gives it.`,
    );
    expect(process.exitCode).toBe(1);
  });

  test("says of a point that a peer remembers and no vault gives", async () => {
    await taken(1);
    answers["get pods"] = { items: [] };
    const head = `sha256:${"c".repeat(64)}`;
    const peer = { id: "villeurbanne", domain: "villeurbanne.test", services: [] };
    remembered = [
      descriptorOf("bron", [
        {
          ...peer,
          points: {
            nextcloud: [
              { count: 1, head },
              { count: 4, head },
            ],
          },
        },
      ]),
      descriptorOf("lyon", [peer]),
    ];
    expect(await points()).toContain("! bron knows of point 4 (cccccccccccc), and no vault gives it.");
    expect(process.exitCode).toBe(1);
    remembered = [];
  });

  describe("of a commune that hosts an association", () => {
    beforeEach(() => {
      declare("recovery: { vaults: [bron] }\ntenants: { domain: assos-villeurbanne.test }");
      const file = join(folder, "stacks", "villeurbanne", "tenants", "chorale.yaml");
      mkdirSync(dirname(file));
      const applications = "applications: { site: {}, dokuwiki: { access: public } }\n";
      writeFileSync(file, tenantText("chorale", applications));
    });

    test("tells those of its applications that keep something, each with its own chain", async () => {
      await taken(2);
      await taken(3, [], "t-chorale-dokuwiki");
      expect(await points()).toMatch(
        /^nextcloud: 2 restore points\n.*\n.*\nt-chorale-dokuwiki: 3 restore points\n/,
      );
      expect(await points("--tenant", "chorale")).toMatch(/^t-chorale-dokuwiki: 3 restore points\n/);
      await expect(points("--tenant", "judo")).rejects.toThrow(
        'the association "judo" has no restore points. These have some: chorale.',
      );
      // What the cluster remembers is asked for each of them, where its pods are.
      expect(asked).toContain("get pods");
      expect(process.exitCode).toBeUndefined();
    });

    test("takes one by the CronJob of that application, in the association's namespace", async () => {
      const words: string[][] = [];
      const { kubectl, ...others } = surroundings();
      const command = recoveryCommand({
        ...others,
        kubectl: (all, input) => {
          words.push([...all]);
          return kubectl(all, input);
        },
      });
      await expect(
        command.parseAsync(["point", "villeurbanne", "--tenant", "chorale"], { from: "user" }),
      ).rejects.toThrow("no answer");
      expect(words.at(-1)).toEqual([
        ...["--namespace=villeurbanne-t-chorale", "get", "cronjob", "restore-point-dokuwiki"],
        "--output=json",
      ]);
    });

    test("refuses to put rows back that are not PostgreSQL's, before anything is asked", async () => {
      const words = ["--service", "t-chorale-dokuwiki", "--point", "2026-11-01T02:10:00Z-000001"];
      await expect(said(restoreCommand, ["villeurbanne", ...words, "--with-rows", "--yes"])).rejects.toThrow(
        "t-chorale-dokuwiki keeps no rows: leave out --with-rows",
      );
      await expect(
        said(restoreCommand, ["villeurbanne", ...words, "--at", "2026-11-01T03:00:00Z", "--yes"]),
      ).rejects.toThrow("t-chorale-dokuwiki keeps no rows: leave out --at");
      expect(asked).toEqual([]);
    });
  });

  test("one file of a directory never goes back alone, which would be in place and mean nothing", async () => {
    declare("recovery: { vaults: [bron] }\ndirectory: {}");
    const words = [
      "--service",
      "directory",
      "--point",
      "2026-11-01T02:10:00Z-000001",
      "--only",
      "entries.ldif",
    ];
    await expect(said(restoreCommand, ["villeurbanne", ...words, "--yes"])).rejects.toThrow(
      "directory reads what goes back when it starts: leave out --only",
    );
    expect(asked).toEqual([]);
  });

  test("says what to declare where there are none, and which services have some", async () => {
    await expect(points("--service", "mastodon")).rejects.toThrow(
      '"mastodon" has no restore points. These have some: nextcloud.',
    );
    declare("recovery: {}");
    await expect(points()).rejects.toThrow(
      "no restore points are declared: write recovery: { vaults: [<member>] }",
    );
  });
});

describe("commune restore", () => {
  const restore = (point: string, ...more: string[]) =>
    said(restoreCommand, ["villeurbanne", "--service", "nextcloud", "--point", point, ...more]);

  test("takes no latest, and no point that no vault has", async () => {
    await expect(restore("latest", "--yes")).rejects.toThrow(
      '"latest" is no restore point. Write its id, such as',
    );
    await taken(1);
    await expect(restore("2026-11-02T02:10:00Z-000002", "--yes")).rejects.toThrow(
      "the vaults have no point 2026-11-02T02:10:00Z-000002 of nextcloud. The newest is 2026-11-01T02:10:00Z-000001.",
    );
    expect(asked.every((line) => line === "get pods")).toBe(true);
  });

  test("takes no moment that has not been, nor one without its zone, and asks what it goes back to", async () => {
    const words = ["villeurbanne", "--service", "nextcloud", "--yes"];
    await expect(said(restoreCommand, words)).rejects.toThrow(
      "say what it goes back to: --point <id>, --at <time>, or both.",
    );
    for (const at of ["yesterday", "2026-11-03T12:00:00", "2026-11-03T12:00:00Z", "2026-02-30T12:00:00Z"]) {
      await expect(said(restoreCommand, [...words, "--at", at])).rejects.toThrow(
        `--at "${at}" is no moment that has been. Write it in UTC, such as 2026-11-26T20:30:29Z`,
      );
    }
    expect(asked).toEqual([]);
  });

  test("changes nothing if no person can be asked", async () => {
    await expect(restore("2026-11-01T02:10:00Z-000001", "--undo")).rejects.toThrow(
      "standard input is no terminal: --yes goes on without a question. Nothing was changed.",
    );
    expect(asked).toEqual([]);
  });
});

test("a Job that somebody asked for goes with its CronJob, and is not counted by it", () => {
  const cron = {
    metadata: { name: "restore-point", uid: "uid-1", namespace: "bron-nextcloud", labels: {} },
    spec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } },
  };
  expect(pointJob(cron, { maySmaller: false }, "restore-point-1")).toMatchObject({
    metadata: {
      name: "restore-point-1",
      ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: "restore-point", uid: "uid-1" }],
    },
  });
});
