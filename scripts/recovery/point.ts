import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { copyDeadlineSeconds } from "../../components/foundation/manifest/job.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import type { Head } from "../../components/recovery/points/head.ts";
import { nameIn, pointsName } from "../../components/recovery/points/manifests.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { underway } from "../underway.ts";
import type { Surroundings } from "./points.ts";

/** The point that is to be taken. */
export interface Taking {
  points: Pick<PointsPlan, "service" | "beside">;
  /** Whether half of the files may be gone since the last one. */
  maySmaller: boolean;
  /** Whether none of the service's pods run: then it runs anywhere. */
  isAlone?: boolean;
}

/** A run of the CronJob that a person asks for: the same pod, with the person as its reason. */
export function pointJob(
  cron: Cron,
  { maySmaller, isAlone = false }: Omit<Taking, "points">,
  name: string,
): object {
  const told = ({ env = [], ...container }: Container) => ({
    ...container,
    env: env.flatMap((variable) =>
      variable.name === "REASON"
        ? [
            { name: "REASON", value: "hand" },
            { name: "MAY_BE_SMALLER", value: maySmaller ? "yes" : "no" },
          ]
        : [variable],
    ),
  });
  return jobOf(cron, name, ({ initContainers = [], containers, affinity, ...pod }) => ({
    ...pod,
    ...(affinity && !isAlone && { affinity }),
    initContainers: initContainers.map(told),
    containers: containers.map(told),
  }));
}

type Pod = Cron["spec"]["jobTemplate"]["spec"]["template"]["spec"];

/** A Job of a CronJob's, with its pod changed, for somebody who waits for it. */
export function jobOf({ metadata, spec }: Cron, name: string, change: (pod: Pod) => object): object {
  const { template, ...job } = spec.jobTemplate.spec;
  const { uid } = metadata;
  // It goes with its CronJob: a pod that has ended keeps a volume from being deleted. Not its controller, which would count it.
  const owner =
    uid === undefined ? undefined : { apiVersion: "batch/v1", kind: "CronJob", name: metadata.name, uid };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      ...{ name, namespace: metadata.namespace, labels: metadata.labels },
      ...(owner && { ownerReferences: [owner] }),
    },
    spec: {
      ...job,
      // Whoever asked sees why it failed, and asks again.
      backoffLimit: 0,
      activeDeadlineSeconds: copyDeadlineSeconds,
      ttlSecondsAfterFinished: 86_400,
      template: { ...template, spec: change(template.spec) },
    },
  };
}

export interface Container {
  name?: string;
  args?: string[];
  command?: string[];
  env?: { name: string; value?: string; valueFrom?: object }[];
}

/** The CronJob, as kubectl prints it; without a uid if it is declared and on no cluster yet. */
export interface Cron {
  metadata: { name: string; uid?: string; namespace: string; labels: object };
  /** Its runs by the clock that have not ended. */
  status?: { active?: { name: string }[] };
  spec: {
    jobTemplate: {
      spec: {
        template: { spec: { initContainers?: Container[]; containers: Container[]; affinity?: object } };
      };
    };
  };
}

/** The part of a pod's state that says how its containers ended. */
export interface Ended {
  name: string;
  state?: { terminated?: { exitCode: number; message?: string } };
}

/** Result: the head of the point as its pod left it, or what was said of the reason. */
export interface Taken {
  head: Pick<Head, "sequence" | "takenAt"> | undefined;
  said: string;
}

/** Reason of a failed Job when no container gives one. */
export const takenAway = "its pod was not begun, or was taken away before it had ended";

/** Answer of a vault to a point whose number another one has. Source: programs/vault/server.ts. */
const numberTaken = /answered 403 to POST \/once\/point-/;

/**
 * Takes a point now, and waits for its end. If another one, perhaps of somebody else, was taken meanwhile under the
 * same number, a second try has the next.
 */
