import { expect, test } from "vitest";
import { type Cron, type Taking, takePoint } from "../../scripts/recovery/point.ts";

const beside = {
  commune: "bron",
  service: "nextcloud",
  component: "php",
  software: "nextcloud",
  data: "none",
};
const points: Taking["points"] = { service: "nextcloud", beside };
const cron: Cron = {
  metadata: { name: "restore-point", namespace: "bron-nextcloud", labels: {} },
  spec: { jobTemplate: { spec: { template: { spec: { containers: [{ name: "finish" }] } } } } },
};
const taken = "not done: the vault at lyon answered 403 to POST /once/point-nextcloud-000008: something else";

/** A cluster on which each Job that is made ends as it is told, one after the other. */
class Cluster {
  readonly made: string[] = [];
  /** Jobs that were looked at, in order. */
  readonly watched: string[] = [];
  /** The runs by the clock that have not ended. */
  active: { name: string }[] = [];

  constructor(private readonly ends: { exitCode: number; message: string }[]) {}

  take(more: Partial<Taking> = {}) {
    const kubectl = (words: readonly string[], input?: string) => this.kubectl(words, input);
    return takePoint({ kubectl }, undefined, { points, maySmaller: false, ...more });
  }

  private async kubectl(words: readonly string[], input?: string): Promise<string> {
    const line = words.filter((word) => !word.startsWith("--")).join(" ");
    if (line === "create") this.made.push(JSON.parse(input ?? "").metadata.name);
    if (line.startsWith("get cronjob")) return JSON.stringify({ ...cron, status: { active: this.active } });
    if (line.startsWith("get job")) {
      const [name = ""] = line.split(" ").slice(2);
      this.watched.push(name);
      if (name === "gone") throw new Error('jobs.batch "gone" not found');
      const isComplete = this.ends[this.made.length - 1]?.exitCode === 0;
      const type = isComplete ? "Complete" : "Failed";
      return JSON.stringify({ status: { conditions: [{ type, status: "True" }] } });
    }
    const terminated = this.ends[this.made.length - 1];
    if (terminated === undefined) return JSON.stringify({ items: [] });
    return JSON.stringify({
      items: [{ status: { containerStatuses: [{ name: "finish", state: { terminated } }] } }],
    });
  }
}

const cluster = (...ends: { exitCode: number; message: string }[]) => new Cluster(ends);
const head = { sequence: 9, takenAt: "2026-11-29T02:33:00Z" };
const done = { exitCode: 0, message: JSON.stringify(head) };

test("a point whose number another one has meanwhile is taken again, once", async () => {
  const again = cluster({ exitCode: 1, message: taken }, done);
  expect(await again.take()).toEqual({ head, said: "" });
  expect(new Set(again.made).size).toBe(2);
  const never = cluster({ exitCode: 1, message: taken }, { exitCode: 1, message: taken }, done);
  expect(await never.take()).toEqual({ head: undefined, said: taken });
  expect(never.made).toHaveLength(2);
});

test("what failed otherwise, and what did not, is taken once", async () => {
  const full = cluster({ exitCode: 1, message: "not done: this vault is full" });
  expect(await full.take()).toEqual({ head: undefined, said: "not done: this vault is full" });
  expect(full.made).toHaveLength(1);
  const well = cluster(done);
  expect(await well.take()).toEqual({ head, said: "" });
  expect(well.made).toHaveLength(1);
});

test("a point that the clock has begun is waited for, and then one of now is taken", async () => {
  const busy = cluster(done);
  busy.active = [{ name: "gone" }, { name: "restore-point-29400001" }];
  expect(await busy.take()).toEqual({ head, said: "" });
  expect(busy.made).toHaveLength(1);
  expect(busy.watched).toEqual(["gone", "restore-point-29400001", ...busy.made]);
});

test("a point of a service that is stopped waits for none: the clock's pod may wait for the service", async () => {
  const left = cluster(done);
  left.active = [{ name: "restore-point-29400001" }];
  expect((await left.take({ isAlone: true })).head).toEqual(head);
  expect(left.watched).toEqual(left.made);
});

test("a point whose pod was taken away was not taken", async () => {
  const killed = cluster();
  expect(await killed.take()).toEqual({
    head: undefined,
    said: "its pod was not begun, or was taken away before it had ended",
  });
});
