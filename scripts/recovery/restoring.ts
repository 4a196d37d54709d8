import { setTimeout as sleep } from "node:timers/promises";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import type { AfterFiles } from "../../components/foundation/restore-point/contract.ts";
import { restoreName } from "../../components/recovery/points/manifests.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import type { RestorePreview, RestoreStep } from "../../components/recovery/points/settings.ts";
import { type Container, type Cron, ended } from "./point.ts";
import type { Surroundings } from "./points.ts";

interface Of {
  commune: string;
  points: PointsPlan;
  sequence: number;
  context: string | undefined;
}

interface Volumes {
  volumes?: { persistentVolumeClaim?: { claimName: string } }[];
}

interface Workload {
  metadata: { name: string; annotations?: Record<string, string> };
  spec: {
    replicas?: number;
    template?: { spec: Volumes };
    jobTemplate?: { spec: { template: { spec: Volumes } } };
  };
}

/** How many pods a workload had before a restore took them away. */
const mark = "commune.cloud/replicas-before-restore";

/** One restore of a service's files, step by step, as runs of what is registered and suspended in its namespace. */
export class Restoring {
  constructor(
    private readonly surroundings: Surroundings,
    private readonly of: Of,
  ) {}

  async preview(): Promise<RestorePreview> {
    return JSON.parse(await this.step("preview")) as RestorePreview;
  }

  async bring(): Promise<void> {
    await this.step("bring");
  }

  async release(): Promise<void> {
    await this.step("release");
  }

  /**
   * Stops the service, exchanges the files, tells it, and starts it again. What it could not be told would be wrong for
   * whoever comes next: then the files are exchanged again before it starts.
   */
  async exchange(way: "there" | "back", said: (line: string) => void): Promise<void> {
    await this.stop();
    said(`${this.of.points.service} is stopped.`);
    try {
      await this.step(way);
      await this.tell("before people return", said).catch(async (error: unknown) => {
        await this.step(way === "there" ? "back" : "there");
        throw error;
      });
    } finally {
      await this.start();
    }
    said(`${this.of.points.service} serves again.`);
    await this.tell("while it serves", said);
  }

  private kubectl(words: readonly string[], input?: string): Promise<string> {
    const { context, commune, points } = this.of;
    const namespace = namespaceOf({ commune, service: points.service });
    const where = [...(context === undefined ? [] : [`--context=${context}`]), `--namespace=${namespace}`];
    return this.surroundings.kubectl([...where, ...words], input);
  }

  private async list(kind: string): Promise<Workload[]> {
    return (JSON.parse(await this.kubectl(["get", kind, "--output=json"])) as { items: Workload[] }).items;
  }

  /** Whether pods use one of the volumes that are exchanged. */
  private uses({ volumes = [] }: Volumes): boolean {
    const claims = this.of.points.contents.volumes.map(({ name }) => name);
    return volumes.some((volume) => claims.includes(volume.persistentVolumeClaim?.claimName ?? ""));
  }

  /** The CronJobs that use the volumes, but for the one whose runs a restore is. */
  private async schedules(): Promise<string[]> {
    return (await this.list("cronjobs")).flatMap(({ metadata: { name }, spec: { jobTemplate } }) =>
      name !== restoreName && jobTemplate && this.uses(jobTemplate.spec.template.spec) ? [name] : [],
    );
  }

  /** Nobody may use the volumes: what does ends, and is marked, so that a later run starts what this one stopped. */
  private async stop(): Promise<void> {
    for (const { metadata, spec } of await this.list("deployments")) {
      if (!spec.template || !this.uses(spec.template.spec) || !spec.replicas) continue;
      await this.kubectl([
        "annotate",
        "--overwrite",
        "deployment",
        metadata.name,
        `${mark}=${spec.replicas}`,
      ]);
      await this.kubectl(["scale", "deployment", metadata.name, "--replicas=0"]);
    }
    for (const name of await this.schedules()) await this.suspend(name, true);
    for (;;) {
      const { items } = JSON.parse(await this.kubectl(["get", "pods", "--output=json"])) as { items: Pod[] };
      const isLeft = items.some(
        ({ status, spec }) => !["Succeeded", "Failed"].includes(status.phase) && this.uses(spec),
      );
      if (!isLeft) return;
      await sleep(1000);
    }
  }

  private async start(): Promise<void> {
    for (const name of await this.schedules()) await this.suspend(name, false);
    for (const { metadata } of await this.list("deployments")) {
      const replicas = metadata.annotations?.[mark];
      if (replicas === undefined) continue;
      await this.kubectl(["scale", "deployment", metadata.name, `--replicas=${replicas}`]);
      await this.kubectl(["annotate", "deployment", metadata.name, `${mark}-`]);
      await this.kubectl(["rollout", "status", "deployment", metadata.name, "--timeout=15m"]);
    }
  }

  private async suspend(name: string, suspend: boolean): Promise<void> {
    await this.kubectl([
      "patch",
      "cronjob",
      name,
      "--type=merge",
      "--patch",
      JSON.stringify({ spec: { suspend } }),
    ]);
  }

  private async tell(when: AfterFiles["when"], said: (line: string) => void): Promise<void> {
    for (const after of this.of.points.contents.afterFiles) {
      if (after.when !== when) continue;
      const change = (container: Container) => ({ ...container, command: [...after.command], args: [] });
      await this.run(after.cronJob, { change, isAlone: when === "before people return" });
      said(`Done: ${after.what}.`);
    }
  }

  private step(step: RestoreStep): Promise<string> {
    const { sequence } = this.of;
    const change = (container: Container) => ({
      ...container,
      args: [step],
      env: [...(container.env ?? []), { name: "SEQUENCE", value: String(sequence) }],
    });
    return this.run(restoreName, { change, isAlone: step === "there" || step === "back" });
  }

  /** Runs a CronJob once with its container changed, and gives what that left. Throws with what it said when it fails. */
  private async run(
    cronJob: string,
    { change, isAlone }: { change: (container: Container) => Container; isAlone: boolean },
  ): Promise<string> {
    const { metadata, spec } = JSON.parse(
      await this.kubectl(["get", "cronjob", cronJob, "--output=json"]),
    ) as Cron;
    const { template, ...job } = spec.jobTemplate.spec;
    const { affinity, containers, ...pod } = template.spec;
    // Its pods run where those of the service run: one node only can mount the volumes. When there are none, anywhere.
    const where = isAlone ? {} : { affinity };
    const name = `${restoreName}-${Math.floor(Date.now() / 100).toString(36)}`;
    const made = {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name, namespace: metadata.namespace, labels: metadata.labels },
      spec: {
        ...job,
        backoffLimit: 0,
        ttlSecondsAfterFinished: 86_400,
        template: { ...template, spec: { ...pod, ...where, containers: containers.map(change) } },
      },
    };
    await this.kubectl(["create", "--filename=-"], JSON.stringify(made));
    const all = await ended((words) => this.kubectl(words), name);
    const bad = all.find(({ state }) => state?.terminated?.exitCode !== 0);
    if (bad !== undefined) {
      const left = bad.state?.terminated?.message;
      const said = left ?? (await this.kubectl(["logs", `job/${name}`, "--all-containers", "--tail=20"]));
      throw new Error(`${cronJob} failed: ${said.trim()}`);
    }
    return all.at(-1)?.state?.terminated?.message ?? "";
  }
}

interface Pod {
  spec: Volumes;
  status: { phase: string };
}
