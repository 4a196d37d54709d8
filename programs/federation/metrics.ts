import { alarmsOf, type FederationStatus } from "../../components/federation/status.ts";

/** Figures of the last runs. */
export interface RunFigures {
  runs: number;
  failures: number;
  /** Duration of the last run, in seconds. */
  seconds: number;
  /** End of the last run that did not fail, milliseconds since 1970. */
  succeeded: number;
}

/** Metrics in the text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function metricsText(status: FederationStatus, run: RunFigures): string {
  const links = new Map<string, number>();
  for (const { services } of Object.values(status)) {
    for (const [service, { state }] of Object.entries(services)) {
      const labels = `{service="${service}",state="${state}"}`;
      links.set(labels, (links.get(labels) ?? 0) + 1);
    }
  }
  return [
    "# HELP commune_federation_links Links by service and state.",
    "# TYPE commune_federation_links gauge",
    ...[...links].sort().map(([labels, count]) => `commune_federation_links${labels} ${count}`),
    "# HELP commune_federation_peer_answers Whether the descriptor of a peer could be read.",
    "# TYPE commune_federation_peer_answers gauge",
    ...Object.entries(status).map(
      ([peer, { silent }]) => `commune_federation_peer_answers{peer="${peer}"} ${silent ? 0 : 1}`,
    ),
    "# HELP commune_federation_peer_log_alarm Whether lines of a peer's log of approvals, or restore points of its, are gone or others.",
    "# TYPE commune_federation_peer_log_alarm gauge",
    ...Object.entries(status).map(
      ([peer, known]) =>
        `commune_federation_peer_log_alarm{peer="${peer}"} ${alarmsOf(known).length === 0 ? 0 : 1}`,
    ),
    "# HELP commune_federation_runs_total Runs since the start, and those that failed.",
    "# TYPE commune_federation_runs_total counter",
    `commune_federation_runs_total ${run.runs}`,
    "# TYPE commune_federation_failed_runs_total counter",
    `commune_federation_failed_runs_total ${run.failures}`,
    "# TYPE commune_federation_run_seconds gauge",
    `commune_federation_run_seconds ${run.seconds}`,
    "# TYPE commune_federation_last_success_timestamp_seconds gauge",
    `commune_federation_last_success_timestamp_seconds ${run.succeeded / 1000}`,
    "",
  ].join("\n");
}
