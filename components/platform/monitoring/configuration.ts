import yaml from "js-yaml";
import { readTemplate } from "../../foundation/template/template.ts";
import type { Letters, MonitoringPlan } from "./plan.ts";
import { ruleFiles } from "./rules.ts";
import { bucketTargets, connectionTargets, metricsTargets, siteTargets, type Targets } from "./targets.ts";
import { ports } from "./workloads.ts";

/** Mount path of the configuration, and the file with the relay's password. */
export const configurationFolder = "/etc/monitoring";
export const passwordFile = "/run/secrets/monitoring/mail-password";

/** A text in YAML, without a reference to something that stands twice. */
const text = (value: unknown) => yaml.dump(value, { noRefs: true, lineWidth: -1 });

/** The prober asks what the target says, and not the target itself. */
const throughProber = [
  { source_labels: ["__address__"], target_label: "__param_target" },
  { source_labels: ["__param_target"], target_label: "instance" },
  { target_label: "__address__", replacement: `127.0.0.1:${ports.prober}` },
];

function prometheusText({ commune }: MonitoringPlan, targets: Targets): string {
  const itself = Object.entries(ports).map(([service, port]) => ({
    targets: [`127.0.0.1:${port}`],
    labels: { commune, service },
  }));
  return text({
    global: { scrape_interval: "1m", scrape_timeout: "15s", evaluation_interval: "1m" },
    alerting: { alertmanagers: [{ static_configs: [{ targets: [`127.0.0.1:${ports.alertmanager}`] }] }] },
    rule_files: [`${configurationFolder}/*.rules.yaml`],
    scrape_configs: [
      { job_name: "monitoring", static_configs: itself },
      ...metricsTargets(commune, targets).map(({ job, path, targets: static_configs }) => ({
        ...{ job_name: job, metrics_path: path, static_configs },
      })),
      {
        ...{ job_name: "connections", metrics_path: "/probe", relabel_configs: throughProber },
        static_configs: connectionTargets(commune, targets),
      },
      {
        ...{ job_name: "sites", metrics_path: "/probe", relabel_configs: throughProber },
        // A page is more work than a connection.
        scrape_interval: "2m",
        static_configs: siteTargets(commune, targets),
      },
      ...(targets.buckets.length > 0
        ? [
            {
              ...{ job_name: "buckets", metrics_path: "/probe", relabel_configs: throughProber },
              static_configs: bucketTargets(commune, targets),
            },
          ]
        : []),
    ],
  });
}

const weekly = "Watchdog";

function alertmanagerText({ name }: MonitoringPlan, { mail, recipients }: Letters): string {
  const letter = (subject: string, body: string) => ({
    to: recipients.join(", "),
    send_resolved: true,
    headers: { Subject: `[${name}] {{ template "${subject}" . }}` },
    html: "",
    text: `{{ template "${body}" . }}`,
  });
  return text({
    global: {
      smtp_smarthost: `${mail.host}:${mail.port}`,
      smtp_from: mail.from,
      smtp_require_tls: mail.encryption === "starttls",
      smtp_force_implicit_tls: mail.encryption === "tls",
      ...(mail.user !== undefined && {
        smtp_auth_username: mail.user,
        smtp_auth_password_file: passwordFile,
      }),
    },
    templates: [`${configurationFolder}/*.tmpl`],
    route: {
      receiver: "people",
      group_by: ["alertname"],
      group_wait: "1m",
      group_interval: "10m",
      repeat_interval: "1d",
      routes: [
        { matchers: [`alertname="${weekly}"`], receiver: "weekly", repeat_interval: "7d" },
        // Somebody plans an upgrade for weeks.
        { matchers: ['alertname=~"Version.*"'], receiver: "people", repeat_interval: "7d" },
      ],
    },
    inhibit_rules: [
      // Nothing passes: each name that does not answer says nothing more.
      { source_matchers: ['alertname="AllSitesDown"'], target_matchers: ['alertname="SiteDown"'] },
      {
        source_matchers: ['severity="critical"', 'service=~".+"'],
        target_matchers: ['severity="warning"'],
        equal: ["service"],
      },
    ],
    receivers: [
      { name: "people", email_configs: [letter("subject", "letter")] },
      { name: "weekly", email_configs: [{ ...letter("weekly.subject", "weekly"), send_resolved: false }] },
    ],
  });
}

/** Module for buckets: a refusal for want of a key is an answer; that there is no such bucket (404) is none. */
const bucketModule = {
  prober: "http",
  timeout: "12s",
  http: {
    valid_status_codes: [200, 301, 307, 401, 403],
    follow_redirects: false,
    ip_protocol_fallback: true,
  },
};

/** Modules of the prober, each with what counts as an answer. Redirections are not followed: a login elsewhere is not the commune's. */
function proberText({ buckets }: Targets): string {
  const valid_status_codes = [200, 204, 301, 302, 303, 307, 308, 401];
  return text({
    modules: {
      tcp: { prober: "tcp", timeout: "5s" },
      // It asks for the password, which is an answer.
      valkey: {
        prober: "tcp",
        timeout: "5s",
        tcp: { query_response: [{ send: "PING" }, { expect: "^(-NOAUTH|\\+PONG)" }] },
      },
      site: {
        prober: "http",
        timeout: "12s",
        http: {
          valid_status_codes,
          fail_if_not_ssl: true,
          follow_redirects: false,
          ip_protocol_fallback: true,
        },
      },
      ...(buckets.length > 0 && { bucket: bucketModule }),
    },
  });
}

/** The files that the pod reads, by name. */
export function configuration(plan: MonitoringPlan, targets: Targets): Record<string, string> {
  const { letters } = plan;
  const prober = { "prober.yaml": proberText(targets) };
  if (letters === undefined) return prober;
  return {
    "prometheus.yaml": prometheusText(plan, targets),
    "alertmanager.yaml": alertmanagerText(plan, letters),
    "letters.tmpl": readTemplate("platform/monitoring/pod/letters.tmpl"),
    ...prober,
    ...ruleFiles(plan.commune, targets),
  };
}
