import { setTimeout as sleep } from "node:timers/promises";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import type { Head } from "../../components/recovery/points/head.ts";
import { pointsName } from "../../components/recovery/points/manifests.ts";
import type { Surroundings } from "./points.ts";

/** What is to be taken. */
export interface Taking {
  commune: string;
  service: string;
  /** Whether half of the files may be gone since the last one. */
  maySmaller: boolean;
}

/** A run of the CronJob that a person asks for: the same pod, told who asks. */
export function pointJob({ metadata, spec }: Cron, { maySmaller }: Taking, name: string): object {
  const { template, ...job } = spec.jobTemplate.spec;
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
  const { initContainers = [], containers } = template.spec;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name, namespace: metadata.namespace, labels: metadata.labels },
    spec: {
      ...job,
      // Whoever asked sees why it failed, and asks again.
      backoffLimit: 0,
      ttlSecondsAfterFinished: 86_400,
      template: {
        ...template,
        spec: {
          ...template.spec,
          initContainers: initContainers.map(told),
          containers: containers.map(told),
        },
      },
    },
  };
}

interface Container {
  env?: { name: string; value?: string }[];
}

/** The CronJob, as kubectl tells it. */
export interface Cron {
  metadata: { namespace: string; labels: object };
  spec: {
    jobTemplate: { spec: { template: { spec: { initContainers?: Container[]; containers: Container[] } } } };
  };
}

/** The part of a pod's state that tells how its containers ended. */
interface Ended {
  name: string;
  state?: { terminated?: { exitCode: number; message?: string } };
}

/** What came of it: the head of the point as its pod left it, or what was said of the reason. */
export interface Taken {
  head: Pick<Head, "sequence" | "takenAt"> | undefined;
  said: string;
}

/** Takes a point now, and waits for its end. */
export async function takePoint(
  { kubectl }: Surroundings,
  context: string | undefined,
  taking: Taking,
): Promise<Taken> {
  const namespace = namespaceOf(taking);
  const ask = (words: readonly string[], input?: string) =>
    kubectl(
      [...(context === undefined ? [] : [`--context=${context}`]), `--namespace=${namespace}`, ...words],
      input,
    );
  const cron = JSON.parse(await ask(["get", "cronjob", pointsName, "--output=json"])) as Cron;
  const name = `${pointsName}-${Math.floor(Date.now() / 1000).toString(36)}`;
  await ask(["create", "--filename=-"], JSON.stringify(pointJob(cron, taking, name)));
  for (;;) {
    const job = JSON.parse(await ask(["get", "job", name, "--output=json"])) as {
      status?: { conditions?: { type: string; status: string; message?: string }[] };
    };
    const end = (job.status?.conditions ?? []).find(
      ({ type, status }) => status === "True" && (type === "Complete" || type === "Failed"),
    );
    if (end !== undefined) {
      const pods = await ask(["get", "pods", `--selector=job-name=${name}`, "--output=json"]);
      return takenIn(JSON.parse(pods) as Parameters<typeof takenIn>[0], end.message ?? end.type);
    }
    await sleep(2000);
  }
}

function takenIn(
  { items }: { items: { status?: { initContainerStatuses?: Ended[]; containerStatuses?: Ended[] } }[] },
  otherwise: string,
): Taken {
  const ended = items.flatMap(({ status }) => [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ]);
  const bad = ended.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (bad !== undefined)
    return { head: undefined, said: (bad.state?.terminated?.message ?? otherwise).trim() };
  const message = ended.find(({ name }) => name === "finish")?.state?.terminated?.message;
  if (message === undefined) return { head: undefined, said: otherwise };
  return { head: JSON.parse(message) as Pick<Head, "sequence" | "takenAt">, said: "" };
}
