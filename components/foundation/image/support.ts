import type { Image } from "./catalogue.ts";

/** Returns the last day on which upstream fixes the series of a version, ISO 8601, as the catalogue has it; undefined if it does not. */
export function supportEnd({ support }: Pick<Image, "support">, version: string): string | undefined {
  return Object.entries(support?.until ?? {}).find(
    ([series]) => version === series || version.startsWith(`${series}.`),
  )?.[1];
}
