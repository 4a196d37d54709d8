import type { Change } from "../components/commune/changes/change.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import type { Translated } from "../components/foundation/language/language.ts";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import type { Site } from "../components/foundation/site/site.ts";
import type { Expression } from "../components/tenants/admission/expression.ts";
import type { Judged } from "../components/tenants/admission/rules.ts";

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
type Article =
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
  description: Translated;
  /** What keeps it and what breaks it, in a few words, as docs/policies.md shows it. */
  examples: { keeps: string; breaks: string };
}

/** Judges each object by itself. Returns the ends of sentences that start with the object's name. */
export interface ObjectRule extends Named {
  reads: "object";
  /** What of it a cluster can refuse by itself (policies/admission.ts): never what `check` lets through. */
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

/** What every commune is held to. Pure: the same facts always break the same rules. */
export type Rule = ObjectRule | ObjectsRule | FactsRule;

/** What a rule asks that one object tells by itself, said once for the preview and for the cluster. */
export interface Condition {
  judges: readonly Judged[];
  /** What must hold; of a pod, from its `spec`. */
  must: Expression;
  /** What is wrong and how to comply, as the end of a sentence that starts with the object. */
  message: string;
  /** What must hold of each container, where `must` is {@link ofEachContainer} of it: to name those that break it. */
  container?: Expression;
}
