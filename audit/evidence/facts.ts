import type { Finding } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import type { Drills } from "../drills/drills.ts";
import type { Side } from "../side.ts";

/** Facts of which the evidence of a commune is made: declaration, plan, objects, and what the rules found. */
export interface EvidenceFacts extends Side {
  /** The day that the files are of, ISO 8601. */
  today: string;
  findings: readonly Finding[];
  /** Its recovery drills that hold, the newest last. */
  drills: Pick<Drills, "held">;
  /** The publiccode.yml of this toolkit, empty if there is none. */
  publiccode: string;
}

/** Result of a rule for a commune, in French, as a proof: it is kept, or what it found. */
export function proof({ findings }: EvidenceFacts, id: string): string {
  if (!rules.some((rule) => rule.id === id)) throw new RangeError(`There is no rule ${id}`);
  const found = findings.filter(({ rule }) => rule.id === id);
  return found.length === 0
    ? `règle ${id} : respectée`
    : `règle ${id} : non respectée (${found.map(({ what }) => what).join(", ")})`;
}
