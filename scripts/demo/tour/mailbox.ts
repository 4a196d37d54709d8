import { type Agent, request } from "undici";
import { TranslatedError } from "../../../components/foundation/language/translated-error.ts";
import { podBaseline } from "../../../components/foundation/manifest/security.ts";
import {
  programConfigMap,
  programContainer,
  programUid,
  programVolume,
} from "../../../components/foundation/program/manifests.ts";
import { toolkitFile } from "../../../components/foundation/toolkit.ts";
import { clusterDomain } from "../../../local/cluster/network.ts";
import { bundle } from "../../../local/images/bundle.ts";
import { lettersPath, pagePort, smtpPort } from "../../../test/doubles/mailbox/contract.ts";
import type { Letter } from "../../../test/doubles/mailbox/letter.ts";
import type { Kubectl } from "../../kubectl.ts";

const tourNamespace = "tour";
const name = "mailbox";

/** Relay to which services bring mail for the mailboxes of a namespace: a name of the cluster's own. */
export const relayIn = (namespace: string) => ({
  host: `${name}.${namespace}.svc.${clusterDomain}`,
  port: smtpPort,
});

/** Relay of the commune's services in the tour. */
export const mailboxRelay = relayIn(tourNamespace);

/** The double of a relay and of the mailboxes behind it: a pod, and a page where all letters are read. */
function mailboxObjects(program: string, host: string, namespace: string): object[] {
  const labels = { app: name };
  const metadata = { name, namespace, labels };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    programConfigMap(metadata, program),
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            ...podBaseline(programUid),
            containers: [
              programContainer({
                name,
                resources: { cpu: 0.005, requestMiB: 32, limitMiB: 128 },
                heapMiB: 64,
                ports: [
                  { name: "smtp", containerPort: smtpPort },
                  { name: "page", containerPort: pagePort },
                ],
                readinessProbe: { httpGet: { path: lettersPath, port: "page" }, periodSeconds: 1 },
              }),
            ],
            volumes: [programVolume(name)],
          },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        selector: labels,
        ports: [
          { name: "smtp", port: smtpPort },
          { name: "page", port: pagePort },
        ],
      },
    },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata,
      spec: {
        ingressClassName: "traefik",
        rules: [
          {
            host,
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name, port: { name: "page" } } } },
              ],
            },
          },
        ],
      },
    },
  ];
}

/** The mailboxes of the tour, on the cluster of this machine. */
export class Mailbox {
  readonly #dispatcher: Agent;

  /**
   * @param host public name of the page with the letters.
   * @param namespace of the mailbox; the tour's when absent.
   */
  constructor(
    readonly host: string,
    dispatcher: Agent,
    private readonly namespace = tourNamespace,
  ) {
    this.#dispatcher = dispatcher;
  }

  /** Applies it to the cluster, or leaves it as it is, and waits until it takes letters. */
  async open(kubectl: Kubectl): Promise<void> {
    const program = await bundle("mailbox/main.ts", toolkitFile("test/doubles"));
    const items = mailboxObjects(program, this.host, this.namespace);
    await kubectl.text(["apply", "--server-side", "--filename=-"], { apiVersion: "v1", kind: "List", items });
    await kubectl.text([
      ...["rollout", "status", `--namespace=${this.namespace}`, `deployment/${name}`],
      ...["--timeout=120s", "--request-timeout=0"],
    ]);
  }

  /** Every letter so far, the oldest first. */
  async letters(): Promise<Letter[]> {
    const { statusCode, body } = await request(`https://${this.host}${lettersPath}`, {
      dispatcher: this.#dispatcher,
    });
    if (statusCode !== 200)
      throw new TranslatedError({
        en: `https://${this.host} answered ${statusCode}, not 200.`,
        fr: `https://${this.host} a répondu ${statusCode}, pas 200.`,
      });
    return (await body.json()) as Letter[];
  }
}
