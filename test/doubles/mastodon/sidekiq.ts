import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { type Job, Worker } from "bullmq";
import { isPendingMigration } from "./database.ts";
import { type Environment, number, present, redisAddress } from "./environment.ts";
import { createFediverse, type Fediverse } from "./federation/fediverse.ts";
import { deliverToRelay, relayWorker } from "./federation/representative.ts";
import { fanOut, tellDeleted } from "./feeds.ts";
import { home, requirePlaces } from "./home.ts";
import { jobPrefix } from "./jobs.ts";
import { openMetrics } from "./metrics.ts";
import { Registration } from "./processes.ts";
import { parseSidekiq, type QueueName, type SidekiqPlan, shares } from "./queues.ts";
import { Refusal } from "./refusal.ts";
import { checkFirstBoot } from "./schema/first-boot.ts";
import { closeServices, openServices, type Services } from "./services.ts";
import { Site } from "./site.ts";
import type { Status } from "./store/statuses.ts";

type WorkerClass = (data: Record<string, unknown>) => Promise<void>;

/** `sidekiq …`: works the queues until SIGTERM, then ends what runs. Throws Refusal. */
export async function serveSidekiq(args: string[], env: Environment, version: string): Promise<void> {
  const plan = parseSidekiq(args, number(env, "SIDEKIQ_CONCURRENCY", 5));
  requireEnoughConnections(plan, env);
  const services = await openServices(env, version, plan.concurrency);
  requirePlaces(services.settings);
  await requireSchema(services);
  const site = new Site(services);
  const fediverse = createFediverse(site);
  const registration = new Registration(
    services.redis,
    plan.queues.map(({ name }) => name),
  );
  await registration.start();
  const ending = new AbortController();
  const started = fediverse.start(ending.signal);
  const classes = workerClasses(site, fediverse);
  const workers = [...shares(plan)].map(([queue, concurrency]) => listen(queue, concurrency, classes, env));
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  if (plan.queues.some(({ name }) => name === "scheduler")) await schedule(services);
  const told = openMetrics(
    plan.queues.map(({ name }) => name),
    services.jobs,
    env,
  );
  const ready = readyFile(env);
  if (ready) await writeFile(ready, "");
  const names = plan.queues.map(({ name, weight }) => `${name},${weight}`).join(" ");
  console.log(`Sidekiq (double of Mastodon ${version}) works ${names} with ${plan.concurrency} threads`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
  });
  console.log("Shutting down, waiting for jobs to finish");
  told?.close();
  if (ready) await rm(ready, { force: true });
  await drain(workers, plan.timeout);
  ending.abort();
  await started;
  await registration.stop();
  await closeServices(services);
  console.log("Bye!");
}

/** Upstream's threads would time out one by one when they share too few connections. */
function requireEnoughConnections({ concurrency }: SidekiqPlan, env: Environment): void {
  const pool = number(env, "DB_POOL", concurrency);
  if (pool >= concurrency) return;
  throw new Refusal(
    `DB_POOL is ${pool} and sidekiq has ${concurrency} threads: each thread needs a connection.`,
  );
}

async function requireSchema({ pool, settings }: Services): Promise<void> {
  try {
    await checkFirstBoot(pool, settings);
  } catch (error) {
    if (!isPendingMigration(error)) throw error;
    throw new Refusal(
      "The database has no tables yet: run `bin/rails db:prepare` first. Every job would fail.",
    );
  }
}

/** Source: config/initializers/sidekiq.rb of v4.6.5. */
function readyFile(env: Environment): string | undefined {
  const name = present(env, "MASTODON_SIDEKIQ_READY_FILENAME");
  if (name === undefined) return undefined;
  if (basename(name) !== name) throw new Refusal("MASTODON_SIDEKIQ_READY_FILENAME is not a valid filename");
  return join(home, "tmp", name);
}

function listen(
  queue: QueueName,
  concurrency: number,
  classes: Map<string, WorkerClass>,
  env: Environment,
): Worker {
  const work = async ({ name, data }: Job) => {
    const workerClass = classes.get(name);
    if (!workerClass) throw new Error(`there is no worker class ${name}`);
    await workerClass(data);
  };
  const connection = { ...redisAddress(env, "SIDEKIQ_"), family: 0 };
  const worker = new Worker(queue, work, { connection, prefix: jobPrefix, concurrency });
  worker.on("completed", (job) => console.log(`class=${job.name} queue=${queue} jid=${job.id}: done`));
  worker.on("failed", (job, error) =>
    console.error(`class=${job?.name} queue=${queue} jid=${job?.id}: fail: ${error.message}`),
  );
  worker.on("error", (error) => console.error(`queue=${queue}: ${error.message}`));
  return worker;
}

async function drain(workers: Worker[], seconds: number): Promise<void> {
  const closed = Promise.all(workers.map((worker) => worker.close()));
  const late = new Promise<"late">((resolve) => {
    setTimeout(() => resolve("late"), seconds * 1000).unref();
  });
  if ((await Promise.race([closed, late])) !== "late") return;
  console.warn("Terminating jobs that did not end in time; they go back to their queue");
  await Promise.all(workers.map((worker) => worker.close(true)));
}

const vacuum = "Scheduler::VacuumScheduler";

/** The one scheduled job that the double has; upstream has many. */
async function schedule({ jobs }: Services): Promise<void> {
  await jobs.every(5 * 60_000, "scheduler", vacuum);
}

function workerClasses(site: Site, fediverse: Fediverse): Map<string, WorkerClass> {
  const classes = new Map<string, WorkerClass>(
    fediverse.queues.map((queue) => [queue.worker, (data) => queue.work(data)]),
  );
  classes.set("DistributionWorker", async ({ status: id }) => {
    const status = await site.statuses.find(String(id));
    const author = status && (await site.accounts.find(status.account_id));
    if (!status || !author) return;
    const followers = await site.follows.followers(author.id);
    const readers = followers.filter(({ domain }) => domain === null).map((each) => each.id);
    await fanOut(status, [author.id, ...readers], site);
    if (status.visibility !== "direct") await fediverse.publish(status, author);
  });
  classes.set("RemovalWorker", async (data) => {
    const status = data.status as Status;
    const author = await site.accounts.find(status.account_id);
    await tellDeleted(status, site);
    await site.media.removeOf(status.id);
    if (author) await fediverse.retract(status, author);
  });
  classes.set(relayWorker, (letter) => deliverToRelay(letter, site));
  classes.set(vacuum, async () => {
    await site.services.redis.set("double:vacuum", new Date().toISOString());
  });
  return classes;
}
