import * as z from "zod";
import { type Loaded, loadYaml } from "../../foundation/declaration/load.ts";
import { DeclarationError } from "../../foundation/declaration/problem.ts";
import { inCommune } from "../../foundation/declaration/stacks.ts";
import type { CommuneDeclaration } from "../declaration.ts";
import { type LockedVersions, openVersions } from "./lock.ts";

/** The form of a declaration of which only what is written counts. */
export const asWritten = z.unknown();

/**
 * Returns what is to be locked of a commune: the version that runs now of everything that its `commune.yaml` names none of.
 * Throws DeclarationError.
 *
 * @param declaration what the file says, with the versions that were locked.
 */
export function versionsToLock(stacks: string, id: string, declaration: CommuneDeclaration): LockedVersions {
  return versionsOfOpen(loadYaml(inCommune(stacks, id, "commune.yaml"), asWritten), declaration);
}

/** Reads it from a file's text. Throws DeclarationError. */
export function versionsOfOpen(raw: Loaded<unknown>, declaration: CommuneDeclaration): LockedVersions {
  if (!raw.ok) throw new DeclarationError(raw.problems);
  return Object.fromEntries(
    openVersions(raw.declaration).map((name) => [name, versionAt(declaration, name.split("."))]),
  );
}

const versioned = z.object({ version: z.string() });
const section = z.record(z.string(), z.unknown());

/** The version in a section of a declaration that was read. Throws where it has none. */
function versionAt(declaration: unknown, path: readonly string[]): string {
  const found = path.reduce<unknown>((at, step) => section.safeParse(at).data?.[step], declaration);
  return versioned.parse(found).version;
}
