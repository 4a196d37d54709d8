import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { draftChart } from "../../../components/tenants/yunohost/draft.ts";
import { largestManifest, readManifest } from "../../../components/tenants/yunohost/manifest.ts";
import { freeLicences } from "../../../policies/licences.ts";
import { importManifestCommand } from "../../../scripts/tenant/import-manifest.ts";
import { yunohostManifest } from "./yunohost-manifest.ts";

const draftOf = (text = yunohostManifest) => {
  const read = readManifest("manifest.toml", text);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return draftChart(read.manifest, (licence) => freeLicences.has(licence));
};
const changed = (from: string, to: string) => {
  expect(yunohostManifest).toContain(from);
  return yunohostManifest.replace(from, to);
};
const whats = (text?: string) => draftOf(text).todos.map(({ what }) => what);

describe("a draft of a package", () => {
  test("has what the manifest says, in the words of our charts", () => {
    const { chart, files } = draftOf();
    expect(chart).toBe("lending-desk");
    expect(yaml.load(files["Chart.yaml"] ?? "")).toEqual({
      apiVersion: "v2",
      name: "lending-desk",
      description: "Prêter des outils : qui a quoi, jusqu'à quand",
      type: "application",
      version: "0.1.0",
      appVersion: "3.1.4",
      home: "https://lending.example",
      sources: ["https://git.example/lending"],
      annotations: { licence: "AGPL-3.0-or-later" },
      dependencies: [{ name: "app", version: "1.0.0" }],
    });
    expect(yaml.load(files["application.yaml"] ?? "")).toMatchObject({
      description: { en: "Lend tools: who has what, until when", fr: expect.stringContaining("Prêter") },
      neverRun: true,
      image: { image: "todo.invalid/lending-desk:3.1.4", licence: "AGPL-3.0-or-later" },
      fields: {
        access: { default: "members" },
        storage: { kind: "storage" },
        currency: { kind: "choice", of: ["EUR", "CHF"], default: "EUR", meaning: "Currency" },
        reminders: { kind: "flag", default: true },
        days: { kind: "count", default: 14 },
        // The toolkit reads a field of this name itself.
        storageSetting: { kind: "line", example: "local" },
      },
      pod: { request: "120Mi", memory: "360Mi" },
      volume: { name: "data" },
      rows: { engine: "mariadb" },
      account: { user: "admin" },
    });
    expect(yaml.load(files["values.yaml"] ?? "")).toMatchObject({
      ...{ access: "members", image: "todo.invalid/lending-desk:3.1.4", storage: "1Gi" },
      ...{ currency: "EUR", reminders: true, days: 14 },
    });
    expect(JSON.parse(files["values.schema.json"] ?? "")).toMatchObject({
      additionalProperties: false,
      properties: { currency: { enum: ["EUR", "CHF"] }, reminders: { type: "boolean" } },
    });
  });

  test("marks what a manifest cannot say, where it belongs and in one list", () => {
    const { files, todos } = draftOf();
    expect(todos.map(({ file, what }) => `${file}: ${what}`)).toEqual([
      "application.yaml: the image: the one that its authors publish, which runs as an ordinary user, or one that is built with Debian's php8.4-mysql, php8.4-gd and composer",
      "application.yaml: memory: the manifest says 120M, 3 times that is a guess",
      "application.yaml: disk: the package takes 80M of the node without its data",
      "application.yaml: where in the container the data is (volume: mount), and what of it is kept (restorePoint)",
      "application.yaml: how the application gets its database, and the file with its password",
      "application.yaml: pod: install, what makes and upgrades its data, and may be called twice",
      "application.yaml: commands: backup, which writes a tar, and restore, which reads it",
      "application.yaml: login: the package supports a header with the account's name and LDAP: which of it does the image support?",
      "files/server.conf: the port on 127.0.0.1 where the application answers; the package has main (8095)",
      "application.yaml: probe: a page that answers without a login and without a database of members",
      "files/server.conf: who may open /assets, /api, /admin: these have permissions of their own in the package",
      "application.yaml: what the field currency does",
      "application.yaml: what the field reminders does",
      "application.yaml: what the field days does",
      "application.yaml: what the field storageSetting does",
      "TODO.md: the package is for one instance a machine: find out why before two associations have it",
      "TODO.md: YunoHost marks it not-totally-free-upstream: one theme is not free",
      "TODO.md: its place in the catalogue, what personal data it keeps, and what leaves with an association (exit and guide.md; docs/charts.md)",
    ]);
    for (const { file, what } of todos) {
      expect(files["TODO.md"]).toContain(what);
      if (file !== "TODO.md") expect(files[file]).toContain(`TODO: ${what}`);
    }
  });

  test.each([
    [
      "a licence that no rule accepts",
      "AGPL-3.0-or-later",
      "BUSL-1.1",
      "the licence BUSL-1.1 is not among those",
    ],
    ["another database", '"mysql"', '"postgresql"', "which extensions"],
    ["another kind of machine", '["amd64"]', '["armhf", "i386"]', "the package is for armhf, i386 alone"],
    [
      "no figure of memory",
      'ram.runtime = "120M"',
      "",
      "memory: the manifest says nothing, 256 MiB is a guess",
    ],
    ["no folder of data", '[resources.data_dir]\n  subdirs = ["pictures"]', "", "names no folder of data"],
  ])("says it of %s", (_, from, to, said) => {
    expect(whats(changed(from, to)).join("\n")).toContain(said);
  });

  test.each([
    ["visitors", "public"],
    ["all_users", "members"],
    ["admins", "admins"],
  ])("lets %s in as %s", (group, access) => {
    const { files } = draftOf(changed('allowed = "all_users"', `allowed = ["${group}"]`));
    expect(yaml.load(files["application.yaml"] ?? "")).toMatchObject({
      fields: { access: { default: access } },
    });
  });

  test("has no text of a manifest where it would be read as something else", () => {
    const hostile = 'x: y # z */}} {{ .Values.host }} $HOME \\"quoted\\"';
    const text = yunohostManifest
      .replace('fr = "Monnaie"', `fr = "${hostile}"`)
      .replace('name = "Lending Desk"', `name = "${hostile}"`)
      .replace('license = "AGPL-3.0-or-later"', `license = "${hostile}"`)
      .replace('additional_urls = ["/assets"]', `additional_urls = ["/${hostile}"]`)
      .replace('packages = "php8.4-mysql, php8.4-gd"', `packages = "${hostile.replace("y #", "y\\n#")}"`);
    const { files, todos } = draftOf(text);
    expect(yaml.load(files["application.yaml"] ?? "")).toMatchObject({
      image: { name: expect.stringContaining("x: y # z"), licence: "LicenseRef-unknown" },
    });
    expect(yaml.load(files["Chart.yaml"] ?? "")).toMatchObject({
      annotations: { licence: expect.stringContaining("x: y # z") },
    });
    // Nothing of it is in what Helm runs as a template, but for comments of nginx without an action.
    expect(files["templates/lending-desk.yaml"]).not.toContain("x: y");
    expect(files["files/server.conf"]).toContain("{ { .Values.host");
    expect(files["files/server.conf"]).not.toContain("{{ .Values.host");
    expect(todos.length).toBeGreaterThan(0);
    for (const { what } of todos) expect(what).not.toMatch(/[\n\r]/);
  });
});

