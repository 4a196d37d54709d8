import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { applicationNames } from "../../components/tenants/applications/list.ts";
import { chartsFolder } from "../../components/tenants/chart/render.ts";
import type { Cluster } from "../../local/cluster/index.ts";
import { chartBefore, knownValues } from "../../scripts/package/before.ts";
import { isUnknownName } from "../../scripts/package/place.ts";
import { checkOn, packageCommand } from "../../scripts/package.ts";

describe("the chart before", () => {
  let root: string;
  const git = (...words: string[]) =>
    execa("git", ["-C", root, "-c", "user.name=test", "-c", "user.email=test@commune.test", ...words]);
  const commit = async () => {
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "charts");
  };
  const settings = () => join(root, "charts", "site", "values.yaml");
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), "history-"));
    for (const chart of ["app", "site"])
      cpSync(join(chartsFolder, chart), join(root, "charts", chart), {
        recursive: true,
        verbatimSymlinks: true,
      });
    await git("init", "--quiet");
    await commit();
  });
  afterEach(() => rmSync(root, { recursive: true }));

  test("is none where it is as it always was, or was in no revision", async () => {
    expect(await chartBefore(root, "site")).toBeUndefined();
    cpSync(join(root, "charts", "site"), join(root, "charts", "new"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    expect(await chartBefore(root, "new")).toBeUndefined();
  });

  test("is the last other one, whatever else was committed since, with its library", async () => {
    const first = readFileSync(settings(), "utf8");
    writeFileSync(settings(), `${first}# second\n`);
    await commit();
    writeFileSync(join(root, "charts", "site", "level.json"), "{}");
    await commit();
    const before = await chartBefore(root, "site");
    expect(before?.from).toMatch(/^the chart before in the history \([0-9a-f]{12}\)/);
    const { charts = "" } = before ?? {};
    expect(readFileSync(join(charts, "site", "values.yaml"), "utf8")).toBe(first);
    expect(existsSync(join(charts, "site", "charts", "app", "Chart.yaml"))).toBe(true);
    rmSync(join(charts, ".."), { recursive: true });
  });

  test("is the committed one where it is being changed", async () => {
    const first = readFileSync(settings(), "utf8");
    writeFileSync(settings(), `${first}# not committed\n`);
    const { charts = "" } = (await chartBefore(root, "site")) ?? {};
    expect(readFileSync(join(charts, "site", "values.yaml"), "utf8")).toBe(first);
    rmSync(join(charts, ".."), { recursive: true });
  });

  test("is told those values alone that it knows", () => {
    const values = { host: "a.test", colour: "red" };
    expect(knownValues(join(chartsFolder, "site"), values)).toEqual({ host: "a.test" });
    expect(knownValues(root, values)).toEqual(values);
    // Sections of values are closed too.
    const database = { host: "mariadb", port: 3306, name: "a", secret: "a", key: "password" };
    const more = { host: "a.test", database: { ...database, engine: "mariadb" } };
    expect(knownValues(join(chartsFolder, "wordpress"), more)).toEqual({ host: "a.test", database });
  });
});

test("a 404 of the ingress controller is told from one of an application", () => {
  expect(isUnknownName({ status: 404, text: "404 page not found\n" })).toBe(true);
  expect(isUnknownName({ status: 404, text: "<h1>Cette page n’existe pas encore</h1>" })).toBe(false);
  expect(isUnknownName({ status: 200, text: "404 page not found\n" })).toBe(false);
});

describe("commune package", () => {
  test("lists every application, with the level that counts", async () => {
    const print = vi.spyOn(console, "log").mockImplementation(() => undefined);
    try {
      await packageCommand().parseAsync(["list"], { from: "user" });
      const lines = print.mock.calls.map(([line]) => String(line));
      expect(lines.map((line) => line.split(/ +/)[0])).toEqual(applicationNames());
      for (const line of lines) expect(line).toMatch(/ (level \d$|no level: .)/);
    } finally {
      print.mockRestore();
    }
  });

  test("waits for no image that the cluster cannot have", async () => {
    const folder = mkdtempSync(join(tmpdir(), "imported-"));
    const imported = join(folder, "imported.json");
    writeFileSync(imported, JSON.stringify({ "docker.io/nginxinc/nginx-unprivileged:1.26.3-bookworm": "x" }));
    const cluster = { endpoints: {}, running: true, layout: { imported } } as unknown as Cluster;
    await expect(checkOn(cluster, "etherpad")).rejects.toThrow(
      /does not have docker\.io\/etherpad\/etherpad:2\.5\.3 and .*\. .*from its registry.* local up --also docker\.io\/etherpad\/etherpad:2\.5\.3 docker\.io\/library\/mariadb:/,
    );
    rmSync(folder, { recursive: true });
  });

  test("checks no application that is not there", async () => {
    const command = packageCommand().exitOverride();
    for (const below of command.commands) below.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(command.parseAsync(["check", "gopher"], { from: "user" })).rejects.toThrow(
      /Allowed choices/,
    );
  });
});
