import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { DrillEntry } from "../../audit/drills/log.ts";
import { evidenceFiles } from "../../audit/evidence/files.ts";
import { checkout } from "../../local/paths.ts";
import { judge } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { evidenceCommand } from "../../scripts/evidence.ts";
import { objectsOf } from "../../scripts/objects.ts";
import { sideAt } from "../../scripts/side.ts";

const stacks = join(checkout, "stacks");
const today = "2026-11-26";
const side = await sideAt(stacks, "villeurbanne", objectsOf);
const publiccode = readFileSync(join(checkout, "publiccode.yml"), "utf8");
const facts = {
  ...side,
  today,
  publiccode,
  drills: { held: [] as DrillEntry[] },
  findings: judge(rules, { ...side, site: undefined, today, publiccode }),
};

describe("the evidence of Villeurbanne", () => {
  const files = evidenceFiles(facts);

  test("is the files that were read, and no other", () => {
    const read = readdirSync(join(checkout, "test/golden/evidence"), { recursive: true, encoding: "utf8" });
    expect(Object.keys(files).sort()).toEqual(read.filter((path) => /\.\w+$/.test(path)).sort());
  });

  test.each(Object.entries(files))("is %s, as it was read", async (name, text) => {
    await expect(text).toMatchFileSnapshot(`../golden/evidence/${name}`);
  });

  test("is the same bytes again, whatever the order of the objects", () => {
    expect(evidenceFiles({ ...facts, objects: [...facts.objects].reverse() })).toMatchObject({
      "sbom.cdx.json": files["sbom.cdx.json"],
      "logiciels.md": files["logiciels.md"],
    });
    expect(evidenceFiles(facts)).toEqual(files);
  });

  test("names every image once, with its licence and its source, by the library's own names", () => {
    const bom = JSON.parse(files["sbom.cdx.json"] ?? "");
    expect(bom).toMatchObject({ specVersion: "1.6", bomFormat: "CycloneDX" });
    expect(bom.metadata.timestamp ?? bom.serialNumber).toBeUndefined();
    const references = bom.components.map((component: { "bom-ref": string }) => component["bom-ref"]);
    expect(new Set(references).size).toBe(references.length);
    for (const component of bom.components) {
      expect(component.licenses[0].license.id).toMatch(/^[A-Za-z0-9.-]+$/);
      expect(component.externalReferences[0]).toMatchObject({ type: "vcs" });
    }
  });

  test("is CycloneDX 1.6 to its own strict schema, which refuses what is not", async () => {
    const schema = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    const sbom = files["sbom.cdx.json"] ?? "";
    expect(await schema.validate(sbom)).toBeNull();
    expect(await schema.validate(sbom.replaceAll('"type": "container"', '"type": "image"'))).not.toBeNull();
  });

  test("has the digest of an image that is pinned", () => {
    const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
    const pinned = JSON.parse(
      JSON.stringify(facts.objects).replaceAll(/(docker\.io\/valkey\/valkey:[\d.]+)/g, `$1@${digest}`),
    );
    const bom = JSON.parse(evidenceFiles({ ...facts, objects: pinned })["sbom.cdx.json"] ?? "");
    expect(bom.components).toContainEqual(
      expect.objectContaining({
        name: "docker.io/valkey/valkey",
        hashes: [{ alg: "SHA-256", content: digest.slice("sha256:".length) }],
        purl: expect.stringContaining(`pkg:oci/valkey@${encodeURIComponent(digest)}?`),
      }),
    );
  });

  test("leaves what nobody declared in blank, and tells no setting of an application", () => {
    const { portal: _, nextcloud, ...declaration } = side.declaration;
    if (nextcloud === undefined) throw new Error("no service");
    const settings = { a_key: "not-to-be-told-to-anybody" };
    const bare = { ...declaration, nextcloud: { ...nextcloud, settings } };
    const written = evidenceFiles({ ...facts, declaration: bare, publiccode: "" });
    expect(written["souverainete.md"]).toContain("| Machines et cluster | À compléter par la commune. |");
    expect(written["territoire-numerique-libre.md"]).toContain("la commune ne déclare pas de portail");
    expect(written["chatonsinfos/nextcloud.properties"]).toContain("# host.name = à compléter");
    expect(written["publiccode.md"]).toContain("publiccode.yml n’existe pas");
    expect(Object.values(written).join("\n")).not.toContain("not-to-be-told");
  });

  test("does not let a line break begin another property", () => {
    const declaration = { ...side.declaration, name: "Villeurbanne\nfile.class = Device" };
    const text = evidenceFiles({ ...facts, declaration })["chatonsinfos/organization.properties"] ?? "";
    expect(text.match(/^file\.class/gm)).toHaveLength(1);
  });
});

