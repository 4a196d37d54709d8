import type { CommunePlan } from "../../components/commune/planned.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { hostsOf } from "../../components/recovery/points/chain.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { spoken } from "../language.ts";
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
  for (const line of [...chain.findings.map(({ sentence }) => sentence), ...silent])
    console.log(`! ${spoken(line)}`);
  const before = chain.points.filter(({ head }) => Date.parse(head.takenAt) <= Date.parse(at));
  const beside = before.at(-1) ?? chain.points[0];
  const known = point === undefined ? beside : chain.points.find(({ head }) => pointId(head) === point);
  if (known === undefined) {
    const newest = chain.points.at(-1);
    const have =
      newest === undefined
        ? spoken({ en: "They have none.", fr: "Ils n’en ont aucun." })
        : spoken({
            en: `The newest is ${pointId(newest.head)}.`,
            fr: `Le plus récent est ${pointId(newest.head)}.`,
          });
    if (silent.length > 0) {
      const wanted =
        point === undefined
          ? spoken({ en: "a point", fr: "un point" })
          : spoken({ en: `the point ${point}`, fr: `le point ${point}` });
      const others =
        newest === undefined
          ? []
          : [
              spoken({
                en: `The newest that is known is ${pointId(newest.head)}.`,
                fr: `Le plus récent que l’on connaît est ${pointId(newest.head)}.`,
              }),
            ];
      const advice = [
        ...others,
        ...reachHint(silent, doorway),
        spoken({ en: "Nothing was changed.", fr: "Rien n’a été changé." }),
      ];
      throw new TranslatedError({
        en: `${wanted} of ${service} was not found, and not every vault could be asked. ${advice.join(" ")}`,
        fr: `${wanted} de ${service} n’a pas été trouvé, et tous les coffres n’ont pas pu être interrogés. ${advice.join(" ")}`,
      });
    }
    throw new TranslatedError({
      en: `the vaults have no point ${point ?? ""} of ${service}. ${have}`,
      fr: `les coffres n’ont pas de point ${point ?? ""} de ${service}. ${have}`,
    });
  }
  if (point !== undefined)
    console.log(
      spoken({
        en: `${point} is at ${hostsOf(known).join(", ")}.`,
        fr: `${point} est chez ${hostsOf(known).join(", ")}.`,
      }),
    );
  return known.head.sequence;
}