describe("a manifest that cannot be read", () => {
  const problems = (text: string) => {
    const read = readManifest("manifest.toml", text);
    return read.ok
      ? []
      : read.problems.map(({ line, path, message }) => `${line} ${path.join(".")} ${message}`);
  };

  test("is told with its lines, several at once", () => {
    const text = changed("packaging_format = 2", "packaging_format = 1")
      .replace('type = "mysql"', 'type = "oracle"')
      .replace('ram.runtime = "120M"', 'ram.runtime = "much"');
    const lineOf = (part: string) => text.split("\n").findIndex((line) => line.includes(part)) + 1;
    expect(problems(text)).toEqual([
      `${lineOf("packaging_format")} packaging_format packages of format 1 are not read; YunoHost itself reads format 2 alone.`,
      `${lineOf("ram.runtime")} integration.ram.runtime write a number and K, M or G: 50M.`,
      `${lineOf('"oracle"')} resources.database.type write mysql or postgresql.`,
    ]);
  });

  test.each([
    ["id", "lending_desk", "../../x"],
    ["id", "lending_desk", "a_"],
    ["id", "lending_desk", "a__b"],
    ["id", "lending_desk", "-x"],
    ["id", "lending_desk", "x".repeat(31)],
    ["name", "Lending Desk", "a\\n- [x] done"],
    ["name", "Lending Desk", "a\\u202eb"],
    ["version", "3.1.4~ynh2", "1\\n# Done"],
    ["upstream.license", "AGPL-3.0-or-later", "MIT\\u001b[2J"],
  ])("has an %s that no chart could be called by: %s as %s", (field, from, to) => {
    expect(problems(changed(`"${from}"`, `"${to}"`))).toEqual([expect.stringContaining(` ${field} `)]);
  });

  test("has addresses that are left out where they are none of the Web", () => {
    const text = changed("https://lending.example", "javascript:alert(1)").replace(
      "https://git.example/lending",
      "-upload-pack=x",
    );
    const { files, todos } = draftOf(text);
    expect(files["Chart.yaml"]).not.toMatch(/javascript|upload-pack/);
    expect(todos.map(({ what }) => what)).toContain("say where the source code is (sources)");
  });

  test("is told where it is no TOML, and where it is no manifest", () => {
    expect(problems('id = "a"\nname = \n')).toEqual([expect.stringMatching(/^2 {2}is no TOML: /)]);
    expect(problems("a".repeat(largestManifest + 1))).toEqual([
      "1  is larger than 256 KiB: that is no manifest.",
    ]);
    expect(problems("")).toEqual(expect.arrayContaining([expect.stringContaining("packaging_format")]));
  });
});

