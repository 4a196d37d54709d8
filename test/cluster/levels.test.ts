import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, inject, test } from "vitest";
import { chartsFolder } from "../../components/tenants/chart/render.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { checkOn } from "../../scripts/package.ts";
import { claimCommune } from "./claims.ts";

const cluster = openCluster(inject("cluster"));
claimCommune("package-check");

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** The charts of the toolkit, with one file of Radicale's changed. */
function broken(file: string, change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), "broken-charts-"));
  folders.push(folder);
  cpSync(chartsFolder, folder, { recursive: true, verbatimSymlinks: true });
  const path = join(folder, "radicale", "templates", file);
  const before = readFileSync(path, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  return folder;
}

/** The short form: once, which shows level 7 at most. */
const once = { rounds: 1, patience: 90 } as const;

describe("the levels of an application, on the cluster", () => {
  test("are all there for Radicale, but the last, which is all of it again", async () => {
    const evidence = await checkOn(cluster, "radicale", once);
    expect(evidence.steps.filter(({ passed }) => !passed)).toEqual([]);
    expect(evidence).toMatchObject({ level: 7, chart: "radicale", reason: "not everything was tried" });
    expect(evidence.images.map(({ digest }) => digest)).toEqual([
      expect.stringMatching(/^sha256:/),
      expect.stringMatching(/^sha256:/),
    ]);
  });

  test("end below the third for a chart whose copy forgets agendas", async () => {
    const charts = broken("_files.tpl", (text) =>
      text.replace("--exclude .Radicale.cache", "--exclude agenda"),
    );
    const { level, reason } = await checkOn(cluster, "radicale", { ...once, charts });
    expect(reason).toContain("what was in the copy is not read");
    expect(level).toBe(2);
  });

  test("end below the first for a chart whose application does not start", async () => {
    const charts = broken("radicale.yaml", (text) => text.replace("-m radicale", "-m nothing"));
    const { level, reason } = await checkOn(cluster, "radicale", { ...once, patience: 20, charts });
    expect(reason).toContain("is not ready after 20 s: radicale");
    expect(level).toBe(0);
  });
});
