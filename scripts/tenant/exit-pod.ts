import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { Kubectl } from "../kubectl.ts";

/**
 * A command for bash that prints something and, on standard error, the SHA-256 of what it printed: a connection that ends
 * too early is no shorter file that looks whole.
 */
export function sending(command: string): string {
  return `set -euo pipefail; exec {sum}> >(sha256sum >&2); { ${command}; } | tee /dev/fd/$sum; exec {sum}>&-; wait $!`;
}

const deployment = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        containers: z.array(
          z.looseObject({ name: z.string(), volumeMounts: z.array(z.unknown()).optional() }),
        ),
        volumes: z.array(z.unknown()).optional(),
        securityContext: z.looseObject({}),
      }),
    }),
  }),
});

/** A claim, and where and by whom it is read. */
interface Claim {
  claim: string;
  folder: string;
  uid: number;
  /** No pod of the application has it: it is read on any node. */
  isAlone: boolean;
}

/**
 * Pods that read the volumes of what is suspended, or of an image without the tools for it: the front of the application's
 * own pod, which the cluster admits already, with a claim that it cannot write to. They end with the export.
 */
export class ExitPod {
  private readonly made: string[] = [];

  constructor(
    private readonly kubectl: Pick<Kubectl, "text" | "json">,
    private readonly namespace: string,
  ) {}

  /** Makes one for the claim of an application, and waits until it runs. @returns its name. */
  async of(release: string, { claim, folder, uid, isAlone }: Claim): Promise<string> {
    const found = await this.kubectl.json(["get", "deployment", release, `--namespace=${this.namespace}`]);
    const { metadata, spec } = deployment.parse(found).spec.template;
    const front = spec.containers.find(({ name: own }) => own === "front");
    const name = `exit-${randomBytes(4).toString("hex")}`;
    const {
      readinessProbe: _,
      livenessProbe: __,
      lifecycle: ___,
      args: ____,
      ports: _____,
      ...container
    } = {
      ...front,
    } as Record<string, unknown>;
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...{ name, namespace: this.namespace },
        // No visitor is sent to it.
        labels: { ...metadata.labels, "app.kubernetes.io/component": "exit" },
      },
      spec: {
        ...spec,
        restartPolicy: "Never",
        initContainers: [],
        ...(isAlone ? {} : { affinity: besideThose(metadata.labels) }),
        activeDeadlineSeconds: 3600,
        terminationGracePeriodSeconds: 0,
        securityContext: { ...spec.securityContext, runAsUser: uid, runAsGroup: uid, fsGroup: uid },
        containers: [
          {
            ...container,
            command: ["sleep", "3600"],
            volumeMounts: [{ name: "data", mountPath: folder, readOnly: true }],
          },
        ],
        volumes: [{ name: "data", persistentVolumeClaim: { claimName: claim } }],
      },
    };
    this.made.push(name);
    await this.kubectl.text(["create", "--filename=-"], pod);
    const waiting = ["wait", `pod/${name}`, `--namespace=${this.namespace}`, "--for=condition=Ready"];
    await this.kubectl.text([...waiting, "--timeout=300s", "--request-timeout=0"]);
    return name;
  }

  /** Removes what was made. */
  async end(): Promise<void> {
    for (const name of this.made)
      await this.kubectl.text(["delete", "pod", name, `--namespace=${this.namespace}`, "--wait=false"]);
  }
}

/** Affinity to the node of the pods of a Deployment: a volume may be mounted on one node alone. */
function besideThose(labels: Readonly<Record<string, string>>): object {
  const own = ["app.kubernetes.io/component", "commune.cloud/service", "commune.cloud/commune"];
  const matchLabels = Object.fromEntries(
    own.flatMap((label) => (labels[label] ? [[label, labels[label]]] : [])),
  );
  const term = { labelSelector: { matchLabels }, topologyKey: "kubernetes.io/hostname" };
  return { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}
