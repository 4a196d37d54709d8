import type { Change } from "../components/commune/changes/change.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import type { Site } from "../components/foundation/site/site.ts";
import type { Expression } from "../components/tenants/admission/expression.ts";
import type { Judged } from "../components/tenants/admission/rules.ts";
import type { articles } from "./articles.ts";

/** One thing that breaks a rule of several objects, or of the declaration. */
export interface Violation {
  /** The culprit: {@link nameOf} of an object, or a field of the declaration such as `nextcloud.storage`. */
  what: string;
  /** The fault and how to comply, as the end of a sentence that starts with `what`. Never a secret's value. */
  message: string;
  /** `message` in French, if officials see it; a report quotes the English if it is absent. */
  french?: string;
}

/** Everything that is known of a commune before anything is registered. */
export interface Facts {
  declaration: CommuneDeclaration;
  plan: CommunePlan;
  /** Objects in the order of registration. */
  objects: readonly KubernetesObject[];
  /** Site on which it runs; undefined if it is not known. */
  site: Pick<Site, "dataIsDisposable" | "registryMirrors"> | undefined;
  /** The day on which it is judged, `2026-11-26`. */
  today: string;
  /**
   * The publiccode.yml of this toolkit, empty if there is none; undefined if it is not judged: a commune cannot fix
   * it.
   */
  publiccode?: string | undefined;
  /** Recovery drills of the commune, the newest last; undefined if they are not judged. */
  drills?: { held: readonly { at: string; outcome: "passed" | "failed" }[] } | undefined;
  /** Differences from what the stack published last; undefined if it published nothing, or if that is not known. */
  changes?: readonly Change[] | undefined;
  /** Peers of each peer, for those that are declared in the same repository. */
  neighbours?: ReadonlyMap<string, readonly string[]> | undefined;
  /** Names ({@link nameOf}) of the objects that Pulumi protects and keeps; undefined if the program does not run. */
  kept?: ReadonlySet<string> | undefined;
}

interface Named {
  /** Stable name, in lower case with hyphens. */
  id: string;
  /** Mandatory stops a preview; advisory is shown and stops nothing. */
  level: "mandatory" | "advisory";
  serves: keyof typeof articles;
  /** One sentence: what must hold. */
  description: Translated;
  /** Examples that keep it and break it, in a few words, for docs/policies.md. */
  examples: { keeps: string; breaks: string };
}

/** Judges each object on its own. Returns the ends of sentences that start with the object's name. */
export interface ObjectRule extends Named {
  reads: "object";
  /**
   * Conditions that a cluster can enforce as well (policies/admission.ts): they refuse nothing that `check` lets
   * through.
   */
  conditions?: readonly Condition[];
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

/** A rule that every commune must keep. Pure: the same facts always break the same rules. */
export type Rule = ObjectRule | ObjectsRule | FactsRule;

/** Condition of a rule on one object, written once for the preview and for the cluster. */
export interface Condition {
  judges: readonly Judged[];
  /** Expression that must hold; of a pod, from its `spec`. */
  must: Expression;
  /** The fault and how to comply, as the end of a sentence that starts with the object. */
  message: string;
  /**
   * Expression that must hold of each container, if `must` is {@link ofEachContainer} of it: to name those that break
   * it.
   */
  container?: Expression;
}
