import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { nameIn, pointsName } from "../../components/recovery/points/manifests.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";

/** Findings of the last run of a service's points; empty if the cluster remembers none. */
export interface LastRun {
  /** Time at which it proved all that a vault lists, ISO 8601, by host. */
  proved: Readonly<Record<string, string>>;
  /** Repositories of earlier points that are damaged. */
  damaged?: string;
  /** Reason why a bucket makes points useless before their time. */
  expiring?: string;
}

/** The pods of a service's points, as kubectl prints them. */
interface Pods {
  items: {
    status?: {
      containerStatuses?: { name: string; state?: { terminated?: { exitCode: number; message?: string } } }[];
    };
  }[];
}

/** Message that the pod of a successful point left. */
interface PointRun extends Partial<LastRun> {
  sequence: number;
  hash: string;
}

/** Returns the last points that the cluster knows of; empty without a cluster, which is what points are for. */
export async function runsInCluster(
  { kubectl }: { kubectl(words: readonly string[]): Promise<string> },
  points: PointsPlan,
  context: string | undefined,
): Promise<PointRun[]> {
  const words = [
    ...(context === undefined ? [] : [`--context=${context}`]),
    ...["get", "pods", `--namespace=${namespaceOf(points.beside)}`, "--output=json"],
    `--selector=app.kubernetes.io/component=${nameIn(points, pointsName)}`,
  ];
  const pods = await kubectl(words).then(
    (text) => (JSON.parse(text) as Pods).items,
    () => [],
  );
  return pods.flatMap(({ status }) =>
    (status?.containerStatuses ?? []).flatMap(({ state }) => {
      const { exitCode, message = "" } = state?.terminated ?? {};
      const isPoint = /^\{"sequence":\d+,.*"hash":"[0-9a-f]{64}"\}$/.test(message);
      return exitCode === 0 && isPoint ? [JSON.parse(message) as PointRun] : [];
    }),
  );
}
