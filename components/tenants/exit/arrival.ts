import * as z from "zod";
import { isNewerTag } from "../../foundation/image/newer.ts";
import type { ApplicationPlan } from "../applications/application.ts";
import { type Archive, softwareOf } from "./archive.ts";

/** What is read of an association's file as it was in the commune that it comes from; all else goes on as it is. */
const formerFile = z.looseObject({
  suspended: z.unknown().optional(),
  retired: z.unknown().optional(),
  applications: z.looseObject({ site: z.looseObject({ folder: z.string().optional() }).optional() }),
});

export type FormerFile = z.output<typeof formerFile>;

/** Reads the file of an association out of its archive. Throws ZodError. */
export function readFormerFile(value: unknown): FormerFile {
  return formerFile.parse(value);
}

/** What is agreed anew by the commune that takes an association over. */
export interface Agreed {
  id: string;
  plan: string;
  /** Day until which it is hosted. */
  expires: string;
}

/** The file of an association that arrives, as data: as it was, in this commune's plan, and neither suspended nor retired. */
export function arrivingFile(
  { suspended: _, retired: __, applications, ...rest }: FormerFile,
  { id, plan, expires }: Agreed,
): Record<string, unknown> {
  const { site, ...others } = applications;
  return {
    ...rest,
    ...{ id, plan },
    applications: {
      // Its pages are beside its file, in a folder of its own name.
      ...(site && { site: site.folder === undefined ? site : { ...site, folder: id } }),
      ...others,
    },
    expires,
  };
}

/** An application that arrives, as it was there and as it is here. */
export interface Arriving {
  application: ApplicationPlan;
  /** Its public name before. */
  oldHost: string;
}

/** What of an archive has a place here; what has none; and what was newer there, whose rows and files older software does not read. Pure. */
export function arrivingApplications(
  { applications: there }: Pick<Archive, "applications">,
  here: readonly ApplicationPlan[],
): { arriving: Arriving[]; homeless: string[]; newer: string[] } {
  const arriving = here.flatMap((application): Arriving[] => {
    const known = there[application.name];
    const keepsAnything = application.database !== undefined || application.exit.files !== undefined;
    return known && keepsAnything ? [{ application, oldHost: known.host }] : [];
  });
  const newer = arriving.flatMap(({ application }) => {
    const image = there[application.name]?.image ?? "";
    return isNewerTag(tagOf(image), tagOf(softwareOf(application)))
      ? [`${application.name} was ${image} there, and is ${softwareOf(application)} here`]
      : [];
  });
  const homeless = Object.keys(there).filter((name) => !here.some((each) => each.name === name));
  return { arriving, homeless, newer };
}

/** The tag of an image by its name: `6.8.12-php8.4` of `wordpress:6.8.12-php8.4`. */
const tagOf = (image: string) => /:([^:@/]+)(?:@|$)/.exec(image)?.[1] ?? "";
