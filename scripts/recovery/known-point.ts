import type { CommunePlan } from "../../components/commune/planned.ts";
import { hostsOf } from "../../components/recovery/points/chain.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import type { DoorwayOptions } from "./doorway.ts";
import { chainsOf, reachHint, type Surroundings } from "./points.ts";

/** The point that somebody means. */
export interface Meant extends DoorwayOptions {
  service: string;
  /** Its id. */
  point?: string;
  /** The moment that it stands for if no id is named. */
  at?: string;
  context?: string;
}

/**
 * The number of the point that is asked for; of a moment, the last point before it, or else the first. Throws if the
 * vaults have none. Other faults of the chain are reported, and do not stop it.
 */
export async function knownPoint(
  surroundings: Omit<Surroundings, "now">,
  plan: CommunePlan,
  { service, point, at = "", context, ...doorway }: Meant,
): Promise<number> {
  const [found] = await chainsOf(surroundings, plan, { service: [service], ...(context && { context }) });
  const { chain, silent } = found ?? { chain: { points: [], findings: [] }, silent: [] };
  for (const line of [...chain.findings.map(({ message }) => message), ...silent]) console.log(`! ${line}`);
  const before = chain.points.filter(({ head }) => Date.parse(head.takenAt) <= Date.parse(at));
  const beside = before.at(-1) ?? chain.points[0];
  const known = point === undefined ? beside : chain.points.find(({ head }) => pointId(head) === point);
  if (known === undefined) {
    const newest = chain.points.at(-1);
    const have = newest === undefined ? "They have none." : `The newest is ${pointId(newest.head)}.`;
    if (silent.length > 0) {
      const wanted = point === undefined ? "a point" : `the point ${point}`;
      const others = newest === undefined ? [] : [`The newest that is known is ${pointId(newest.head)}.`];
      const advice = [...others, ...reachHint(silent, doorway), "Nothing was changed."];
      throw new Error(
        `${wanted} of ${service} was not found, and not every vault could be asked. ${advice.join(" ")}`,
      );
    }
    throw new Error(`the vaults have no point ${point ?? ""} of ${service}. ${have}`);
  }
  if (point !== undefined) console.log(`${point} is at ${hostsOf(known).join(", ")}.`);
  return known.head.sequence;
}
