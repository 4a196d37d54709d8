import { setTimeout as sleep } from "node:timers/promises";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { nameIn, restoreName } from "../../components/recovery/points/manifests.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { spoken } from "../language.ts";
import type { Runs } from "./runs.ts";

interface Volumes {
  volumes?: { persistentVolumeClaim?: { claimName: string }; secret?: { secretName?: string } }[];
  containers?: { env?: { valueFrom?: { secretKeyRef?: { name?: string } } }[] }[];
}

interface Workload {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: {
    replicas?: number;
    suspend?: boolean;
    ingressClassName?: string;
    template?: { spec: Volumes };
    jobTemplate?: { spec: { template: { spec: Volumes } } };
  };
}

interface Pod {
  metadata: { name: string };
  spec: Volumes;
  status: { phase: string };
}

interface Job {
  metadata: { name: string; ownerReferences?: unknown[]; annotations?: Record<string, string> };
  spec: { suspend?: boolean; template: { spec: Volumes } };
  status?: { conditions?: { type: string; status: string }[] };
}

/** Annotation with the number of pods that a workload had before a restore stopped them. */
const replicasMark = "commune.cloud/replicas-before-restore";

/** A Job or CronJob that a restore has suspended. */
const suspendedMark = "commune.cloud/suspended-for-restore";

/** Time that pods on a volume may take to end, in milliseconds: a restore point that has begun is one of them. */
const patience = 30 * 60_000;

/** The class of an Ingress before a restore took it away from its controller. */
const doorMark = "commune.cloud/class-before-restore";

/** A class that no controller has. */
const shut = "shut";

/** Receives what was done, in a line. */
export type Said = (line: string) => void;

/**
 * A service that stands still: nobody comes in, and nothing of it uses its volumes. What it was before is marked on its
 * objects, for whoever starts it again.
 */
export class Standstill {
  constructor(
    private readonly runs: Pick<Runs, "kubectl" | "list">,
    private readonly points: PointsPlan,
  ) {}

  /**
   * Nobody may use the volumes: what does ends, and is marked, so that a later run starts what this one stopped. Throws,
   * and starts it all again, when a pod does not end within half an hour.
   */
  async stop(said: Said, now = () => Date.now()): Promise<void> {
    for (const { kind, name, spec } of await this.workloads()) {
      if (!spec.template || !this.uses(spec.template.spec) || !spec.replicas) continue;
      await this.annotate(kind, name, `${replicasMark}=${spec.replicas}`);
      await this.runs.kubectl(["scale", kind, name, "--replicas=0"]);
    }
    for (const { name, isSuspended } of await this.schedules())
      if (!isSuspended) await this.suspendMarked("cronjob", name);
    // One that waits for something that does not come would be waited for without end.
    for (const { metadata } of await this.jobs()) await this.suspendMarked("job", metadata.name);
    const until = now() + patience;
    for (;;) {
      const pods = await this.runs.list<Pod>("pods");
      const left = pods.filter(
        ({ status, spec }) => !["Succeeded", "Failed"].includes(status.phase) && this.uses(spec),
      );
      if (left.length === 0) break;
      if (now() > until) {
        await this.start(said);
        const names = left.map(({ metadata }) => metadata.name).join(", ");
        throw new TranslatedError({
          en: `${names} did not end within ${patience / 60_000} minutes, and uses what is to be exchanged. Nothing was exchanged. See what it waits for with kubectl describe pod, and begin again.`,
          fr: `${names} : pas terminé en ${patience / 60_000} minutes, et s’en sert encore. Rien n’a été échangé. Voyez ce qu’il attend avec kubectl describe pod, et recommencez.`,
        });
      }
      await sleep(1000);
    }
    said(spoken({ en: `${this.points.service} is stopped.`, fr: `${this.points.service} est arrêté.` }));
  }

  /** Starts what {@link stop} stopped. What another application of the association has stopped in their namespace stays. */
  async start(said: Said): Promise<void> {
    for (const { name, annotations } of await this.schedules())
      if (annotations?.[suspendedMark] !== undefined) await this.resume("cronjob", name);
    for (const { metadata, spec } of await this.runs.list<Job>("jobs")) {
      if (metadata.annotations?.[suspendedMark] === undefined || !this.uses(spec.template.spec)) continue;
      await this.resume("job", metadata.name);
    }
    const stopped = (await this.workloads()).flatMap(({ kind, name, annotations, spec }) => {
      const replicas = annotations?.[replicasMark];
      const isOurs = spec.template !== undefined && this.uses(spec.template.spec);
      return replicas === undefined || !isOurs ? [] : [{ kind, name, replicas }];
    });
    // All of them before any is waited for: some run only beside others.
    for (const { kind, name, replicas } of stopped) {
      await this.runs.kubectl(["scale", kind, name, `--replicas=${replicas}`]);
    }
    for (const { kind, name } of stopped) {
      await this.runs.kubectl(["rollout", "status", kind, name, "--timeout=15m"]);
      await this.annotate(kind, name, `${replicasMark}-`);
    }
    said(
      spoken({ en: `${this.points.service} serves again.`, fr: `${this.points.service} sert de nouveau.` }),
    );
  }

