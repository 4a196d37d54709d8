import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import type { Registration } from "./order.ts";

/** The Kubernetes objects among what was registered, as the provider would send them. */
export function kubernetesObjects(registrations: readonly Registration[]): KubernetesObject[] {
  return registrations.flatMap(({ type, inputs }) => {
    const [, group = "", version = "", kind = ""] =
      /^kubernetes:(?:(.+)\/)?(v[^:/]+):(\w+)$/.exec(type) ?? [];
    if (kind === "") return [];
    const apiVersion = group === "core" ? version : `${group}/${version}`;
    return [
      { ...(inputs as Omit<KubernetesObject, "apiVersion" | "kind">), apiVersion, kind } as KubernetesObject,
    ];
  });
}
