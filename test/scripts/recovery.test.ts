import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import type { VaultStatus } from "../../components/recovery/vault/settings.ts";
import { statusCommand } from "../../scripts/recovery/status.ts";
import type { Outputs } from "../../scripts/stack.ts";

const gib = 1024 ** 3;
let folder: string;
const asked: string[] = [];
/** Status of the vault; undefined if it does not answer. */
let vault: VaultStatus | undefined;
/** Outputs of the stack. */
let outputs: () => Promise<Pick<Outputs, "vaults" | "federation">>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "recovery-"));
  mkdirSync(join(folder, "villeurbanne"));
  const member = (id: string) =>
    `  ${id}: { name: ${id}, insee: "69029", domain: ${id}.test, contact: a@${id}.test }`;
  writeFileSync(
    join(folder, "federation.yaml"),
    `name: Métropole\nmembers:\n${["bron", "villeurbanne"].map(member).join("\n")}\n`,
  );
  declare("{ rpo: 5 minutes, vaults: [bron] }");
  vault = {
    ...{ guest: "villeurbanne", quotaBytes: 100 * gib, usedBytes: 13 * gib, generations: [] },
    scrub: { finished: "2026-11-26T03:12:00Z", files: 812, bytes: 13 * gib, bad: 0 },
    usage: ["2026-11-12", "2026-11-20", "2026-11-25"].map((day, index) => ({
      at: `${day}T12:00:00Z`,
      usedBytes: (index * 3 + 4) * gib,
    })),
    ...{ quarantined: [], aside: [] },
  };
  outputs = async () => ({
    vaults: {
      bron: { address: "https://vault-villeurbanne.bron.test", user: "villeurbanne", password: "p" },
    },
    federation: { domain: "villeurbanne.test", publicKey: publicKeyOf(Buffer.alloc(32, 7)) },
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  asked.length = 0;
  rmSync(folder, { recursive: true });
});

function declare(recovery: string): void {
  writeFileSync(
    join(folder, "villeurbanne", "commune.yaml"),
    `id: villeurbanne\nname: Villeurbanne\ninsee: "69266"\ndomain: villeurbanne.test\npopulation: 1\ncontact: a@b.test\nnextcloud: {}\nmastodon: { dedicatedDatabase: {} }\nrecovery: ${recovery}\n`,
  );
}

const status = (server: string): KeeperStatus => ({
  ...{
    at: "2026-11-26T12:00:00Z",
    server,
    method: "log",
    rpoSeconds: 300,
    confirmed: "2026-11-26T11:59:19Z",
  },
  shipped: {
    ...{
      sequence: 7,
      end: "0/5B2C110",
      until: "2026-11-26T11:59:18.5Z",
      snapshot: "ab",
      generation: "wal-2026-11-26",
    },
  },
  base: { snapshot: "cd", generation: "base-2026q4", ended: "2026-11-26T02:14:40Z" },
  slot: { status: "reserved", isActive: true },
  spool: { usedBytes: 48 * 1024 ** 2, limitBytes: 3840 * 1024 ** 2, isHeld: false },
  vaults: [{ host: "bron", answers: true }],
  ...{ dumps: [], gaps: [], failures: [] },
});

async function ran(kubectl: (words: readonly string[]) => string, ...words: string[]): Promise<string> {
  const said: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  const command = statusCommand({
    stacks: folder,
    kubectl: async (line) => {
      if (line.includes("pods")) return JSON.stringify({ items: [] });
      asked.push(line.join(" "));
      return kubectl(line);
    },
    now: () => new Date("2026-11-26T12:00:00Z"),
    outputsOf: () => outputs(),
    descriptors: async () => [],
    fetch: async (address) => {
      if (vault === undefined) throw new Error("fetch failed", { cause: new Error("ECONNREFUSED") });
      return Response.json(address.endsWith("/status") ? vault : []);
    },
  });
  await command.parseAsync(["villeurbanne", ...words], { from: "user" });
  return said.join("\n");
}

const serverOf = (words: readonly string[]) => /villeurbanne-(.+)-keeper/.exec(words.join(" "))?.[1] ?? "";

test("says of every server how much would be lost now", async () => {
  const text = await ran((words) => JSON.stringify(status(serverOf(words))), "--context", "mairie");
  expect(text).toContain("database: 41 s would be lost now, 300 s are promised");
  expect(text).toContain("mastodon-database: 41 s would be lost now");
  expect(text).toContain("any moment until 2026-11-26T11:59:18.5Z (0/5B2C110, shipment 7)");
  expect(asked).toHaveLength(2);
  for (const line of asked) expect(line).toContain("--context=mairie");
});

