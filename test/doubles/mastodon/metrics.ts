import { createServer, type Server } from "node:http";
import { type Environment, number, present } from "./environment.ts";
import type { Jobs } from "./jobs.ts";
import type { QueueName } from "./queues.ts";

/**
 * Opens the metrics of the queues of a process of Sidekiq, if it is to: how many jobs wait, and for how long. Of a real
 * one's series these two. Source: config/initializers/{prometheus_exporter,sidekiq}.rb of v4.6.5, and
 * server/sidekiq_queue_collector.rb of prometheus_exporter.
 */
export function openMetrics(
  queues: readonly QueueName[],
  jobs: Pick<Jobs, "waiting">,
  env: Environment,
): Server | undefined {
  const isOn = (name: string) => env[`MASTODON_PROMETHEUS_EXPORTER_${name}`] === "true";
  if (!isOn("ENABLED") || !isOn("LOCAL")) return undefined;
  const server = createServer((request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end("Not Found! The Prometheus Ruby Exporter only listens on /metrics\n");
      return;
    }
    series(isOn("SIDEKIQ_DETAILED_METRICS") ? queues : [], jobs).then(
      (text) => response.writeHead(200, { "Content-Type": "text/plain; charset=utf-8" }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  const host = present(env, "MASTODON_PROMETHEUS_EXPORTER_HOST") ?? "localhost";
  server.on("error", (error) => console.error(`Failed to start prometheus collector web: ${error.message}`));
  return server.listen(number(env, "MASTODON_PROMETHEUS_EXPORTER_PORT", 9394), host);
}

async function series(queues: readonly QueueName[], jobs: Pick<Jobs, "waiting">): Promise<string> {
  const lines = await Promise.all(
    queues.map(async (queue) => {
      const { count, seconds } = await jobs.waiting(queue);
      return [
        `sidekiq_queue_backlog{queue="${queue}"} ${count}`,
        `sidekiq_queue_latency_seconds{queue="${queue}"} ${seconds}`,
      ];
    }),
  );
  return ["collector_working 1", ...lines.flat(), ""].join("\n");
}
