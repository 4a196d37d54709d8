import { Refusal } from "./refusal.ts";

/** Mastodon's queues with the weights of config/sidekiq.yml, v4.6.5. */
const queueWeights = {
  default: 8,
  push: 6,
  ingress: 4,
  mailers: 2,
  pull: 1,
  scheduler: 1,
  fasp: 1,
} as const;

export type QueueName = keyof typeof queueWeights;

export const queueNames = Object.keys(queueWeights) as QueueName[];

/** A command line of sidekiq, parsed. */
export interface SidekiqPlan {
  /** Jobs at once, in all queues together. */
  concurrency: number;
  /** Listened to, in the order of the command line, with their weights. */
  queues: { name: QueueName; weight: number }[];
  /** Seconds that running jobs have after SIGTERM. */
  timeout: number;
}

const valueFlags: Record<string, string> = {
  "-c": "concurrency",
  "--concurrency": "concurrency",
  "-q": "queue",
  "--queue": "queue",
  "-t": "timeout",
  "--timeout": "timeout",
  "-e": "environment",
  "--environment": "environment",
  "-C": "config",
  "--config": "config",
  "-r": "require",
  "--require": "require",
  "-g": "tag",
  "--tag": "tag",
};

/**
 * Reads sidekiq's arguments. Without `-q` it listens to all queues. Throws Refusal for an option that
 * sidekiq does not have, and for a queue that Mastodon does not have: upstream's sidekiq would wait on such
 * a queue for ever.
 */
export function parseSidekiq(args: string[], defaultConcurrency: number): SidekiqPlan {
  const plan: SidekiqPlan = { concurrency: defaultConcurrency, queues: [], timeout: 25 };
  for (const [option, value] of optionsOf(args)) {
    if (option === "queue") plan.queues.push(parseQueue(value));
    if (option === "concurrency") plan.concurrency = wholeNumber("-c", value);
    if (option === "timeout") plan.timeout = wholeNumber("-t", value);
  }
  if (plan.queues.length === 0) {
    plan.queues = queueNames.map((name) => ({ name, weight: queueWeights[name] }));
  }
  const names = plan.queues.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Refusal(`queues: ${twice} cannot be defined twice`);
  return plan;
}

function optionsOf(args: string[]): [string, string][] {
  const options: [string, string][] = [];
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "-v" || word === "--verbose") continue;
    const [flag = "", inline] = word.startsWith("--") ? word.split(/=(.*)/s) : splitShort(word);
    const option = valueFlags[flag];
    if (option === undefined) throw new Refusal(`invalid option: ${word}`);
    const value = inline ?? rest.shift();
    if (value === undefined) throw new Refusal(`missing argument: ${flag}`);
    options.push([option, value]);
  }
  return options;
}

/** `-c5` is `-c 5`. */
function splitShort(word: string): [string, string | undefined] {
  return /^-[a-zA-Z]./.test(word) ? [word.slice(0, 2), word.slice(2)] : [word, undefined];
}

function parseQueue(text: string): { name: QueueName; weight: number } {
  const [name = "", weight] = text.split(",");
  const known = queueNames.find((each) => each === name);
  if (!known) {
    throw new Refusal(`-q ${text}: Mastodon has no queue "${name}"; it has ${queueNames.join(", ")}.`);
  }
  return { name: known, weight: weight === undefined ? 1 : wholeNumber("-q", weight) };
}

function wholeNumber(flag: string, text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new Refusal(`invalid argument: ${flag} ${text}`);
}

/** The most jobs of each queue that may run at once: a share of the concurrency by weight, and at least one. */
export function shares({ concurrency, queues }: SidekiqPlan): Map<QueueName, number> {
  const total = queues.reduce((sum, { weight }) => sum + weight, 0);
  return new Map(
    queues.map(({ name, weight }) => [name, Math.max(1, Math.round((concurrency * weight) / total))]),
  );
}

/** The queues that nobody works. Source: app/lib/admin/system_check/sidekiq_process_check.rb, v4.6.5. */
export function withoutWorker(listened: QueueName[][]): QueueName[] {
  const worked = new Set(listened.flat());
  return queueNames.filter((name) => !worked.has(name));
}
