import { type Tongue, wordFor } from "../components/commune/changes/words.ts";
import type { CommuneDeclaration } from "../components/commune/declaration.ts";
import type { KubernetesObject } from "../policies/rule.ts";
import { isRemade } from "./approval/weight.ts";
import { exposureBlocks } from "./exposure.ts";
import { number } from "./numbers.ts";
import { type ObjectChanges, objectChanges } from "./objects.ts";
import type { Block, Report } from "./report.ts";
import { technicalBlocks } from "./technical.ts";
import { texts } from "./words.ts";

/** What is on the cluster, beside what was applied. */
export interface Drift {
  declaration: Pick<CommuneDeclaration, "id" | "name">;
  /** Day of the report, ISO 8601. */
  today: string;
  /** Objects as they were applied, of those that are others or gone. */
  applied: readonly KubernetesObject[];
  /** The same as they are, in the fields that were applied. */
  found: readonly KubernetesObject[];
  /** How many are as they were applied. */
  same: number;
}

/** Whether somebody has changed anything by hand. */
export function hasDrifted({ applied }: Pick<Drift, "applied">): boolean {
  return applied.length > 0;
}

function sentences({ applied, same }: Drift, changes: ObjectChanges, tongue: Tongue): string[] {
  const [changed, gone] = [applied.length - changes.removed.length, changes.removed.length];
  const count = (value: number) => number(value, tongue);
  if (applied.length === 0)
    return tongue === "fr"
      ? [`Tout est comme appliqué : ${count(same)} objets.`]
      : [`Everything is as it was applied: ${count(same)} objects.`];
  return tongue === "fr"
    ? [
        `Ce qui n’est plus comme appliqué : ${count(changed)} modifiés et ${count(gone)} disparus, sur ${count(applied.length + same)} objets.`,
        "Personne n’a dit oui à ces écarts.",
      ]
    : [
        `No longer as it was applied: ${count(changed)} changed and ${count(gone)} gone, of ${count(applied.length + same)} objects.`,
        "Nobody has approved these differences.",
      ];
}

/** What a cluster has otherwise than it was applied, as people read it: in the form of every report. */
export function driftReport(drift: Drift, language: Tongue): Report {
  const { declaration, today, applied, found } = drift;
  const changes = objectChanges(applied, found);
  const lost = applied.filter(
    (object) =>
      !found.some((live) => live.kind === object.kind && live.metadata.name === object.metadata.name),
  );
  // What holds data comes back empty.
  const label = lost.every(isRemade) ? "reversible" : "needs a restore point";
  const back: Block = {
    kind: "text",
    text:
      language === "fr"
        ? `npx pulumi up --refresh -s ${declaration.id} remet ce qui est déclaré. Ce qui gardait des données revient vide : restaurez-les.`
        : `npx pulumi up --refresh -s ${declaration.id} puts back what is declared. What held data comes back empty: restore it.`,
  };
  const section = (id: "exposure" | "back" | "technical", blocks: readonly Block[]) => ({
    id,
    title: wordFor(texts.questions, id, language),
    blocks,
  });
  return {
    format: 1,
    kind: "drift",
    commune: declaration.id,
    name: declaration.name,
    date: today,
    language,
    label,
    summary: sentences(drift, changes, language),
    sections: hasDrifted(drift)
      ? [
          section(
            "exposure",
            exposureBlocks({ before: { objects: applied }, after: { objects: found } }, language),
          ),
          section("back", [back]),
          section("technical", technicalBlocks(changes, language)),
        ]
      : [],
    changes: [],
  };
}
