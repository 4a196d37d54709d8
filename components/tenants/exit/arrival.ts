import * as z from "zod";
import { explainedParse } from "../../foundation/declaration/explain.ts";
import { type Loaded, readDeclaration } from "../../foundation/declaration/load.ts";
import { DeclarationError } from "../../foundation/declaration/problem.ts";
import { isNewerTag } from "../../foundation/image/newer.ts";
import type { ApplicationPlan } from "../applications/application.ts";
import { tenantSchema } from "../tenant/declaration.ts";
import { type Archive, softwareOf } from "./archive.ts";

/** What is read of an association's file as it was in the commune that it comes from; all else goes on as it is. */
const formerFile = z.looseObject({
  suspended: z.unknown().optional(),
  retired: z.unknown().optional(),
  applications: z.looseObject({ site: z.looseObject({ folder: z.string().optional() }).optional() }),
});

export type FormerFile = z.output<typeof formerFile>;

/** The file of an association out of its archive, with the place of every value. */
export type Former = Extract<Loaded<FormerFile>, { ok: true }>;

/** Reads it. Throws DeclarationError. @param shown the file, as it is printed. */
export function readFormerFile(shown: string, bytes: Uint8Array): Former {
  const read = readDeclaration(shown, bytes, formerFile);
  if (!read.ok) throw new DeclarationError(read.problems);
  return read;
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

/** The same, once every field of it is one that a commune could have declared. Throws DeclarationError, where it stands. */
export function checkedFile(
  { declaration, positions }: Former,
  agreed: Agreed,
): ReturnType<typeof arrivingFile> {
  const file = arrivingFile(declaration, agreed);
  const read = explainedParse(tenantSchema(), file);
  if (read.ok) return file;
  throw new DeclarationError(
    read.problems.map(({ path, message, atKey }) =>
      positions.problem(path, message, atKey ? "key" : "value"),
    ),
  );
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
