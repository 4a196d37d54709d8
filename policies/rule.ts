/** A Kubernetes object as the engine or a test sees it: plain data. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [key: string]: unknown;
}

/** One object that breaks a rule. */
export interface Violation {
  object: KubernetesObject;
  /** What is wrong and how to comply, as the end of a sentence that starts with the object's name. */
  message: string;
}

/** The articles of the political brief that a rule can serve. */
export type Article =
  | "neutrality"
  | "accessibility"
  | "sovereignty"
  | "ecology"
  | "citizenship"
  | "innovation"
  | "security";

/** What every preview is held to. Pure: the same objects always break the same rules. */
export interface Rule {
  /** Stable name, in lower case with hyphens. */
  id: string;
  /** Mandatory stops a preview; advisory is shown and stops nothing. */
  level: "mandatory" | "advisory";
  serves: Article;
  /** One sentence: what must hold. */
  description: string;
  check(objects: readonly KubernetesObject[]): Violation[];
}
