import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { helmVariable } from "../../components/tenants/chart/helm.ts";
import { chartsFolder } from "../../components/tenants/chart/render.ts";
import { levelOf } from "../../components/tenants/levels/levels.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { checkout } from "../../local/paths.ts";
import { chartBefore } from "../../scripts/package/before.ts";
import { tryLevel } from "../../scripts/package/check.ts";
import { LocalBench } from "../../scripts/package/local-bench.ts";
import { Place } from "../../scripts/package/place.ts";
import { claimCommune } from "./claims.ts";

/**
 * That the levels are missed on a cluster by what they are about: Radicale's chart, with a line changed for each. All are
 * installed for the same associations. That the chart as it is passes them all is seen by `npm run campaign levels`.
 */
const { environment, endpoints, caFile } = openCluster(inject("cluster"));
process.env[helmVariable] ??= join(environment.PATH.split(":")[0] ?? "", "helm");
claimCommune("package-check");

const place = new Place({ environment, https: endpoints?.https ?? "", caFile, patience: 120 });
const folders: string[] = [];
let bench: LocalBench;

/** The charts of the toolkit, with lines of Radicale's changed. */
function broken(changes: readonly (readonly [file: string, from: string, to: string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), "broken-charts-"));
  folders.push(folder);
  cpSync(chartsFolder, folder, { recursive: true, verbatimSymlinks: true });
  for (const [file, from, to] of changes) {
    const path = join(folder, "radicale", file);
    const before = readFileSync(path, "utf8");
    expect(before).toContain(from);
    writeFileSync(path, before.replace(from, to));
  }
  return folder;
}

beforeAll(async () => {
  bench = new LocalBench(place, { chart: "radicale", before: await chartBefore(checkout, "radicale") });
  await bench.open();
});

afterAll(async () => {
  await bench.close();
  await place.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

describe("a chart", () => {
  test("that makes what no chart may has no level", async () => {
    const account = `---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: {{ .Release.Name }} }\n`;
    const all = '{{- include "app.application" (dict "root" .) }}';
    const more = broken([["templates/radicale.yaml", all, `${all}\n${account}`]]);
    const step = await tryLevel(bench.with(more), 1);
    expect(step.saw).toContain("ServiceAccount t-essai-radicale");
    expect(levelOf([step])).toBe(0);
  });

  test("that empties the agenda at each start has the first", async () => {
    const emptied = bench.with(
      broken([["files/install.sh", "mkdir -p $root", "rm -rf $root/bureau/agenda\nmkdir -p $root"]]),
    );
    const steps = [await tryLevel(emptied, 1), await tryLevel(emptied, 2)];
    expect(steps.map(({ saw }) => saw)).toEqual([
      "both answer, and what was written is read",
      "what was written before is not read after",
    ]);
    expect(levelOf(steps)).toBe(1);
  });

  describe("that is right in the first two", () => {
    const later = broken([
      ["files/backup.sh", "--exclude .Radicale.cache", "--exclude agenda"],
      // An empty folder that can be written, where the image has its own.
      ["application.yaml", "tmp: [/tmp]", "tmp: [/tmp, /etc]"],
      [
        "files/install.sh",
        "mkdir -p $root",
        "[ -d $root/@host@ ] || rm -rf $root/bureau\nmkdir -p $root/@host@ $root",
      ],
      [
        "files/public/rights",
        "collection: bureau/agenda\npermissions: i",
        "collection: bureau/agenda\npermissions: rwi",
      ],
      [
        "files/server.conf",
        "location / {",
        "location / {\n  limit_req zone=logins burst=60 nodelay;\n  limit_req_status 503;",
      ],
    ]);
    let wrong: LocalBench;
    beforeAll(async () => {
      wrong = bench.with(later);
      await wrong.install("essai");
    });

    test.each([
      [3, "leaves the agenda out of its copy", "what was in the copy is not read after the restoration"],
      [4, "has folders of its image written", "went through: to write to its image (in radicale)"],
      [
        5,
        "keeps the agenda of its first name alone",
        "what was written is not read at agenda.essai-ailleurs.test",
      ],
      [6, "lets strangers write", "public: a stranger writes"],
      [7, "sends away whom it has no time for", / of 100 pages failed/],
    ])("misses level %i where it %s", async (level, _, saw) => {
      const step = await tryLevel(wrong, level);
      expect(step).toMatchObject({ level, passed: false });
      expect(step.saw).toMatch(saw);
    });
  });
});
