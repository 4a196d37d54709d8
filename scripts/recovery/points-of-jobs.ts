import { pointsName } from "../../components/recovery/points/manifests.ts";
import type { Runs } from "./runs.ts";

/** The points that the pods of Jobs left in a service's namespace, each with its Job: the newest last. */
export async function pointsOfJobs(
  service: Runs,
): Promise<{ job: string; sequence: number; takenAt: string }[]> {
  const pods = await service.list<JobPod>("pods", `--selector=app.kubernetes.io/component=${pointsName}`);
  return pods
    .flatMap(({ metadata, status }) =>
      (status?.containerStatuses ?? []).flatMap(({ name, state }) => {
        const { exitCode, message = "" } = state?.terminated ?? {};
        const job = metadata.labels?.["job-name"];
        if (name !== "finish" || exitCode !== 0 || job === undefined || !message.startsWith("{")) return [];
        const { sequence, takenAt } = JSON.parse(message) as { sequence: number; takenAt: string };
        return [{ job, sequence, takenAt }];
      }),
    )
    .sort((one, other) => one.sequence - other.sequence);
}

interface JobPod {
  metadata: { labels?: Record<string, string> };
  status?: {
    containerStatuses?: { name: string; state?: { terminated?: { exitCode: number; message?: string } } }[];
  };
}
