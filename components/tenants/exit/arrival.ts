import * as z from "zod";
import { explainedParse } from "../../foundation/declaration/explain.ts";
import { type Loaded, readDeclaration } from "../../foundation/declaration/load.ts";
import { DeclarationError } from "../../foundation/declaration/problem.ts";
import { isNewerTag } from "../../foundation/image/newer.ts";
import { type ApplicationPlan, softwareOf } from "../applications/application.ts";
import { tenantSchema } from "../tenant/declaration.ts";
import type { Archive } from "./archive.ts";

/** Schema of the fields that are read from an association's file of its former commune; all others pass unchanged. */
const formerFile = z.looseObject({
  suspended: z.unknown().optional(),
  retired: z.unknown().optional(),
  applications: z.looseObject({ site: z.looseObject({ folder: z.string().optional() }).optional() }),
});

export type FormerFile = z.output<typeof formerFile>;

/** The file of an association from its archive, with the position of every value. */
export type Former = Extract<Loaded<FormerFile>, { ok: true }>;

/** Reads the former file. Throws DeclarationError. @param shown the file, as it is printed. */
export function readFormerFile(shown: string, bytes: Uint8Array): Former {
  const read = readDeclaration(shown, bytes, formerFile);
  if (!read.ok) throw new DeclarationError(read.problems);
  return read;
}

/** Terms that the new commune agrees with the association. */
export interface Agreed {
  id: string;
  plan: string;
  /** Last day of hosting. */
  expires: string;
}

/**
 * Returns the file of an arriving association, as data: unchanged, with this commune's plan, and neither suspended nor
 * retired.
 */
export function arrivingFile(
  { suspended: _, retired: __, applications, ...rest }: FormerFile,
  { id, plan, expires }: Agreed,
): Record<string, unknown> {
  const { site, ...others } = applications;
  return {
    ...rest,
    ...{ id, plan },
    applications: {
      // Its pages lie next to its file, in a folder of its own name.
      ...(site && { site: site.folder === undefined ? site : { ...site, folder: id } }),
      ...others,
    },
    expires,
  };
}

/** Returns that file once every field could have been declared by a commune. Throws DeclarationError with positions. */
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

/** An arriving application: its plan here, and its former address. */
export interface Arriving {
  application: ApplicationPlan;
  /** Its former public name. */
  oldHost: string;
}

/**
 * Returns the archived applications that exist here; those that do not; and those that were newer there, whose rows
 * and files the older software here does not read. Pure.
 */
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

/** Returns the tag of an image: `6.8.12-php8.4` of `wordpress:6.8.12-php8.4`. */
const tagOf = (image: string) => /:([^:@/]+)(?:@|$)/.exec(image)?.[1] ?? "";
