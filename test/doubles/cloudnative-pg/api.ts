import { readFileSync } from "node:fs";

const account = "/var/run/secrets/kubernetes.io/serviceaccount";

/** An object of Kubernetes with what its address is made of. */
export interface Named {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace: string };
}

const plurals: Readonly<Record<string, string>> = {
  Service: "services",
  ServiceAccount: "serviceaccounts",
  Secret: "secrets",
  ConfigMap: "configmaps",
  PersistentVolumeClaim: "persistentvolumeclaims",
  Pod: "pods",
  Role: "roles",
  RoleBinding: "rolebindings",
  PodDisruptionBudget: "poddisruptionbudgets",
};

/** The API of the cluster, with the account of this pod. */
export class Api {
  private readonly base: string;

  constructor() {
    const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "443" } = process.env;
    this.base = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  }

  async get(path: string): Promise<unknown> {
    return (await this.ask("GET", path)).json();
  }

  /** Makes an object; one that is there stays as it is. */
  async create(object: object): Promise<void> {
    const named = object as Named;
    await this.ask("POST", collection(named), { body: object, known: [409] });
  }

  /** Makes an object what is given, in the fields that are given. */
  async apply(object: object): Promise<void> {
    const named = object as Named;
    const path = `${collection(named)}/${named.metadata.name}?fieldManager=cloudnative-pg-double&force=true`;
    await this.ask("PATCH", path, { body: object, type: "application/apply-patch+yaml" });
  }

  async merge(path: string, patch: object): Promise<void> {
    await this.ask("PATCH", path, { body: patch, type: "application/merge-patch+json", known: [404] });
  }

  async delete(path: string): Promise<void> {
    await this.ask("DELETE", path, { known: [404] });
  }

  private async ask(
    method: string,
    path: string,
    { body, type = "application/json", known = [] }: { body?: object; type?: string; known?: number[] } = {},
  ): Promise<Response> {
    const token = readFileSync(`${account}/token`, "utf8");
    const answer = await fetch(`${this.base}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": type },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    if (!answer.ok && !known.includes(answer.status))
      throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

function collection({ apiVersion, kind, metadata: { namespace } }: Named): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}/namespaces/${namespace}/${plurals[kind]}`;
}