test("speaks French to whoever reads it at night, and English to programs", async () => {
  vi.stubEnv("COMMUNE_LANG", "fr");
  const of = (words: readonly string[]) => {
    if (serverOf(words) !== "database") throw new Error("pods keeper-0 not found");
    const failures = [{ task: "ship" as const, since: "11:00", times: 3, message: "no room" }];
    return JSON.stringify({ ...status("database"), failures });
  };
  const text = await ran(of);
  expect(text).toContain("database : 41 s seraient perdues maintenant, 300 s sont promises");
  // The keeper itself says this, in English.
  expect(text).toContain("! ship failed 3 times since 11:00: no room");
  expect(text).toContain("mastodon-database : rien ne peut être restauré");
  expect(text).toContain("! le gardien ne dit rien : pods keeper-0 not found");
  expect(text).toContain("dernier exercice : aucun");
  vi.restoreAllMocks();
  expect(await ran(of, "--json")).toContain("ship failed 3 times since 11:00: no room");
  vi.unstubAllEnvs();
});

test("ends with 1 when a keeper says nothing, or says that something failed", async () => {
  const text = await ran((words) => {
    if (serverOf(words) !== "database") throw new Error("pods keeper-0 not found");
    const failures = [{ task: "ship" as const, since: "11:00", times: 3, message: "no room" }];
    return JSON.stringify({ ...status("database"), failures });
  });
  expect(text).toContain("! ship failed 3 times since 11:00: no room");
  expect(text).toContain("mastodon-database: nothing can be restored");
  expect(text).toContain("! the keeper says nothing: pods keeper-0 not found");
  expect(process.exitCode).toBe(1);
});

test("says the same to programs, and to a Prometheus", async () => {
  const answer = (words: readonly string[]) => JSON.stringify(status(serverOf(words)));
  expect(JSON.parse(await ran(answer, "--json"))).toMatchObject({
    servers: [{ server: "database", complaints: [] }, {}],
    services: [{ service: "nextcloud", complaints: ["there is no restore point"] }, {}],
    vaults: [{ host: "bron", growthBytesPerDay: gib, status: { scrub: { files: 812 } }, complaints: [] }],
    drill: null,
  });
  const metrics = await ran(answer, "--prometheus");
  expect(metrics).toContain('keeper_rpo_reached_seconds{server="database"} 41\n');
  expect(metrics).toContain('keeper_complaints{server="mastodon-database"} 0\n');
  const ofVault = '{commune="villeurbanne",vault="bron"}';
  expect(metrics).toContain(`recovery_vault_growth_bytes_per_day${ofVault} ${gib}\n`);
  expect(metrics).toContain(
    `recovery_vault_scrub_finished_seconds${ofVault} ${Date.parse("2026-11-26T03:12:00Z") / 1000}\n`,
  );
  expect(metrics).toContain(`recovery_vault_answers${ofVault} 1\n`);
});

describe("of each vault it says", () => {
  const answer = (words: readonly string[]) => JSON.stringify(status(serverOf(words)));
  const change = (more: Partial<VaultStatus>) => {
    if (vault !== undefined) vault = { ...vault, ...more };
  };

  test("how it grew within a week, for how long there is room, and when all of it was read", async () => {
    const text = await ran(answer);
    expect(text).toContain("vault at bron: 13.00 GiB of 100.00 GiB, 1024.0 MiB more a day, room for 87 days");
    expect(text).toContain("its host read all 812 files on 2026-11-26 03:12, 0 were not what they were");
  });

  test.each([
    [
      "that it says nothing",
      () => {
        vault = undefined;
      },
      "it says nothing: fetch failed: ECONNREFUSED",
    ],
    [
      "that nobody has read it for days",
      () => change({ scrub: { finished: "2026-11-22T03:12:00Z", files: 1, bytes: 1, bad: 0 } }),
      "its host has not read its files since 2026-11-22T03:12:00Z",
    ],
    [
      "that a file is not what it was",
      () => change({ quarantined: ["nextcloud/files-2026q4/data/00/0011"] }),
      "1 of its files are not what they were, and in quarantine: nextcloud/files-2026q4/data/00/0011",
    ],
    ["that it is full within a month", () => change({ quotaBytes: 20 * gib }), "it is full in 7 days"],
    [
      "that nobody knows how to open it",
      () => {
        outputs = async () => ({ federation: { domain: "villeurbanne.test" } });
      },
      "the stack does not say how it is opened",
    ],
  ])("%s, and ends with 1", async (_, happens, said) => {
    happens();
    expect(await ran(answer)).toContain(`  ! ${said}`);
    expect(process.exitCode).toBe(1);
  });

  test("nothing of its growth before a day has passed", async () => {
    change({ usage: [{ at: "2026-11-26T11:00:00Z", usedBytes: 12 * gib }] });
    expect(await ran(answer)).toContain("13.00 GiB of 100.00 GiB, how it grows is known after a day");
  });
});

test("says what to write where nothing is copied", async () => {
  declare("{}");
  await expect(ran(() => "")).rejects.toThrow("write recovery: { vaults: [<member>] } first");
});