export async function takePoint(
  surroundings: Pick<Surroundings, "kubectl">,
  context: string | undefined,
  taking: Taking,
): Promise<Taken> {
  const first = await takeOnce(surroundings, context, taking);
  return numberTaken.test(first.said) ? takeOnce(surroundings, context, taking) : first;
}

async function takeOnce(
  { kubectl }: Pick<Surroundings, "kubectl">,
  context: string | undefined,
  taking: Taking,
): Promise<Taken> {
  const { points, isAlone = false } = taking;
  const namespace = namespaceOf(points.beside);
  const ask = (words: readonly string[], input?: string) =>
    kubectl(
      [...(context === undefined ? [] : [`--context=${context}`]), `--namespace=${namespace}`, ...words],
      input,
    );
  const cron = JSON.parse(await ask(["get", "cronjob", nameIn(points, pointsName), "--output=json"])) as Cron;
  // Its rows may be of before anybody asked; beside it, one of both would find its number taken and be copied once more.
  // Where the service's pods are gone, the clock's may wait for them for ever.
  const begun = isAlone ? [] : (cron.status?.active ?? []);
  for (const { name } of begun) {
    underway({
      en: `${points.service}: the clock's restore point is waited for (Job ${namespace}/${name})`,
      fr: `${points.service} : le point de restauration de l’horloge est attendu (Job ${namespace}/${name})`,
    });
    // One that somebody takes away is over, too.
    await ended(ask, name).catch(() => undefined);
  }
  // Applications of one association are in one namespace, and have theirs taken side by side.
  const name = `${pointsName}-${Math.floor(Date.now() / 1000).toString(36)}-${randomBytes(2).toString("hex")}`;
  underway({
    en: `${points.service}: a restore point is taken (Job ${namespace}/${name})`,
    fr: `${points.service} : un point de restauration est pris (Job ${namespace}/${name})`,
  });
  await ask(["create", "--filename=-"], JSON.stringify(pointJob(cron, taking, name)));
  const end = await ended(ask, name);
  if (!end.isComplete)
    return { head: undefined, said: failedOf(end)?.state?.terminated?.message?.trim() ?? takenAway };
  const message = end.containers.find(({ name }) => name === "finish")?.state?.terminated?.message;
  if (message === undefined) return { head: undefined, said: takenAway };
  return { head: JSON.parse(message) as Pick<Head, "sequence" | "takenAt">, said: "" };
}

/** End of a Job, and what its containers left. */
export interface JobEnd {
  /** Whether Kubernetes says that it completed: a pod that was killed or evicted leaves no container that says no. */
  isComplete: boolean;
  /** Containers of the pods that are still there. */
  containers: Ended[];
}

/** Waits until a Job is over. */
export async function ended(
  ask: (words: readonly string[]) => Promise<string>,
  name: string,
): Promise<JobEnd> {
  for (;;) {
    const { status } = JSON.parse(await ask(["get", "job", name, "--output=json"])) as {
      status?: { conditions?: { type: string; status: string }[] };
    };
    const over = (status?.conditions ?? []).find(
      (condition) => condition.status === "True" && ["Complete", "Failed"].includes(condition.type),
    );
    if (over !== undefined)
      return { isComplete: over.type === "Complete", containers: await left(ask, name) };
    await sleep(2000);
  }
}

async function left(ask: (words: readonly string[]) => Promise<string>, name: string): Promise<Ended[]> {
  const { items } = JSON.parse(
    await ask(["get", "pods", `--selector=job-name=${name}`, "--output=json"]),
  ) as {
    items: { status?: { initContainerStatuses?: Ended[]; containerStatuses?: Ended[] } }[];
  };
  return items.flatMap(({ status }) => [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ]);
}

/** The container that failed; undefined if none says so. */
export function failedOf({ containers }: JobEnd): Ended | undefined {
  return containers.find(({ state }) => state?.terminated?.exitCode !== 0);
}
