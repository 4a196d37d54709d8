import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import type { CommunePlan } from "../components/commune/planned.ts";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";

/** A commune as its files say it, at one moment: what is declared, what that comes to, and every object of it. */
export interface Side {
  declaration: CommuneDeclaration;
  plan: CommunePlan;
  /** In the order of registration; what is known only later, and every secret, is not in them. */
  objects: readonly KubernetesObject[];
  /** With whom its peers link, of those that are declared in the same folder. */
  neighbours?: ReadonlyMap<string, readonly string[]>;
}

/** Objects of before, where there were any, and of after. */
export interface Sides {
  before: Pick<Side, "objects"> | undefined;
  after: Pick<Side, "objects">;
}