describe("commune evidence", () => {
  let folder: string;
  let printed = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "evidence-"));
    printed = "";
    vi.spyOn(console, "log").mockImplementation((text: string) => {
      printed += `${text}\n`;
    });
    vi.spyOn(process.stderr, "write").mockImplementation(() => true);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });
  const evidence = (...words: string[]) =>
    evidenceCommand(stacks, async () => [...side.objects])
      .exitOverride()
      .parseAsync(words, { from: "user" });

  test("writes the files, and says where they are", async () => {
    await evidence("villeurbanne", "--to", folder, "--date", today);
    expect(readdirSync(folder).sort()).toEqual([
      "chatonsinfos",
      "logiciels.md",
      "publiccode.md",
      "rgpd",
      "sbom.cdx.json",
      "souverainete.md",
      "territoire-numerique-libre.md",
    ]);
    expect(printed).toContain(join(folder, "chatonsinfos/organization.properties"));
  });

  test.each([
    ["a commune that nobody declares", ["lion"]],
    ["a day that is none", ["villeurbanne", "--date", "demain"]],
  ])("refuses %s", async (_, words) => {
    await expect(evidence(...words)).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });
});

test("the sheet of sovereignty names each place with copies on their way to a vault", () => {
  const copying = {
    rpoSeconds: 300,
    vaults: ["bron"],
    keepDays: 1,
    rehearsals: "weekly" as const,
    incarnation: 1,
    storageClass: undefined,
  };
  const sheet = evidenceFiles({ ...facts, plan: { ...side.plan, copying } })["souverainete.md"];
  expect(sheet).toMatch(/\| comptes, documents \| volume database-keeper-spool du cluster \| 4 Gio \|/);
  expect(evidenceFiles(facts)["souverainete.md"]).not.toContain("-spool");
});

test("the sheet of sovereignty says what the last drill took, and the last one that passed", () => {
  const drill = (day: string, more: Partial<DrillEntry>): DrillEntry => ({
    ...{ kind: "drill", stack: "villeurbanne", at: `${day}T03:04:00Z`, began: `${day}T03:00:00Z` },
    ...{ previous: `sha256:${"0".repeat(64)}`, outcome: "passed", cluster: "c", besideLive: false },
    services: [
      {
        ...{ service: "nextcloud", version: "33.0.7", point: "p", lostSeconds: 3000 },
        ...{ files: 1200, bytes: 5000, tables: 40, rows: 61_000 },
      },
    ],
    ...{ rpoSeconds: 3000, steps: [], problems: [], left: [], toolkit: "0", by: "z" },
    ...more,
  });
  const sheet = (held: DrillEntry[]) =>
    evidenceFiles({ ...facts, drills: { held } })["souverainete.md"] ?? "";
  const told = sheet([
    drill("2026-10-01", { rtoSeconds: 100 }),
    drill("2026-11-01", {
      rtoSeconds: 221,
      moments: [
        {
          ...{ server: "database", vault: "bron", at: "2026-11-01T02:31:07.250Z", databases: ["nextcloud"] },
          ...{ tables: 40, rows: 61_002, seconds: 41 },
        },
      ],
    }),
    drill("2026-11-20", { outcome: "failed" }),
  ]);
  expect(told).toMatch(/\| 20 novembre 2026 \| pas réussi \| +\| 50 min 0 s \|/);
  expect(told).toMatch(
    /\| 1 novembre 2026 \| réussi \| 3 min 41 s \| 50 min 0 s \| .*\| 1\s200 \| 61\s000 \| 1 novembre 2026, 02:31:07 UTC \|/,
  );
  expect(told).not.toContain("1 octobre");
  expect(told).toContain("3 lignes");
  expect(sheet([])).toContain("Aucun exercice n’est enregistré");
});
