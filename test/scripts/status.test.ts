import { describe, expect, test } from "vitest";
import { type Listed, rowsText, statusOf, statusText } from "../../scripts/status.ts";

const labels = { "commune.cloud/service": "nextcloud" };
const deployment = (readyReplicas?: number): Listed["items"][number] => ({
  kind: "Deployment",
  metadata: { name: "nextcloud", labels },
  spec: { replicas: 1 },
  status: readyReplicas === undefined ? {} : { readyReplicas },
});
const ingress = {
  kind: "Ingress",
  metadata: { name: "nextcloud" },
  spec: { rules: [{ host: "cloud.bron.test" }] },
};

describe("a commune's status", () => {
  test("is Ready when every workload is, and lists its public addresses", () => {
    const status = statusOf("bron", { items: [deployment(1), ingress] }, "en");
    expect(status).toMatchObject({ ready: true, addresses: ["https://cloud.bron.test"] });
    expect(statusText(status, "en")).toBe(
      "bron is Ready.\n  nextcloud  nextcloud  Deployment   1 of 1 ready\n  https://cloud.bron.test",
    );
  });

  test("is not Ready while a pod is missing", () => {
    expect(statusText(statusOf("bron", { items: [deployment()] }, "en"), "en")).toContain(
      "bron is not Ready.\n",
    );
  });

  test("says of what nobody has asked for yet that it waits to be asked", () => {
    const items = [
      {
        kind: "CronJob",
        metadata: { name: "restore", labels },
        spec: { suspend: true, schedule: "0 0 1 1 *" },
      },
    ];
    expect(statusText(statusOf("bron", { items }, "en"), "en")).toBe(
      "bron is Ready.\n  nextcloud  restore  CronJob      runs when it is asked to",
    );
  });

  test("names each Job that gave up, and the command that goes on", () => {
    const job = (more: object, conditions: object[]): Listed["items"][number] => ({
      kind: "Job",
      metadata: { name: "migrate-1", namespace: "bron-mastodon", ...more },
      spec: {},
      status: { conditions: conditions as { type: string; status: string }[] },
    });
    const failed = { type: "Failed", status: "True", reason: "BackoffLimitExceeded" };
    const advice = { annotations: { "commune.cloud/when-it-fails": "Nothing was rolled. Fix it." } };
    const scheduled = { annotations: { "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026" } };
    const items = [
      deployment(1),
      job({}, [{ type: "Complete", status: "True" }]),
      job(scheduled, [failed]),
      job({}, [failed]),
      job(advice, [failed]),
    ];
    expect(statusText(statusOf("bron", { items }, "en"), "en")).toBe(
      [
        "bron is Ready.",
        "  nextcloud  nextcloud  Deployment   1 of 1 ready",
        "  migrate-1 gave up (BackoffLimitExceeded).",
        "    Read why: kubectl -n bron-mastodon logs job/migrate-1. Fix it, then: npx pulumi up -s bron",
        "  migrate-1 gave up (BackoffLimitExceeded).",
        "    Nothing was rolled. Fix it.",
      ].join("\n"),
    );
  });

  test("of a commune that runs nothing says how to bring it up", () => {
    expect(statusText(statusOf("bron", { items: [] }, "en"), "en")).toBe(
      "bron runs nothing on this cluster. Bring it up with: npx pulumi up -s bron",
    );
  });

  test("reports rows of associations before there is no room, and a server that nobody measures", () => {
    const measured =
      "chorale 900000 1048576 0\njudo 1048577 1048576 1\nboules 2097152 1048576 2\ntarot 8 1048576 0\n";
    const rows = rowsText("mariadb", `${measured}* 5242880 10485760 0\n`, "en");
    expect(rows).toEqual([
      "mariadb: rows of chorale take 879 of 1024 MiB (docs/tenants.md).",
      "mariadb: rows of judo take 1024 of 1024 MiB, so that nothing is added (docs/tenants.md).",
      "mariadb: rows of boules take 2048 of 1024 MiB, so that nothing is added or changed (docs/tenants.md).",
    ]);
    expect(rowsText("mariadb", "* 9437184 10485760 0\n", "en")).toEqual([
      "mariadb: the volume is filled to 9216 of 10240 MiB (docs/tenants.md).",
    ]);
    expect(rowsText("mariadb", "", "en")).toEqual([
      "mariadb: rows are not measured. Look at the log of its container rows.",
    ]);
    expect(statusText(statusOf("bron", { items: [deployment(1)] }, "en", rows), "en")).toContain(
      "\n  mariadb: rows of judo",
    );
  });

  test("speaks French to whoever reads it at night", () => {
    const job = {
      kind: "Job",
      metadata: { name: "migrate-1", namespace: "bron-mastodon" },
      spec: {},
      status: { conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded" }] },
    };
    const rows = rowsText("mariadb", "", "fr");
    expect(statusText(statusOf("bron", { items: [deployment(), job] }, "fr", rows), "fr")).toBe(
      [
        "bron n’est pas entièrement en service.",
        "  nextcloud  nextcloud  Deployment   0 sur 1 en service",
        "  migrate-1 a abandonné (BackoffLimitExceeded).",
        "    Lisez pourquoi : kubectl -n bron-mastodon logs job/migrate-1. Corrigez, puis : npx pulumi up -s bron",
        "  mariadb : les bases ne sont pas mesurées. Lisez le journal de son conteneur rows.",
      ].join("\n"),
    );
    expect(statusText(statusOf("bron", { items: [] }, "fr"), "fr")).toContain("Rien ne tourne pour bron");
  });
});
