import * as z from "zod";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { podOf } from "./pods.ts";
import type { ObjectsRule, Violation } from "./rule.ts";

/** Whether a command runs the queue from which Mastodon's recurring jobs begin: every Sidekiq that names no queues does. */
function beginsJobs({
  command = [],
  args = [],
}: {
  command?: string[] | undefined;
  args?: string[] | undefined;
}) {
  const words = [...command, ...args];
  if (!words.some((word) => word === "sidekiq" || word.endsWith("/sidekiq"))) return false;
  const queues = words.filter((_, index) => ["-q", "--queue"].includes(words[index - 1] ?? ""));
  return queues.length === 0 || queues.some((queue) => queue.split(",")[0] === "scheduler");
}

const repeated = z.object({
  replicas: z.int().optional(),
  strategy: z.object({ type: z.string().optional() }).optional(),
});

/** Returns the fault of a scheduler that can run beside itself; undefined if it cannot. */
function besideItself({ kind, spec }: KubernetesObject): string | undefined {
  const { replicas = 1, strategy } = repeated.parse(spec);
  if (replicas > 1)
    return `starts ${replicas} of Mastodon's schedulers, and each job would begin as often. Write replicas: 1.`;
  return kind !== "Deployment" || strategy?.type === "Recreate"
    ? undefined
    : "starts its next scheduler of Mastodon's before the last one has ended. Write strategy: { type: Recreate }.";
}

const oneScheduler: ObjectsRule = {
  id: "one-scheduler",
  level: "mandatory",
  serves: "security",
  description: {
    en: "One process alone begins Mastodon's recurring jobs, so that none is done twice.",
    fr: "Un seul programme lance les tâches régulières de Mastodon, pour qu’aucune ne soit faite deux fois.",
  },
  examples: { keeps: "one Deployment with `-q scheduler`, replicas: 1, Recreate", breaks: "replicas: 2" },
  reads: "objects",
  check: (objects) => {
    const schedulers = objects.filter((object) => podOf(object)?.containers.some(beginsJobs));
    return schedulers.flatMap((object): Violation[] => {
      const what = nameOf(object);
      const first = schedulers.find(({ metadata }) => metadata.namespace === object.metadata.namespace);
      const second =
        first === object || first === undefined
          ? undefined
          : `begins Mastodon's recurring jobs, and so does ${nameOf(first)}. Leave the queue scheduler to one of them.`;
      return [second, besideItself(object)].flatMap((message) => (message ? [{ what, message }] : []));
    });
  },
};

export const schedulerRules = [oneScheduler];
