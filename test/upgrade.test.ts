import { describe, expect, test } from "vitest";
import { compared, seenIn, seenWords } from "./campaigns/upgrade/seen.ts";
import { upgradeTable } from "./campaigns/upgrade/table.ts";

const object = (kind: string, name: string, uid: string, owner?: { kind: string; name: string }) => ({
  kind,
  metadata: { name, namespace: "bron-web", uid, ...(owner && { ownerReferences: [owner] }) },
});
const pod = (uid: string, hash: string) =>
  object("Pod", `web-${hash}-${uid}`, uid, { kind: "ReplicaSet", name: `web-${hash}` });

const seen = (...items: readonly object[]) => seenIn({ items });

describe("an upgrade on a cluster", () => {
  test("restarts what has other pods, and is wrong where the CHANGELOG does not say so", () => {
    const before = seen(
      pod("1", "abc12"),
      object("Pod", "data-0", "2", { kind: "StatefulSet", name: "data" }),
    );
    const now = seen(pod("3", "def34"), object("Pod", "data-0", "2", { kind: "StatefulSet", name: "data" }));
    expect(compared(before, now, ["deployment/web"])).toEqual({ restarted: ["deployment/web"], wrong: [] });
    expect(compared(before, now, []).wrong).toEqual([
      "deployment/web restarted, and CHANGELOG.md does not say so",
    ]);
    expect(compared(before, now, ["deployment/web", "statefulset/data", "deployment/vault"]).wrong).toEqual(
      [],
    );
    expect(compared(before, before, [])).toEqual({ restarted: [], wrong: [] });
  });

  test("runs a Job again where there is one more of it; those of CronJobs are none of its own", () => {
    const cron = { kind: "CronJob", name: "cron" };
    const before = seen(object("Job", "migrate-0a1b2c3d", "1"), object("Job", "cron-29", "2", cron));
    const now = seen(object("Job", "migrate-4e5f6071", "3"), object("Job", "cron-30", "4", cron));
    expect(compared(before, now, [])).toEqual({
      restarted: ["job/migrate"],
      wrong: ["job/migrate restarted, and CHANGELOG.md does not say so"],
    });
    // A Job that is over may be gone.
    expect(compared(before, seen(), []).restarted).toEqual([]);
  });

  test("replaces nothing with data", () => {
    const claim = (uid: string) => seen(object("PersistentVolumeClaim", "data", uid));
    expect(compared(claim("1"), claim("1"), []).wrong).toEqual([]);
    const gone = ["persistentvolumeclaim/data is gone, or another object"];
    expect(compared(claim("1"), claim("2"), []).wrong).toEqual(gone);
    expect(compared(claim("1"), seen(), []).wrong).toEqual(gone);
  });

  test("is told as a table: each object by name, what has data by number", () => {
    const volume = (uid: string) => object("PersistentVolumeClaim", "data", uid);
    const before = seen(
      ...[pod("1", "abc12"), object("Job", "migrate-0a1b2c3d", "2"), volume("3")],
      object("Namespace", "bron-web", "4"),
    );
    const now = seen(
      ...[pod("5", "def34"), object("Job", "migrate-0a1b2c3d", "2"), volume("6")],
      ...[object("Namespace", "bron-web", "4"), object("Job", "look-0a1b2c3d", "7")],
    );
    expect(upgradeTable(before, now, ["deployment/web"]).split("\n").slice(2)).toEqual([
      "| deployment/web | restarted | restarts |",
      "| job/migrate | did not run | – |",
      "| job/look | new | – |",
      "| persistentvolumeclaim/data | gone, or another object | – |",
      "| 1 with data: namespaces, volumes, servers | the same objects | – |",
    ]);
    expect(upgradeTable(before, before, [])).toContain("| deployment/web | the same pods | – |");
  });

  test("asks for pods, Jobs and what has data of one commune", () => {
    expect(seenWords("bron").join(" ")).toBe(
      "get pods,jobs,namespaces,persistentvolumeclaims,statefulsets --all-namespaces --selector=commune.cloud/commune=bron --output=json",
    );
  });
});
