import type { Answers } from "../../components/federation/answers.ts";
import { alarmsOf, type FederationStatus } from "../../components/federation/status.ts";
import type { SeenAtVault } from "./points.ts";

/** Figures of the last runs. */
interface RunFigures {
  runs: number;
  failures: number;
  /** Duration of the last run, in seconds. */
  seconds: number;
  /** End of the last run that did not fail, milliseconds since 1970. */
  succeeded: number;
}

/** Everything that the reconciler knows of its commune besides its links. */
export interface OwnFigures {
  run: RunFigures;
  /** Answers that `/etat` shows; undefined before the first round. */
  answers: Answers | undefined;
  points: readonly SeenAtVault[];
}

/** Metrics in the text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function metricsText(status: FederationStatus, { run, answers, points }: OwnFigures): string {
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
    ...(answers === undefined ? [] : answersText(answers)),
    ...(points.length === 0 ? [] : pointsText(points)),
    "",
  ].join("\n");
}

const seconds = (iso: string) => Date.parse(iso) / 1000;

/** Metrics of what the page of the state of services shows of the commune's own. */
function answersText({ own, measured }: Answers): string[] {
  return [
    "# HELP commune_service_answers Whether a service answered inside the cluster when it was asked last, as /etat shows it.",
    "# TYPE commune_service_answers gauge",
    ...Object.entries(own).map(
      ([kind, { answers }]) => `commune_service_answers{kind="${kind}"} ${Number(answers)}`,
    ),
    "# HELP commune_services_measured_seconds When they were asked last, Unix time.",
    "# TYPE commune_services_measured_seconds gauge",
    `commune_services_measured_seconds ${seconds(measured)}`,
  ];
}

/** Metrics of restore points. Their service is the label `of`: a scraped target has a label `service` of its own. */
export function pointsText(vaults: readonly SeenAtVault[]): string[] {
  return [
    "# HELP restore_point_vault_answers Whether a vault said which restore points it has.",
    "# TYPE restore_point_vault_answers gauge",
    ...vaults.map(({ vault, answers }) => `restore_point_vault_answers{vault="${vault}"} ${Number(answers)}`),
    "# HELP restore_point_taken_seconds When the newest restore point that a vault lists was taken, Unix time; 0 if it lists none.",
    "# TYPE restore_point_taken_seconds gauge",
    ...vaults.flatMap(({ vault, taken }) =>
      Object.entries(taken).map(
        ([service, at]) =>
          `restore_point_taken_seconds{of="${service}",vault="${vault}"} ${at === undefined ? 0 : seconds(at)}`,
      ),
    ),
  ];
}
