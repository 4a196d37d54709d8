import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { interruptible } from "../interruptible.ts";
import { spoken, spokenError } from "../language.ts";
import { takePoint } from "../recovery/point.ts";
import type { Surroundings } from "../recovery/points.ts";
import { Queues } from "../recovery/queues.ts";
import { Runs } from "../recovery/runs.ts";
import { Standstill } from "../recovery/standstill.ts";
import { together } from "../recovery/together.ts";

/** A site that still answers, and is left. */
export interface Leaving {
  commune: string;
  points: readonly PointsPlan[];
  /** Context of the kubeconfig of its cluster. */
  context: string | undefined;
}

/**
 * Leaves a site that answers: closes its doors, stops the services with files, and takes a last restore point of
 * each, so that nothing is missing of what people wrote. Its services stay down. If a last point cannot be taken,
 * opens the doors again and throws.
 *
 * Ctrl-C opens the doors again too.
 *
 * @param confirm throws if the last points cannot be had.
 */
export async function leave(
  surroundings: Pick<Surroundings, "kubectl">,
  { commune, points, context }: Leaving,
  said: (line: string) => void,
  confirm: () => Promise<void>,
): Promise<void> {
  const services = points.map((each) => {
    const runs = new Runs(surroundings, { commune, service: each.beside.service }, context);
    return {
      points: each,
      site: new Standstill(runs, each),
      queues: new Queues(runs, each),
      tell: (line: string) =>
        said(
          spoken({
            en: `${each.service}, where it was: ${line}`,
            fr: `${each.service}, là où il était : ${line}`,
          }),
        ),
    };
  });
  const shut = async (interrupted: AbortSignal) => {
    await together(services, async ({ points, site, queues, tell }) => {
      if (interrupted.aborted) return;
      await site.shut();
      await queues.empty(tell);
      await site.stop(tell);
      const { head, said: why } = await takePoint(surroundings, context, {
        ...{ points, maySmaller: true, isAlone: true },
      });
      if (head === undefined)
        throw new TranslatedError({
          en: `no last restore point of ${points.service} could be taken. ${why}`,
          fr: `aucun dernier point de restauration de ${points.service} n’a pu être pris. ${why}`,
        });
      tell(
        spoken({ en: "its last restore point is taken.", fr: "son dernier point de restauration est pris." }),
      );
    });
    if (!interrupted.aborted) await confirm();
    if (interrupted.aborted)
      throw new TranslatedError({ en: "it was interrupted.", fr: "il a été interrompu." });
  };
  await interruptible(
    (interrupted) =>
      shut(interrupted).catch(async (error) => {
        const why = spokenError(error);
        throw new Error(`${why}\n${await letIn(services, commune)}`);
      }),
    () =>
      said(
        spoken({
          en: "It stops when what runs has ended; then the site lets people in again.",
          fr: "Il s’arrête quand ce qui est en cours est fini ; le site laisse alors de nouveau entrer.",
        }),
      ),
  );
}

/** Has the services run and let people in again; says what became of it. */
async function letIn(
  services: readonly { site: Standstill; tell: (line: string) => void }[],
  commune: string,
): Promise<string> {
  try {
    await together(services, async ({ site, tell }) => {
      await site.start(tell);
      await site.open();
    });
    return spoken({
      en: "The site is as it was: its services run, and let people in.",
      fr: "Le site est comme il était : ses services tournent, et laissent entrer.",
    });
  } catch (error) {
    const why = spokenError(error);
    return spoken({
      en: `And not all of it lets people in again: ${why}\nIts data is untouched. When the cluster answers: npx pulumi up -s ${commune} --refresh`,
      fr: `Et tout n’y laisse pas de nouveau entrer : ${why}\nSes données sont intactes. Quand le cluster répond : npx pulumi up -s ${commune} --refresh`,
    });
  }
}
