import { pointId } from "../../components/recovery/points/head.ts";
import { unreadable } from "../../components/recovery/points/reads.ts";
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
    return `  ${service}: version: ${settings.running.version} is declared, and ${pointId(manifest)} is of ${manifest.running.version}. Write ${manifest.running.version}, and upgrade when all is back.`;
  });
  throw new Error(
    `stacks/${id}/commune.yaml has other versions than the restore points:\n${lines.join("\n")}\nNothing was changed.`,
  );
}