  /** Nobody comes in from outside, while the service itself runs. */
  async shut(): Promise<void> {
    for (const { metadata, spec } of await this.runs.list<Workload>("ingresses")) {
      if (spec.ingressClassName === shut) continue;
      await this.annotate("ingress", metadata.name, `${doorMark}=${spec.ingressClassName ?? ""}`);
      await this.setClass(metadata.name, shut);
    }
  }

  async open(): Promise<void> {
    for (const { metadata } of await this.runs.list<Workload>("ingresses")) {
      const had = metadata.annotations?.[doorMark];
      if (had === undefined) continue;
      await this.setClass(metadata.name, had === "" ? null : had);
      await this.annotate("ingress", metadata.name, `${doorMark}-`);
    }
  }

  /** Whether pods use a volume that is exchanged, or a Secret that opens the rows or the bucket. */
  private uses({ volumes = [], containers = [] }: Volumes): boolean {
    const { contents, rows } = this.points;
    const claims = contents.volumes.map(({ name }) => name);
    const own = [rows?.secret, contents.secret].filter((name) => name !== undefined);
    const inVariables = containers.flatMap(({ env = [] }) =>
      env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? ""),
    );
    return (
      volumes.some(
        ({ persistentVolumeClaim, secret }) =>
          claims.includes(persistentVolumeClaim?.claimName ?? "") || own.includes(secret?.secretName ?? ""),
      ) || inVariables.some((name) => own.includes(name))
    );
  }

  /** Workloads that keep pods running: an application's, or the directory's. */
  private async workloads() {
    const of = async (kind: "deployment" | "statefulset") =>
      (await this.runs.list<Workload>(`${kind}s`)).map(({ metadata, spec }) => ({
        kind,
        spec,
        ...metadata,
      }));
    return [...(await of("deployment")), ...(await of("statefulset"))];
  }

  /** The CronJobs that use the volumes, but for the one whose runs a restore is. */
  private async schedules() {
    const all = await this.runs.list<Workload>("cronjobs");
    return all.flatMap(({ metadata: { name, annotations }, spec: { jobTemplate, suspend } }) =>
      name !== nameIn(this.points, restoreName) && jobTemplate && this.uses(jobTemplate.spec.template.spec)
        ? [{ name, annotations, isSuspended: suspend === true }]
        : [],
    );
  }

  /** Jobs that use the volumes and have not ended, but for runs of a CronJob: a restore point that has begun gets to its end. */
  private async jobs(): Promise<Job[]> {
    return (await this.runs.list<Job>("jobs")).filter(
      ({ metadata: { ownerReferences = [] }, spec, status: { conditions = [] } = {} }) =>
        ownerReferences.length === 0 &&
        spec.suspend !== true &&
        this.uses(spec.template.spec) &&
        !conditions.some(({ type, status }) => ["Complete", "Failed"].includes(type) && status === "True"),
    );
  }

  private async suspendMarked(kind: "cronjob" | "job", name: string): Promise<void> {
    await this.annotate(kind, name, `${suspendedMark}=true`);
    await this.suspend(kind, name, true);
  }

  private async resume(kind: "cronjob" | "job", name: string): Promise<void> {
    await this.suspend(kind, name, false);
    await this.annotate(kind, name, `${suspendedMark}-`);
  }

  private async suspend(kind: "cronjob" | "job", name: string, suspend: boolean): Promise<void> {
    const patch = JSON.stringify({ spec: { suspend } });
    await this.runs.kubectl(["patch", kind, name, "--type=merge", "--patch", patch]);
  }

  private async setClass(name: string, ingressClassName: string | null): Promise<void> {
    const patch = JSON.stringify({ spec: { ingressClassName } });
    await this.runs.kubectl(["patch", "ingress", name, "--type=merge", "--patch", patch]);
  }

  private async annotate(kind: string, name: string, annotation: string): Promise<void> {
    await this.runs.kubectl(["annotate", "--overwrite", kind, name, annotation]);
  }
}
