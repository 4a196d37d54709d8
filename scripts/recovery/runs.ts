import { randomBytes } from "node:crypto";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { loaderPassword } from "../../components/platform/database/exchange.ts";
import { underway } from "../underway.ts";
import { type Container, type Cron, ended, failedOf, jobOf, takenAway } from "./point.ts";
import type { Surroundings } from "./points.ts";

/** One run of a CronJob. */
export interface Run {
  cronJob: string;
  /** Returns a container with its changes for this run. */
  change(container: Container, kind: "first" | "main"): Container;
  /** Whether the pods that it runs beside are gone: then it runs anywhere. */
  isAlone?: boolean;
  /** Password of the role that brings rows, which this run alone reads. */
  password?: string | undefined;
}

/** Result of a run. */
export interface Ran {
  /** Message that the last container left for whoever waits. */
  left: string;
  logs(): Promise<string>;
}

/** A text as Kubernetes gives it to a container unchanged: `$(NAME)` would be a variable's value, and `$$` is a dollar. */
export const literal = (text: string) => text.replaceAll("$", "$$$$");

/** Variables of a container with some of them set. */
export function withEnvironment(container: Container, values: Readonly<Record<string, string>>): Container {
  const { env = [] } = container;
  const others = env.filter(({ name }) => values[name] === undefined);
  return {
    ...container,
    env: [...others, ...Object.entries(values).map(([name, value]) => ({ name, value: literal(value) }))],
  };
}

/** A container with the password of the role that brings rows, which is in a Secret. */
export function withLoaderPassword(container: Container, secret: string): Container {
  const valueFrom = { secretKeyRef: { name: secret, key: "password" } };
  return { ...container, env: [...(container.env ?? []), { name: loaderPassword, valueFrom }] };
}

/** Runs in one namespace of a commune that a person asks for: of what is registered there and suspended. */
export class Runs {
  readonly namespace: string;

  constructor(
    private readonly surroundings: Pick<Surroundings, "kubectl">,
    of: { commune: string; service: string },
    private readonly context: string | undefined,
  ) {
    this.namespace = namespaceOf(of);
  }

  kubectl(words: readonly string[], input?: string): Promise<string> {
    const { context, namespace } = this;
    const where = [...(context === undefined ? [] : [`--context=${context}`]), `--namespace=${namespace}`];
    return this.surroundings.kubectl([...where, ...words], input);
  }

  async list<T>(kind: string, ...words: readonly string[]): Promise<T[]> {
    return (JSON.parse(await this.kubectl(["get", kind, ...words, "--output=json"])) as { items: T[] }).items;
  }

  /** Runs a CronJob once with its containers changed. Throws with what was said when it fails. */
  async run({ password, ...run }: Run): Promise<Ran> {
    const { cronJob, change } = run;
    const cron = JSON.parse(await this.kubectl(["get", "cronjob", cronJob, "--output=json"])) as Cron;
    if (password === undefined) return this.runOf(cron, run);
    // Of this run alone, under a name that one which was cut had too.
    const { namespace, labels } = cron.metadata;
    const name = `${cronJob}-loader`;
    const secret = {
      ...{ apiVersion: "v1", kind: "Secret", type: "Opaque", metadata: { name, namespace, labels } },
      data: { password: Buffer.from(password).toString("base64") },
    };
    await this.kubectl(
      ["apply", "--server-side", "--force-conflicts", "--filename=-"],
      JSON.stringify(secret),
    );
    try {
      return await this.runOf(cron, {
        ...run,
        change: (container, kind) =>
          kind === "first" ? change(container, kind) : withLoaderPassword(change(container, kind), name),
      });
    } finally {
      await this.kubectl(["delete", "secret", name, "--ignore-not-found"]);
    }
  }

  private async runOf(cron: Cron, { cronJob, change, isAlone = false }: Run): Promise<Ran> {
    // Services come back side by side, some on one server.
    const name = `restore-${Date.now().toString(36)}-${randomBytes(2).toString("hex")}`;
    const made = jobOf(cron, name, ({ affinity, initContainers, containers, ...pod }) => ({
      ...pod,
      // Its pods run where those of the service run: one node only can mount the volumes.
      ...(affinity && !isAlone && { affinity }),
      ...(initContainers && { initContainers: initContainers.map((each) => change(each, "first")) }),
      containers: containers.map((each) => change(each, "main")),
    }));
    underway({
      en: `${this.namespace}: ${cronJob} runs (Job ${name})`,
      fr: `${this.namespace} : ${cronJob} tourne (Job ${name})`,
    });
    await this.kubectl(["create", "--filename=-"], JSON.stringify(made));
    const end = await ended((words) => this.kubectl(words), name);
    if (!end.isComplete) {
      const bad = failedOf(end);
      const logs = () => this.kubectl(["logs", `job/${name}`, "--all-containers", "--tail=20"]);
      const said = bad === undefined ? takenAway : (bad.state?.terminated?.message ?? (await logs()));
      throw new TranslatedError({
        en: `${cronJob} failed: ${said.trim()}`,
        fr: `${cronJob} a échoué : ${said.trim()}`,
      });
    }
    const left = end.containers.at(-1)?.state?.terminated?.message ?? "";
    return { left, logs: () => this.kubectl(["logs", `job/${name}`]) };
  }
}
