import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FeedError } from "../../components/foundation/upstream/feeds/web.ts";
import { readKnowledge } from "../../components/foundation/upstream/upstream.ts";
import { wrapped } from "../../scripts/updates/wrapped.ts";
import { updatesCommand } from "../../scripts/updates.ts";

const knowledge = readKnowledge();
let folder: string;
let printed: string;

const commune = (id: string, insee: string, more: string) =>
  `id: ${id}\nname: ${id}\ninsee: "${insee}"\ndomain: ${id}.test\npopulation: 42000\ncontact: a@${id}.test\n${more}`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "updates-"));
  for (const [id, text] of [
    ["bron", commune("bron", "69029", 'nextcloud: { version: "31.0.6" }\n')],
    ["givors", commune("givors", "69091", "mastodon: {}\n")],
  ] as const) {
    mkdirSync(join(folder, "stacks", id), { recursive: true });
    writeFileSync(join(folder, "stacks", id, "commune.yaml"), text);
  }
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: unknown) => {
    printed += `${text}\n`;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
  process.exitCode = undefined;
});

/** Requests to the network: only those with a given answer are answered. */
async function run(
  words: readonly string[],
  { today = "2026-08-23", answer }: { today?: string; answer?: (address: string) => string } = {},
) {
  const asked: string[] = [];
  const surroundings = () => ({
    ...{ stacks: join(folder, "stacks"), today, knowledge },
    web: () => ({
      async ask(address: string) {
        asked.push(address);
        const given = answer?.(address);
        if (given === undefined) throw new FeedError(`${new URL(address).host} did not answer (refused)`);
        return given;
      },
      close: async () => undefined,
    }),
  });
  await updatesCommand(surroundings).exitOverride().parseAsync(words, { from: "user" });
  return asked;
}

const cycles = readFileSync(
  new URL("../components/foundation/upstream/nextcloud.cycles.json", import.meta.url),
  "utf8",
);

describe("without network", () => {
  test("the toolkit's own file is told, at 80 columns, with the way in order and the exit code", async () => {
    expect(await run(["bron", "--offline"])).toEqual([]);
    await expect(printed).toMatchFileSnapshot("../golden/updates.txt");
    expect(printed.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(process.exitCode).toBe(1);
  });

  test("communes that have the same stand in one line", async () => {
    await run(["--offline"]);
    expect(printed).toMatch(/nginx 1\.26\.3, no fixes since 2025-04-23 \(bron, givors\)/);
    expect(printed).toMatch(/Nextcloud 31\.0\.6, .*\(bron\)|Nextcloud 31\.0\.6 \(bron\)/);
  });

  test("programs are given each row of each commune", async () => {
    await run(["bron", "--offline", "--json"]);
    const { communes, isOnline, today } = JSON.parse(printed);
    expect({ isOnline, today }).toEqual({ isOnline: false, today: "2026-08-23" });
    expect(communes.bron[0]).toMatchObject({
      ...{ name: "Nextcloud", version: "31.0.6", needsAttention: true, isStale: false, needed: 2 },
      steps: [
        {
          ...{ to: "31.0.14", effect: "needs a restore point", interruption: "until migrated" },
          ...{ need: "one", point: "no vault", back: "only with a copy of your own (no vault)" },
        },
        ...[{ to: "32.0.14" }, { to: "33.0.8" }, { to: "34.0.3" }],
      ],
    });
  });

  test("old knowledge is no good news", async () => {
    await run(["bron", "--offline"], { today: "2027-08-23" });
    expect(printed).toMatch(/The oldest of what is known is of 22\s+August 2026, 366 days ago\./);
    expect(process.exitCode).toBe(1);
  });
});

describe("with upstream's feeds", () => {
  test("what they say is told", async () => {
    const answer = (address: string) =>
      address.endsWith("/nextcloud/")
        ? cycles
        : address.includes("osv.dev")
          ? "{}"
          : '{"result":{"releases":[]}}';
    const asked = await run(["bron"], { today: "2026-11-30", answer });
    expect(asked).toContain("https://endoflife.date/api/v1/products/nextcloud/");
    expect(asked).not.toContain("https://endoflife.date/api/v1/products/mastodon/");
    expect(printed).toContain("Upstream's feeds were asked.\n");
    expect(printed).toContain("→ 31.0.14, then 32.0.14, then 33.0.9, then 34.0.3");
  });

  test("a feed that does not answer is told once, and the file's knowledge stands", async () => {
    await run(["bron"]);
    expect(printed.match(/! endoflife\.date did not answer \(refused\)\./g)).toHaveLength(1);
    expect(printed).toContain("→ 31.0.14, then 32.0.14, then 33.0.8, then 34.0.3");
    expect(process.exitCode).toBe(1);
  });
});

describe("--write", () => {
  const lock = () => join(folder, "stacks", "givors", "versions.lock.yaml");

  test("writes the next version of a service into the commune's lock, and says what comes next", async () => {
    writeFileSync(lock(), 'versions:\n  mastodon: "4.4.1"\n');
    await run(["givors", "--offline", "--write", "mastodon"]);
    expect(printed).toContain("stacks/givors/versions.lock.yaml is written:\n  mastodon 4.4.1 → 4.4.23\n");
    expect(readFileSync(lock(), "utf8")).toContain('mastodon: "4.4.23"');
    printed = "";
    await run(["givors", "--offline", "--write", "mastodon", "--json"]);
    expect(JSON.parse(printed)).toEqual({ written: [{ service: "mastodon", from: "4.4.23", to: "4.5.16" }] });
  });

  test("never edits a declaration, and writes nothing if one of several cannot be", async () => {
    await expect(run(["bron", "--offline", "--write", "nextcloud", "mastodon"])).rejects.toThrow(
      /bron\/commune\.yaml:7 declares nextcloud\.version: "31\.0\.6"\. Write "31\.0\.14" there, or take the line out\.\n +"mastodon" is no service of bron\. Its services are: nextcloud\.\nNothing was changed\.$/,
    );
    expect(existsSync(join(folder, "stacks", "bron", "versions.lock.yaml"))).toBe(false);
  });

  test("says where nothing is newer", async () => {
    writeFileSync(lock(), 'versions:\n  mastodon: "4.6.6"\n');
    await expect(run(["givors", "--offline", "--write", "mastodon"])).rejects.toThrow(
      "nothing newer than 4.6.6 is known of mastodon.\nNothing was changed.",
    );
  });

  test("is of one commune", async () => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await expect(run(["--offline", "--write", "mastodon"])).rejects.toMatchObject({ exitCode: 2 });
  });
});

test("a commune that is not declared is wrong usage", async () => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await expect(run(["lyon", "--offline"])).rejects.toMatchObject({ exitCode: 2 });
});

test("a word that is longer than a line has a line of its own", () => {
  const long = "x".repeat(90);
  expect(wrapped(`one ${long} two`, "  ", "    ")).toEqual(["  one", `    ${long}`, "    two"]);
  expect(wrapped("", "  ", "    ")).toEqual([]);
});
