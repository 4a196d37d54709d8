import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { unreadable } from "../../components/recovery/points/reads.ts";
import { spoken } from "../language.ts";
import type { NewestPoint } from "./copies.ts";

/** Each point is for the version that it was taken of, and those of associations' applications for newer ones too. */
export function refuseVersions(newest: readonly NewestPoint[], id: string): void {
  const others = newest.filter(
    ({ points, manifest }) => unreadable(points, manifest.running.version) !== undefined,
  );
  if (others.length === 0) return;
  const lines = others.map(({ points, manifest }) => {
    const { service, settings, beside } = points;
    if (beside.tenant !== undefined) return `  ${unreadable(points, manifest.running.version)}`;
    return spoken({
      en: `  ${service}: version: ${settings.running.version} is declared, and ${pointId(manifest)} is of ${manifest.running.version}. Write ${manifest.running.version}, and upgrade when all is back.`,
      fr: `  ${service} : version: ${settings.running.version} est déclaré, et ${pointId(manifest)} est de la version ${manifest.running.version}. Écrivez ${manifest.running.version}, et mettez à niveau quand tout est revenu.`,
    });
  });
  throw new TranslatedError({
    en: `stacks/${id}/commune.yaml has other versions than the restore points:\n${lines.join("\n")}\nNothing was changed.`,
    fr: `stacks/${id}/commune.yaml a d’autres versions que les points de restauration :\n${lines.join("\n")}\nRien n’a été changé.`,
  });
}
