import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";
import { type Answers, readAnswers } from "../../components/federation/answers.ts";
import { type Latest, readLatest } from "../../components/federation/latest.ts";
import type { PointHeads } from "../../components/federation/points.ts";
import { type DeclaredLink, linkKey, linkLabel } from "../../components/federation/settings.ts";
import {
  answersKey,
  type FederationStatus,
  latestKey,
  pointHeadsKey,
  statusKey,
  statusName,
} from "../../components/federation/status.ts";
import { ask, askJson, StatusError } from "../../components/foundation/program/request.ts";

/**
 * Folder in which a pod finds the credentials of its service account. Source: Kubernetes, "Accessing the Kubernetes
 * API from a Pod".
 */
const { FEDERATION_ACCOUNT: account = "/var/run/secrets/kubernetes.io/serviceaccount" } = process.env;

/** The objects of the reconciler's own namespace that it may see: links, which it reads, and its status. */
export interface Objects {
  links(): Promise<DeclaredLink[]>;
  status(): Promise<FederationStatus | undefined>;
  save(status: FederationStatus): Promise<void>;
}

/** Object that keeps what has answered, and what services show, beside the status. */
export interface AnswersObject {
  answers(): Promise<Answers | undefined>;
  saveAnswers(answers: Answers): Promise<void>;
  latest(): Promise<Latest | undefined>;
  saveLatest(latest: Latest): Promise<void>;
}

/** Object that keeps what is known of the commune's newest restore points, beside the status. */
export interface PointsObject {
  pointHeads(): Promise<PointHeads | undefined>;
  savePointHeads(heads: PointHeads): Promise<void>;
}

interface ConfigMap {
  data?: Record<string, string>;
}

/** Address of the API server, as every pod is told: of IPv4 or IPv6. */
export function apiServer(environment: NodeJS.ProcessEnv): string {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port } = environment;
  return `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

export function kubernetesObjects(namespace: string): Objects & AnswersObject & PointsObject {
  const server = apiServer(process.env);
  const path = `${server}/api/v1/namespaces/${namespace}/configmaps`;
  const authority = readFileSync(`${account}/ca.crt`);
  // Tokens are replaced while the pod runs.
  const headers = () => ({ authorization: `Bearer ${readFileSync(`${account}/token`, "utf8")}` });
  const read = async (key: string): Promise<string | undefined> => {
    try {
      const found = (await askJson(`${path}/${statusName}`, { headers: headers(), authority })) as ConfigMap;
      return found.data?.[key];
    } catch (error) {
      if (error instanceof StatusError && error.status === 404) return undefined;
      throw error;
    }
  };
  /** @param manager of the key: an apply takes away what its manager has applied before and does not name. */
  const write = async (key: string, text: string, manager: string): Promise<void> => {
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: statusName, namespace },
      data: { [key]: text },
    };
    // Server-side apply: creates it the first time. JSON is YAML.
    const { status: code } = await ask(`${path}/${statusName}?fieldManager=${manager}&force=true`, {
      method: "PATCH",
      headers: { ...headers(), "content-type": "application/apply-patch+yaml" },
      body: JSON.stringify(object),
      authority,
    });
    if (code > 299) throw new StatusError(code, statusName);
  };
  return {
    async links() {
      const listed = (await askJson(`${path}?labelSelector=${encodeURIComponent(linkLabel)}`, {
        headers: headers(),
        authority,
      })) as { items: ConfigMap[] };
      return listed.items.flatMap(({ data }) =>
        data?.[linkKey] ? [JSON.parse(data[linkKey]) as DeclaredLink] : [],
      );
    },
    async status() {
      const text = await read(statusKey);
      return text === undefined ? undefined : (JSON.parse(text) as FederationStatus);
    },
    // Without spaces: the status of sixty peers takes most of what a ConfigMap may have.
    save: (status) => write(statusKey, JSON.stringify(status), "federation"),
    answers: async () => readAnswers((await read(answersKey)) ?? ""),
    saveAnswers: (answers) => write(answersKey, JSON.stringify(answers), "federation-answers"),
    latest: async () => readLatest((await read(latestKey)) ?? ""),
    saveLatest: (latest) => write(latestKey, JSON.stringify(latest), "federation-latest"),
    pointHeads: async () => {
      const text = await read(pointHeadsKey);
      return text === undefined ? undefined : (JSON.parse(text) as PointHeads);
    },
    savePointHeads: (heads) => write(pointHeadsKey, JSON.stringify(heads), "federation-points"),
  };
}
