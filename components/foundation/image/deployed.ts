import type { ResourceTransformation } from "@pulumi/pulumi";
import { deployedWithPods, isObject, type Json, withPods } from "../manifest/pod-template.ts";
import { type ImageLock, pinned } from "./lock.ts";
import { type Mirrors, mirrored, upstreamOf } from "./reference.ts";

/** Names of images in pods at a site, for those that the program declares. */
export interface Deployed {
  lock: ImageLock;
  mirrors: Mirrors;
  /** Name of the Secret with which a node may pull them, in each namespace. */
  pullSecret?: string | undefined;
}

/** The Secret in each namespace of the commune, where the site has one to be copied. */
export const pullSecretName = "registry";

/** Changes a pod: its images under other names, pulled with a Secret. */
function renaming(name: (image: string) => string, pullSecret?: string): (pod: Json) => Json {
  const containers = (list: unknown) =>
    Array.isArray(list)
      ? list.map((each: unknown) =>
          isObject(each) && typeof each.image === "string" ? { ...each, image: name(each.image) } : each,
        )
      : list;
  return (pod) => ({
    ...pod,
    ...(pod.initContainers !== undefined && { initContainers: containers(pod.initContainers) }),
    containers: containers(pod.containers),
    ...(pullSecret !== undefined && { imagePullSecrets: [{ name: pullSecret }] }),
  });
}

/** An object with its pods' images by digest, at the site's mirror, with the Secret to pull them. */
export function deployed(object: Json, { lock, mirrors, pullSecret }: Deployed): Json {
  return deployedWithPods(
    object,
    renaming((image) => mirrored(pinned(image, lock), mirrors), pullSecret),
  );
}

/** An object with its pods' images under the names of their own registries, as the catalogue and the lock have them. */
export function atUpstream<Kind extends Json>(object: Kind, mirrors: Mirrors): Kind {
  return withPods(
    object,
    renaming((image) => upstreamOf(image, mirrors)),
  );
}

/** {@link deployed} for all that is below a component, whichever file of the toolkit or of a new service declares it. */
export function deployImages(how: Deployed): ResourceTransformation {
  return ({ type, props, opts }) =>
    type.startsWith("kubernetes:") ? { props: deployed(props, how), opts } : undefined;
}
