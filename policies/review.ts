import type { CustomResourceOptions, Resource, ResourceTransformation } from "@pulumi/pulumi";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";

/**
 * What a program is about to register, held back until the rules have been asked: a component with the options
 * `dependsOn: review.passed` and `transformations: [review.note]` makes its objects, and nothing of it reaches the
 * engine before {@link pass}. Without it, what was constructed before the refusal would be created all the same.
 */
export class Review {
  /** Every Kubernetes object that was constructed, in order. */
  readonly objects: KubernetesObject[] = [];
  /** Names of those that Pulumi protects, and keeps when they leave the program. */
  readonly kept = new Set<string>();
  /** Resolves when {@link pass} is called, and never otherwise. */
  readonly passed: Promise<Resource[]>;
  /** Lets everything through. */
  pass: () => void = () => undefined;

  constructor() {
    this.passed = new Promise((resolve) => {
      this.pass = () => resolve([]);
    });
  }

  /** Notes an object; changes nothing. */
  readonly note: ResourceTransformation = ({ type, props, opts }) => {
    if (!isKubernetes(type)) return undefined;
    const object = props as KubernetesObject;
    this.objects.push(object);
    const { protect, retainOnDelete } = opts as CustomResourceOptions;
    if (protect === true && retainOnDelete === true) this.kept.add(nameOf(object));
    return undefined;
  };
}

/** Whether a Pulumi type token is that of a Kubernetes object. */
export function isKubernetes(type: string): boolean {
  return type.startsWith("kubernetes:");
}
