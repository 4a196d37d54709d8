/** Facts about a version that runs, as the toolkit knew them when the commune was applied last. */
export interface RunningVersion {
  /** Common name: `Nextcloud`. */
  software: string;
  version: string;
  /** Last day on which upstream fixes it, ISO 8601; undefined if it is not known. */
  until: string | undefined;
  /** Number of security notices that it is affected by. */
  notices: number;
  /** Day on which upstream was asked about it, ISO 8601; undefined if it never was. */
  read: string | undefined;
}

/** Name of the rules that record the facts, beside those of alerts. */
export const knownVersions = "known-versions";

const endOf = (day: string) => Date.parse(day) / 1000 + 86_400;

/**
 * Returns rules that record the facts as series, one of each version: nothing that runs has them, and alerts read series.
 * Prometheus' clock says when a day has come.
 */
export function versionRules(commune: string, versions: readonly RunningVersion[]) {
  const rules = versions.flatMap(({ software, version, until, notices, read }) => {
    const labels = { commune, software, version };
    const recorded = (record: string, value: number) => [{ record, expr: `vector(${value})`, labels }];
    return [
      ...recorded("software_notices", notices),
      ...(until === undefined ? [] : recorded("software_support_ends_seconds", endOf(until))),
      ...(read === undefined ? [] : recorded("software_read_seconds", endOf(read))),
    ];
  });
  return { groups: [{ name: `${commune}-${knownVersions}`, rules }] };
}
