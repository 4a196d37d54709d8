/** A Kubernetes object as the program, the engine or a test sees it: plain data, but for the values of Secrets. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, unknown>;
  };
  [key: string]: unknown;
}

/** Returns an object's name for messages: `Deployment bron-nextcloud/nextcloud-cache`. */
export function nameOf({ kind, metadata: { namespace, name } }: KubernetesObject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
