import { type Job, Queue, Worker } from "bullmq";
import type { Settings } from "../configuration/settings.ts";
import { log, reason, throttled } from "../log.ts";

/** The jobs of the double, by the names that upstream gives them, and how often each one is tried. */
const attempts = {
  "activitypub-follow": 5,
  "activitypub-http-unicast": 1,
  "activitypub-http-broadcast": 1,
  "activitypub-http-fetcher": 2,
  "video-transcoding": 1,
} as const;

export type JobType = keyof typeof attempts;
export type JobData = Record<string, unknown>;
export type Handlers = Record<JobType, (data: JobData) => Promise<void>>;

const types = Object.keys(attempts) as JobType[];
const states = ["active", "completed", "failed", "waiting", "delayed"] as const;
type State = (typeof states)[number];

/** Milliseconds between two lines about a Redis that is unavailable; the real server writes thousands of them. */
const quiet = 10_000;

/** Address of Redis; the client waits for it. */
export function redisOptions({ redis }: Settings) {
  return {
    host: redis.hostname ?? "127.0.0.1",
    port: redis.port ?? 6379,
    db: redis.db,
    ...(redis.auth && { password: redis.auth }),
    maxRetriesPerRequest: null,
    retryStrategy: () => 1000,
  };
}

/** Filters of a list of jobs. */
export interface WantedJobs {
  state: string | undefined;
  type: string | undefined;
  count: number;
}

/** Calls of a server to its queue. */
export interface JobQueue {
  start(settings: Settings, host: string, handlers: Handlers): void;
  add(type: JobType, data: JobData): void;
  list(wanted: WantedJobs): Promise<{ total: number; data: unknown[] }>;
  close(): Promise<void>;
}

/**
 * The job queues, in Redis under `bull-<host>`. Without Redis nothing fails: jobs are added and done when it
 * comes, and a list of them never answers, as with the real server.
 */
export class Jobs implements JobQueue {
  private readonly queues = new Map<JobType, Queue>();
  private readonly workers: Worker[] = [];
  private readonly complain = throttled(quiet, (message) => log.error(message));

  constructor(settings: Settings, host: string) {
    const options = { connection: redisOptions(settings), prefix: `bull-${host}` };
    for (const type of types) {
      const queue = new Queue(type, options);
      queue.on("error", (error) => this.complain(`Redis failed to connect: ${reason(error)}`));
      this.queues.set(type, queue);
    }
  }

  /** Begins to do the jobs, one of each type at a time. */
  start(settings: Settings, host: string, handlers: Handlers): void {
    for (const type of types) {
      const work = (job: Job) => handlers[type](job.data as JobData);
      const worker = new Worker(type, work, { connection: redisOptions(settings), prefix: `bull-${host}` });
      worker.on("error", (error) => this.complain(`Error in job worker ${type}: ${reason(error)}`));
      worker.on("failed", (job, error) =>
        log.error(`Cannot execute job ${job?.id} in queue ${type}.`, error),
      );
      this.workers.push(worker);
    }
  }

  /** Adds a job, and does not wait for it to be stored. */
  add(type: JobType, data: JobData): void {
    const queue = this.queues.get(type);
    const options = {
      attempts: attempts[type],
      backoff: { type: "exponential", delay: 60_000 },
      removeOnComplete: 100,
      removeOnFail: 100,
    };
    queue?.add("job", data, options).catch((error) => log.error(`Cannot create job ${type}.`, error));
  }

  /** The newest jobs in a state, or in any, of one type or of all. Never answers while Redis is unavailable. */
  async list(wantedJobs: WantedJobs): Promise<{ total: number; data: unknown[] }> {
    const { state, type: only, count } = wantedJobs;
    const wanted = states.filter((each) => state === undefined || each === state);
    const all: { createdAt: Date; state: State }[] = [];
    for (const [type, queue] of this.queues) {
      if (only !== undefined && only !== type) continue;
      for (const each of wanted) {
        const jobs = await queue.getJobs([each], 0, count - 1);
        all.push(...jobs.map((job) => described(job, type, each)));
      }
    }
    all.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
    return { total: all.length, data: all.slice(0, count) };
  }

  /** Lets the jobs under way end, for at most two seconds when Redis is unavailable. */
  async close(): Promise<void> {
    const closing = Promise.allSettled(
      [...this.workers, ...this.queues.values()].map((each) => each.close()),
    );
    const limit = new Promise((done) => setTimeout(done, 2_000).unref());
    await Promise.race([closing, limit]);
  }
}

/** Whether a text is one of the states that can be listed. */
export function isJobState(state: string): boolean {
  return (states as readonly string[]).includes(state);
}

function described(job: Job, type: JobType, state: State) {
  return {
    id: job.id,
    state,
    type,
    data: job.data as unknown,
    priority: 1,
    progress: 0,
    error: job.failedReason ? { message: job.failedReason } : null,
    createdAt: new Date(job.timestamp),
    finishedOn: job.finishedOn ? new Date(job.finishedOn) : null,
    processedOn: job.processedOn ? new Date(job.processedOn) : null,
  };
}
