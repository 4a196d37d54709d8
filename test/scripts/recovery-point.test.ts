import { expect, test } from "vitest";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { takePoint } from "../../scripts/recovery/point.ts";

const points = {
  service: "nextcloud",
  commune: "bron",
  beside: { commune: "bron", service: "nextcloud", component: "php", software: "nextcloud", data: "none" },
} as unknown as PointsPlan;
const cron = {
  metadata: { name: "restore-point", namespace: "bron-nextcloud", labels: {} },
  spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: "finish" }] } } } } },
};
const taken = "not done: the vault at lyon answered 403 to POST /once/point-nextcloud-000008: something else";

/** A cluster on which each Job ends as it is told, one after the other. */
function cluster(...ends: { exitCode: number; message: string }[]) {
  const made: string[] = [];
  const kubectl = async (words: readonly string[], input?: string) => {
    const line = words.filter((word) => !word.startsWith("--")).join(" ");
    if (line === "create") made.push(JSON.parse(input ?? "").metadata.name);
    if (line.startsWith("get cronjob")) return JSON.stringify(cron);
    if (line.startsWith("get job"))
      return JSON.stringify({ status: { conditions: [{ type: "Complete", status: "True" }] } });
    const terminated = ends[made.length - 1];
    return JSON.stringify({
      items: [{ status: { containerStatuses: [{ name: "finish", state: { terminated } }] } }],
    });
  };
  return { made, taken: takePoint({ kubectl }, undefined, { points, maySmaller: false }) };
}

test("a point whose number another one has meanwhile is taken again, once", async () => {
  const head = { sequence: 9, takenAt: "2026-11-29T02:33:00Z" };
  const done = { exitCode: 0, message: JSON.stringify(head) };
  const again = cluster({ exitCode: 1, message: taken }, done);
  expect(await again.taken).toEqual({ head, said: "" });
  expect(new Set(again.made).size).toBe(2);
  const never = cluster({ exitCode: 1, message: taken }, { exitCode: 1, message: taken }, done);
  expect(await never.taken).toEqual({ head: undefined, said: taken });
  expect(never.made).toHaveLength(2);
});

test("what failed otherwise, and what did not, is taken once", async () => {
  const full = cluster({ exitCode: 1, message: "not done: this vault is full" });
  expect(await full.taken).toEqual({ head: undefined, said: "not done: this vault is full" });
  expect(full.made).toHaveLength(1);
  const done = cluster({ exitCode: 0, message: JSON.stringify({ sequence: 3, takenAt: "x" }) });
  expect((await done.taken).head?.sequence).toBe(3);
  expect(done.made).toHaveLength(1);
});
