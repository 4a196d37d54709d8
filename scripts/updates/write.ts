import { loadCommune } from "../../components/commune/load.ts";
import type { UpdateRow } from "../../components/commune/updates/rows.ts";
import { type LockedVersions, versionsFile } from "../../components/commune/versions/lock.ts";
import { versionsToLock } from "../../components/commune/versions/record.ts";
import { show } from "../../components/foundation/declaration/show.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { spoken } from "../language.ts";
import { recordVersions } from "../pin/versions.ts";

/** A version that was written. */
export interface Written {
  service: string;
  from: string;
  to: string;
}

/**
 * Writes the next step of some services into `versions.lock.yaml` of a commune: one step, since each is an update of its
 * own. Throws, with everything that keeps it from doing so, where a version is declared or nothing is newer.
 */
export function writeSteps(
  stacks: string,
  id: string,
  names: readonly string[],
  rows: readonly UpdateRow[],
): Written[] {
  const loaded = loadCommune(stacks, id);
  if (!loaded.ok) throw loaded.error;
  const open = versionsToLock(stacks, id, loaded.declaration);
  const services = rows.filter(({ kind }) => kind === "service");
  const found = names.map((name): Written | string => {
    const row = services.find(({ field: [service] }) => service === name);
    if (row === undefined)
      return spoken({
        en: `${show(name)} is no service of ${id}. Its services are: ${services.map(({ field: [service] }) => service).join(", ") || "none"}.`,
        fr: `${show(name)} n’est pas un service de ${id}. Ses services : ${services.map(({ field: [service] }) => service).join(", ") || "aucun"}.`,
      });
    const [step] = row.steps;
    if (step === undefined)
      return spoken({
        en: `nothing newer than ${row.version} is known of ${name}.`,
        fr: `rien de plus récent que ${row.version} n’est connu de ${name}.`,
      });
    if (open[name] !== undefined) return { service: name, from: row.version, to: step.to };
    const { file, line } = loaded.positions.problem([name, "version"], "");
    return spoken({
      en: `${file}:${line} declares ${name}.version: ${show(row.version)}. Write ${show(step.to)} there, or take the line out.`,
      fr: `${file}:${line} déclare ${name}.version: ${show(row.version)}. Écrivez-y ${show(step.to)}, ou retirez la ligne.`,
    });
  });
  const refused = found.filter((each) => typeof each === "string");
  if (refused.length > 0)
    throw new TranslatedError({
      en: `${refused.join("\n       ")}\nNothing was changed.`,
      fr: `${refused.join("\n       ")}\nRien n’a été changé.`,
    });
  const steps = found.filter((each) => typeof each !== "string");
  const versions: LockedVersions = Object.fromEntries(steps.map(({ service, to }) => [service, to]));
  recordVersions(stacks, id, { versions });
  return steps;
}

/** Returns what was written, and what to do next. */
export function writtenText(id: string, written: readonly Written[]): string {
  return [
    spoken({
      en: `stacks/${id}/${versionsFile} is written:`,
      fr: `stacks/${id}/${versionsFile} est écrit :`,
    }),
    ...written.map(({ service, from, to }) => `  ${service} ${from} → ${to}`),
    spoken({ en: "Review and commit it. Next:", fr: "Relisez et enregistrez. Ensuite :" }),
    `  npx commune pin ${id}`,
    `  npx commune report ${id} --preview`,
    `  npx pulumi up -s ${id}`,
  ].join("\n");
}