describe("commune tenant import-manifest", () => {
  let folder: string;
  let said: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "import-"));
    said = [];
    vi.spyOn(console, "log").mockImplementation((line) => void said.push(String(line)));
    writeFileSync(join(folder, "manifest.toml"), yunohostManifest);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });
  const run = (...words: string[]) =>
    importManifestCommand(folder).parseAsync([join(folder, "manifest.toml"), ...words], { from: "user" });

  test("writes the chart beside the others, with the library, and lists what is left", async () => {
    await run();
    const chart = join(folder, "lending-desk");
    expect(readdirSync(chart).sort()).toEqual([
      ...["Chart.yaml", "TODO.md", "application.yaml", "charts", "files", "templates", "values.schema.json"],
      "values.yaml",
    ]);
    expect(readlinkSync(join(chart, "charts", "app"))).toBe("../../app");
    expect(readFileSync(join(chart, "TODO.md"), "utf8")).toContain("Nothing of it was tried.");
    await run("--to", join(folder, "elsewhere", "..", "other"));
    expect(readlinkSync(join(folder, "other", "charts", "app"))).toBe("../../app");
    expect(said.join("\n")).toContain("lending-desk is drafted. 18 things are left, also in its TODO.md:");
  });

  test("leaves a folder that is there as it is, and nothing beside it", async () => {
    await run();
    writeFileSync(join(folder, "lending-desk", "own"), "");
    await expect(run()).rejects.toThrow("is there already: remove it, or name another with --to.");
    expect(readdirSync(folder).sort()).toEqual(["lending-desk", "manifest.toml"]);
    await run("--json");
    expect(JSON.parse(said.at(-1) ?? "")).toMatchObject({ chart: "lending-desk" });
  });

  test("writes nothing of a manifest that cannot be read", async () => {
    writeFileSync(join(folder, "manifest.toml"), "packaging_format = 1\n");
    await expect(run()).rejects.toThrow("manifest.toml:1:1");
    expect(readdirSync(folder)).toEqual(["manifest.toml"]);
  });
});
