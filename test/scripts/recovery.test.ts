import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { KeeperStatus } from "../../components/recovery/keeper/settings.ts";
import { statusCommand } from "../../scripts/recovery/status.ts";

let folder: string;
const asked: string[] = [];

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
      asked.push(line.join(" "));
      return kubectl(line);
    },
    now: () => new Date("2026-11-26T12:00:00Z"),
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
  expect(process.exitCode).toBeUndefined();
  expect(asked).toHaveLength(2);
  for (const line of asked) expect(line).toContain("--context=mairie");
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
  expect(JSON.parse(await ran(answer, "--json"))).toMatchObject([{ server: "database", complaints: [] }, {}]);
  const metrics = await ran(answer, "--prometheus");
  expect(metrics).toContain('keeper_rpo_reached_seconds{server="database"} 41\n');
  expect(metrics).toContain('keeper_complaints{server="mastodon-database"} 0\n');
});

test("says what to write where nothing is copied", async () => {
  declare("{}");
  await expect(ran(() => "")).rejects.toThrow("write recovery: { vaults: [<member>] } first");
});
