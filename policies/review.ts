import type { CustomResourceOptions, Resource, ResourceTransformation } from "@pulumi/pulumi";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";

/**
 * Objects that a program is about to register, held back until the rules have judged them. A component with the
 * options `dependsOn: review.passed` and `transformations: [review.note]` makes its objects, and the engine gets none
 * of them before {@link pass}. Without it, what was constructed before a refusal would be created all the same.
 */
export class Review {
  /** Every Kubernetes object that was constructed, in order. */
  readonly objects: KubernetesObject[] = [];
  /** Names of those that Pulumi protects, and keeps when they leave the program. */
  readonly kept = new Set<string>();
  /** Resolves when {@link pass} is called, and at no other time. */
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
