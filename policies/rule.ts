import type { Change } from "../components/commune/changes/change.ts";
import type { Word } from "../components/commune/changes/words.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import type { Site } from "../components/foundation/site/site.ts";
import type { Part } from "./parts.ts";

/** A Kubernetes object as the program, the engine or a test sees it: plain data, but for the values of Secrets. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [key: string]: unknown;
}

/** One thing that breaks a rule of several objects, or of the declaration. */
export interface Violation {
  /** What breaks it: {@link nameOf} of an object, or a field of the declaration such as `nextcloud.storage`. */
  what: string;
  /** What is wrong and how to comply, as the end of a sentence that starts with `what`. Never a secret's value. */
  message: string;
  /** The same in French, where officials meet it; a report quotes the English where it is not there. */
  french?: string;
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

/** Everything that is known of a commune before anything is registered. */
export interface Facts {
  declaration: CommuneDeclaration;
  plan: CommunePlan;
  /** In the order of registration. */
  objects: readonly KubernetesObject[];
  /** Where it runs; nothing where that is not known. */
  site: Pick<Site, "dataIsDisposable" | "registryMirrors"> | undefined;
  /** The day on which it is judged, `2026-11-26`. */
  today: string;
  /** The publiccode.yml of this checkout, empty where there is none; nothing where it is not asked for: a commune cannot mend it. */
  publiccode?: string | undefined;
  /** Its recovery drills, the newest last; nothing where that is not asked for. */
  drills?: { held: readonly { at: string; outcome: "passed" | "failed" }[] } | undefined;
  /** What differs from what the stack published last; nothing where there is no before, or nobody knows. */
  changes?: readonly Change[] | undefined;
  /** With whom its peers link, of those that are declared in the same checkout. */
  neighbours?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Names ({@link nameOf}) of the objects that Pulumi protects and keeps; nothing where the program does not run. */
  kept?: ReadonlySet<string> | undefined;
}

interface Named {
  /** Stable name, in lower case with hyphens. */
  id: string;
  /** Mandatory stops a preview; advisory is shown and stops nothing. */
  level: "mandatory" | "advisory";
  serves: Article;
  /** One sentence: what must hold. */
  description: Word;
  /** What keeps it and what breaks it, in a few words, as docs/policies.md shows it. */
  examples: { keeps: string; breaks: string };
}

/** Judges each object by itself. Returns the ends of sentences that start with the object's name. */
export interface ObjectRule extends Named {
  reads: "object";
  /** What of it a cluster can refuse by itself (policies/admission.ts): never what `check` lets through. */
  parts?: readonly Part[];
  check(object: KubernetesObject): string[];
}

/** Judges what objects are to each other. */
export interface ObjectsRule extends Named {
  reads: "objects";
  check(objects: readonly KubernetesObject[]): Violation[];
}

/** Judges what was declared, or objects by it. A policy pack knows no declaration, so it does not run there. */
export interface FactsRule extends Named {
  reads: "facts";
  check(facts: Facts): Violation[];
}

/** What every commune is held to. Pure: the same facts always break the same rules. */
export type Rule = ObjectRule | ObjectsRule | FactsRule;

/** `Deployment bron-nextcloud/nextcloud-cache` */
export function nameOf({ kind, metadata: { namespace, name } }: KubernetesObject): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
