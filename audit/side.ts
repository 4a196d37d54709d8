import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";

/** A commune as its files say it, at one moment: what is declared, what that comes to, and every object of it. */
export interface Side {
  declaration: CommuneDeclaration;
  plan: CommunePlan;
  /** Objects in the order of registration, without values that are known only later, and without secrets. */
  objects: readonly KubernetesObject[];
  /** Peers of each peer, for those that are declared in the same folder. */
  neighbours?: ReadonlyMap<string, readonly string[]>;
}

/** Objects of before, if there were any, and of after. */
export interface Sides {
  before: Pick<Side, "objects"> | undefined;
  after: Pick<Side, "objects">;
}
