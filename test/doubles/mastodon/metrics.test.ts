import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openMetrics } from "./metrics.ts";

const jobs = { waiting: async () => ({ count: 2, seconds: 901 }) };
const on = {
  MASTODON_PROMETHEUS_EXPORTER_ENABLED: "true",
  MASTODON_PROMETHEUS_EXPORTER_LOCAL: "true",
  MASTODON_PROMETHEUS_EXPORTER_HOST: "127.0.0.1",
  MASTODON_PROMETHEUS_EXPORTER_PORT: "0",
};

/** Returns the text of a process that works `scheduler`. */
async function told(env: Readonly<Record<string, string>>): Promise<string> {
  const server = openMetrics(["scheduler"], jobs, env);
  if (server === undefined) throw new Error("It tells nothing.");
  try {
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  } finally {
    server.close();
  }
}

test("a process of Sidekiq says how its queues are where both switches are on, and in detail with the third", async () => {
  expect(await told(on)).toBe("collector_working 1\n");
  const detailed = { ...on, MASTODON_PROMETHEUS_EXPORTER_SIDEKIQ_DETAILED_METRICS: "true" };
  expect(await told(detailed)).toContain('sidekiq_queue_latency_seconds{queue="scheduler"} 901');
  expect(openMetrics(["scheduler"], jobs, { MASTODON_PROMETHEUS_EXPORTER_ENABLED: "true" })).toBeUndefined();
});
