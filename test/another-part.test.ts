import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copiedCheckout } from "./copied-checkout.ts";

/** This checkout with a part more: its folder, test/another-part/gardens, and its line of the list. */
let folder: string;

beforeAll(() => {
  folder = copiedCheckout("another-part", ["test/another-part"], {
    file: "components/commune/parts.ts",
    imported: 'import { gardensPart } from "../../test/another-part/gardens/part.ts";',
    line: "  gardensPart,",
    end: "] as const;",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

function commune(...words: string[]) {
  return execa("node", ["scripts/commune.js", ...words], { cwd: folder, reject: false, all: true });
}

test("has its types wherever plans and sections are read", async () => {
  writeFileSync(
    join(folder, "test/another-part/exact.ts"),
    `import type { CommuneDeclaration } from "../../components/commune/declaration.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
export const storageGiB = ({ gardens }: CommunePlan): number | undefined => gardens?.storageGiB;
export const subdomain = ({ gardens }: CommuneDeclaration): string | undefined => gardens?.subdomain;
export const since = ({ retired }: CommuneDeclaration): string | undefined => retired.gardens?.retired?.since;
`,
  );
  const folders = ["audit", "components", "policies", "programs", "test/another-part"];
  const include = folders.map((part) => `${part}/**/*.ts`);
  const settings = { extends: "./tsconfig.json", include };
  writeFileSync(join(folder, "tsconfig.part.json"), JSON.stringify(settings));
  const options = { cwd: folder, reject: false };
  const { stdout } = await execa(
    "node_modules/typescript-7/bin/tsc",
    ["--project", "tsconfig.part.json"],
    options,
  );
  expect(stdout).toBe("");
}, 600_000);

test("check reads its section, refuses a wrong field of it, and schema writes it into the reference", async () => {
  const answers = ["--name=Givors", "--insee=69091", "--domain=givors.test", "--population=20000"];
  await commune("init", "givors", ...answers, "--contact=a@givors.test", "--services=nextcloud");
  const file = join(folder, "stacks/givors/commune.yaml");
  const text = readFileSync(file, "utf8");
  writeFileSync(file, `${text}\ngardens: { storage: 3 GiB }\n`);
  expect((await commune("check", "givors")).all).toContain("givors: valid");
  writeFileSync(file, `${text}\ngardens: { storige: 3 GiB }\n`);
  const { exitCode, all } = await commune("check", "givors");
  expect(exitCode).toBe(1);
  expect(all).toContain("gardens.storige");
  expect((await commune("schema")).all).toContain("docs/declaration.md: written");
  expect(readFileSync(join(folder, "docs/declaration.md"), "utf8")).toContain(
    "Plots that the commune lends.",
  );
}, 240_000);

describe("a commune that declares it", () => {
  let found: Record<string, unknown>;

  beforeAll(async () => {
    const words = ["--import", "./loader.js", "test/another-part/prove.ts"];
    const { stdout } = await execa("node", words, { cwd: folder });
    found = JSON.parse(stdout) as Record<string, unknown>;
  }, 120_000);

  test("has it planned and registered, within the rules", () => {
    expect(found.objects).toEqual(
      expect.arrayContaining([
        "Namespace bron-gardens",
        "PersistentVolumeClaim bron-gardens/gardens-data",
        "Secret bron-gardens/gardens",
        "Deployment bron-gardens/gardens",
        "Ingress bron-gardens/gardens",
      ]),
    );
    expect(found.findings).toEqual([]);
    expect(found.hosts).toContain("gardens jardins.bron.test");
    expect(found.image).toEqual(["AGPL-3.0-or-later"]);
  });

  test("publishes what later changes are judged by, and calls it by its words", () => {
    expect(found.published).toMatchObject({
      names: { gardens: "jardins.bron.test" },
      volumes: { "gardens-data": 2 },
      secrets: { "gardens/session-key": 1 },
    });
    expect(found.moves).toEqual([
      expect.stringMatching(/^every gate of the gardens has jardins\.bron\.test built in/),
    ]);
    expect(found.restarts).toEqual(["The gardens' pages restart."]);
    expect(found.titles).toEqual(["les jardins partagés", "shared gardens"]);
  });

  test("keeps its data: it cannot be taken out, and stays when it is retired", () => {
    expect(found.leaves).toEqual([
      expect.stringMatching(/^gardens: .*gardens: \{ retired: \{ since: 2026-11-26 \} \}/s),
    ]);
    expect(found.retires).toEqual([expect.stringContaining("gardens")]);
    expect(found.retired).toContain("PersistentVolumeClaim bron-gardens/gardens-data");
    expect(found.retired).not.toContain("Deployment bron-gardens/gardens");
  });
});
