import type { VaultStatus } from "../../components/recovery/vault/settings.ts";

/** Metrics of a vault for Prometheus. */
export function metricsOf({
  guest,
  quotaBytes,
  usedBytes,
  scrub,
  quarantined,
  generations,
  aside,
}: VaultStatus): string {
  const values: [string, string, number][] = [
    ["quota_bytes", "What the guest may store.", quotaBytes],
    ["used_bytes", "What is stored.", usedBytes],
    ["generations", "Generations that are kept.", generations.length],
    ["generations_aside", "Generations past their day that can still be taken back.", aside.length],
    ["quarantined_files", "Files that were not what their names say.", quarantined.length],
    ...(scrub === undefined
      ? []
      : ([
          [
            "scrub_finished_seconds",
            "When every file was last read, Unix time.",
            Date.parse(scrub.finished) / 1000,
          ],
          ["scrub_files", "How many files that were.", scrub.files],
        ] satisfies [string, string, number][])),
  ];
  return values
    .map(
      ([name, help, value]) =>
        `# HELP vault_${name} ${help}\n# TYPE vault_${name} gauge\nvault_${name}{guest="${guest}"} ${value}\n`,
    )
    .join("");
}
