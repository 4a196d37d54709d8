import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { afterAll, beforeAll, expect, test } from "vitest";
import { knownVersions, versionRules } from "../../../components/platform/monitoring/versions.ts";
import { buildToolchain } from "../../../local/toolchain/index.ts";
import { promtool as group, prometheusModule } from "../../../local/toolchain/programs.ts";
import { alertsIn, allAlerts, allFiles, triedOf } from "./monitoring/rules.ts";

const folder = mkdtempSync(join(tmpdir(), "alerts-"));
afterAll(() => rmSync(folder, { recursive: true }));

let promtool: string;
beforeAll(async () => {
  const built = await buildToolchain({ report: () => undefined, module: prometheusModule, known: [group] });
  promtool = built.bin("promtool");
  for (const file of allFiles) writeFileSync(join(folder, `${file}.yaml`), alertsIn(file));
  // The first build compiles some 700 packages.
}, 40 * 60_000);

/** A series of the commune, minute by minute for 25 hours. */
function inputOf(written: string) {
  const [, name = "", labels = "", grows, value = ""] = /^(\w+)\{(.*)\} (\+)?(-?[\d.]+)$/.exec(written) ?? [];
  const values = grows ? `0+${value}x1500` : `${value}x1500`;
  return { series: `${name}{commune="bron",${labels}}`, values };
}

/** Alerts on what another one tells: without its label `service`, by which alerts on it silence their warnings. */
const ofOthers = new Set([
  ...allAlerts.flatMap(({ file, alert }) => (["points", "services"].includes(file) ? [alert] : [])),
  ...["PeerDown", "PeerLogChanged", "VaultCopyNotProved"],
]);

/** Expects a number of firing series of an alert with some labels, after a time. */
function counted(alert: string, labels: string, after: string, value: number) {
  const expr = `count(ALERTS{alertname="${alert}",alertstate="firing"${labels}}) or vector(0)`;
  return { expr, eval_time: after, exp_samples: [{ labels: "{}", value }] };
}

/** Whether an alert fires, as promtool asks it. */
function asked(alert: string, input: readonly string[], after: string, fires: boolean) {
  return {
    name: `${alert} ${fires ? "fires" : "stays silent"}`,
    interval: "1m",
    input_series: input.map(inputOf),
    promql_expr_test: [
      counted(alert, "", after, Number(fires)),
      ...(ofOthers.has(alert) ? [counted(alert, ',service!=""', after, 0)] : []),
    ],
  };
}

function promtoolOf(words: readonly string[]) {
  return execa(promtool, words, { cwd: folder, reject: false, all: true });
}

test("every alert fires at what it is for, and stays silent at what it is not for", async () => {
  // Each file by itself: all rules are evaluated each minute of each test.
  const files = allFiles.map((file) => {
    const tests = allAlerts
      .filter((each) => each.file === file)
      .flatMap(({ alert }) => {
        const { fires, silent, after } = triedOf(alert);
        return [asked(alert, fires, after, true), ...(silent ? [asked(alert, silent, after, false)] : [])];
      });
    const written = { rule_files: [`${file}.yaml`], evaluation_interval: "1m", tests };
    writeFileSync(join(folder, `${file}-tests.yaml`), yaml.dump(written, { noRefs: true }));
    return `${file}-tests.yaml`;
  });
  const { all, exitCode } = await promtoolOf(["test", "rules", ...files]);
  expect(exitCode, all).toBe(0);
});

test("an alert is told in French, with what is meant", async () => {
  const { alert, labels, annotations } = allAlerts.find((each) => each.alert === "SiteDown") ?? {};
  const of = { service: "nextcloud", host: "cloud.bron.test" };
  const written = {
    rule_files: ["sites.yaml"],
    evaluation_interval: "1m",
    tests: [
      {
        interval: "1m",
        input_series: triedOf("SiteDown").fires.map(inputOf),
        alert_rule_test: [
          {
            ...{ alertname: alert, eval_time: "90m" },
            exp_alerts: [
              {
                exp_labels: { ...labels, ...of, commune: "bron", job: "sites" },
                exp_annotations: {
                  ...annotations,
                  summary: "https://cloud.bron.test ne répond plus",
                  noticed: "qui s’en sert (nextcloud)",
                },
              },
            ],
          },
        ],
      },
    ],
  };
  writeFileSync(join(folder, "told.yaml"), yaml.dump(written, { noRefs: true }));
  const { all, exitCode } = await promtoolOf(["test", "rules", "told.yaml"]);
  expect(exitCode, all).toBe(0);
});

test("what the toolkit knows of a version is what its alerts read", async () => {
  const facts = { software: "Nextcloud", version: "33.0.6", notices: 2, read: "1970-01-01" };
  const known = versionRules("bron", [{ ...facts, until: "1970-02-01" }]);
  writeFileSync(join(folder, `${knownVersions}.yaml`), yaml.dump(known));
  const written = {
    rule_files: [`${knownVersions}.yaml`, "versions.yaml"],
    evaluation_interval: "1m",
    tests: [
      {
        interval: "1m",
        promql_expr_test: [
          counted("VersionUnsafe", ',software="Nextcloud",version="33.0.6"', "90m", 1),
          counted("VersionEnds", "", "90m", 1),
          ...["VersionEnded", "VersionsNotRead", "VersionsAbsent"].map((alert) =>
            counted(alert, "", "90m", 0),
          ),
        ],
      },
    ],
  };
  writeFileSync(join(folder, "known-tests.yaml"), yaml.dump(written, { noRefs: true }));
  const { all, exitCode } = await promtoolOf(["test", "rules", "known-tests.yaml"]);
  expect(exitCode, all).toBe(0);
});

test("a rule that never fires is told", async () => {
  const wrong = asked("SiteDown", triedOf("SiteDown").silent ?? [], "90m", true);
  const written = { rule_files: ["sites.yaml"], evaluation_interval: "1m", tests: [wrong] };
  writeFileSync(join(folder, "wrong.yaml"), yaml.dump(written, { noRefs: true }));
  expect((await promtoolOf(["test", "rules", "wrong.yaml"])).exitCode).not.toBe(0);
});
