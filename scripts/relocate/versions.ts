import { pointId } from "../../components/recovery/points/head.ts";
import type { NewestPoint } from "./copies.ts";

/** Each point is for the version that it was taken of. */
export function refuseVersions(newest: readonly NewestPoint[], id: string): void {
  const others = newest.filter(
    ({ points, manifest }) => manifest.running.version !== points.settings.running.version,
  );
  if (others.length === 0) return;
  const lines = others.map(
    ({ points: { service, settings }, manifest }) =>
      `  ${service}: version: ${settings.running.version} is declared, and ${pointId(manifest)} is of ${manifest.running.version}. Write ${manifest.running.version}, and upgrade when all is back.`,
  );
  throw new Error(
    `stacks/${id}/commune.yaml has other versions than the restore points:\n${lines.join("\n")}\nNothing was changed.`,
  );
}
