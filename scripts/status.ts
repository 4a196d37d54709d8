import { Command } from "commander";
import type { Language } from "../components/foundation/language/language.ts";
import { whenItFailsKey } from "../components/foundation/manifest/job.ts";
import { readMeasured, readMeasuredCommand } from "../components/platform/mariadb/rows.ts";
import { languageHere } from "./language.ts";
import { contextHelp, kubectlAt, reachOf } from "./reach.ts";
import { mariadbWords } from "./recovery/mariadb.ts";

/** One workload of a commune. */
export interface WorkloadStatus {
  service: string;
  name: string;
  kind: string;
  ready: boolean;
  /** The condition that it is waiting for, or its last action. */
  state: string;
}

/** A commune as its cluster sees it. */
export interface CommuneStatus {
  commune: string;
  ready: boolean;
  workloads: WorkloadStatus[];
  /** Jobs that gave up, and what to do about each. */
  failed: { name: string; reason: string; step: string }[];
  /** Databases of associations that are nearly or wholly full, and a server that was not measured: a sentence each. */
  rows: string[];
  addresses: string[];
}

/** The parts of Kubernetes objects that a status is read from. */
export interface Listed {
  items: {
    kind: string;
    metadata: {
      name: string;
      namespace?: string;
      labels?: Record<string, string>;
      annotations?: Record<string, string>;
    };
    spec: {
      replicas?: number;
      schedule?: string;
      suspend?: boolean;
      rules?: { host?: string; http?: { paths: { path?: string }[] } }[];
    };
    status?: {
      readyReplicas?: number;
      lastSuccessfulTime?: string;
      conditions?: { type: string; status: string; reason?: string }[];
    };
  }[];
}

const phrases = {
  wholly: {
    fr: {
      soon: "",
      full: ", et rien ne s’y ajoute plus",
      closed: ", et rien ne s’y ajoute ni n’y change plus",
    },
    en: {
      soon: "",
      full: ", so that nothing is added",
      closed: ", so that nothing is added or changed",
    },
  },
  unmeasured: {
    fr: (server: string) =>
      `${server} : les bases ne sont pas mesurées. Lisez le journal de son conteneur rows.`,
    en: (server: string) => `${server}: rows are not measured. Look at the log of its container rows.`,
  },
  volume: {
    fr: (server: string, taken: number, most: number, wholly: string) =>
      `${server} : le disque est rempli, ${taken} sur ${most} Mio${wholly} (docs/tenants.md).`,
    en: (server: string, taken: number, most: number, wholly: string) =>
      `${server}: the volume is filled to ${taken} of ${most} MiB${wholly} (docs/tenants.md).`,
  },
  rows: {
    fr: (server: string, owner: string, taken: number, most: number, wholly: string) =>
      `${server} : la base de ${owner} prend ${taken} sur ${most} Mio${wholly} (docs/tenants.md).`,
    en: (server: string, owner: string, taken: number, most: number, wholly: string) =>
      `${server}: rows of ${owner} take ${taken} of ${most} MiB${wholly} (docs/tenants.md).`,
  },
  lastRan: { fr: (at: string) => `a tourné le ${at}`, en: (at: string) => `last ran ${at}` },
  onRequest: { fr: "tourne quand on le demande", en: "runs when it is asked to" },
  notYet: {
    fr: (schedule: string) => `n’a pas encore tourné (${schedule})`,
    en: (schedule: string) => `not run yet (${schedule})`,
  },
  pods: {
    fr: (have: number, want: number) => `${have} sur ${want} en service`,
    en: (have: number, want: number) => `${have} of ${want} ready`,
  },
  readWhy: {
    fr: (namespace: string, name: string, commune: string) =>
      `Lisez pourquoi : kubectl -n ${namespace} logs job/${name}. Corrigez, puis : npx pulumi up -s ${commune}`,
    en: (namespace: string, name: string, commune: string) =>
      `Read why: kubectl -n ${namespace} logs job/${name}. Fix it, then: npx pulumi up -s ${commune}`,
  },
  nothing: {
    fr: (commune: string) =>
      `Rien ne tourne pour ${commune} sur ce cluster. Pour démarrer : npx pulumi up -s ${commune}`,
    en: (commune: string) =>
      `${commune} runs nothing on this cluster. Bring it up with: npx pulumi up -s ${commune}`,
  },
  ready: {
    fr: (commune: string) => `${commune} est en service.`,
    en: (commune: string) => `${commune} is Ready.`,
  },
  notReady: {
    fr: (commune: string) => `${commune} n’est pas entièrement en service.`,
    en: (commune: string) => `${commune} is not Ready.`,
  },
  gaveUp: {
    fr: (name: string, reason: string) => `${name} a abandonné (${reason}).`,
    en: (name: string, reason: string) => `${name} gave up (${reason}).`,
  },
} as const;

/** Advice on the rows of a MariaDB server, by the last measurement of its pod; empty if all have room. */
export function rowsText(server: string, measured: string, language: Language): string[] {
  const all = readMeasured(measured);
  if (all.length === 0) return [phrases.unmeasured[language](server)];
  return all.flatMap(({ owner, takenMiB, mostMiB, state }) => {
    if (state === "room") return [];
    const [taken, most] = [Math.round(takenMiB), Math.round(mostMiB)];
    const wholly = phrases.wholly[language][state];
    return [
      owner === "*"
        ? phrases.volume[language](server, taken, most, wholly)
        : phrases.rows[language](server, owner, taken, most, wholly),
    ];
  });
}

/** The MariaDB servers that are ready, by what is listed. */
function mariadbServersIn({ items }: Listed): string[] {
  return items.flatMap(({ kind, metadata: { labels = {} }, status }) =>
    kind === "StatefulSet" && labels["app.kubernetes.io/name"] === "mariadb" && status?.readyReplicas
      ? (labels["commune.cloud/service"] ?? [])
      : [],
  );
}

/**
 * Reads a commune's status from what the cluster lists.
 *
 * @param rows what is said of rows of associations.
 */
export function statusOf(
  commune: string,
  { items }: Listed,
  language: Language,
  rows: string[] = [],
): CommuneStatus {
  const workloads = items
    .filter(({ kind }) => kind !== "Ingress" && kind !== "Job")
    .map(({ kind, metadata, spec, status = {} }): WorkloadStatus => {
      const service = metadata.labels?.["commune.cloud/service"] ?? "";
      const common = { service, name: metadata.name, kind };
      if (kind === "CronJob") {
        const last = status.lastSuccessfulTime;
        return {
          ...common,
          ready: true,
          state: last
            ? phrases.lastRan[language](last)
            : spec.suspend
              ? phrases.onRequest[language]
              : phrases.notYet[language](String(spec.schedule)),
        };
      }
      const [have, want] = [status.readyReplicas ?? 0, spec.replicas ?? 1];
      return { ...common, ready: have >= want, state: phrases.pods[language](have, want) };
    });
  const addresses = items
    .filter(({ kind }) => kind === "Ingress")
    .flatMap(({ spec }) =>
      (spec.rules ?? []).flatMap(({ host, http }) =>
        host ? [`https://${host}${startOf(http?.paths[0]?.path)}`] : [],
      ),
    );
  return {
    commune,
    ready: workloads.length > 0 && workloads.every(({ ready }) => ready),
    workloads,
    failed: items.flatMap((item) => failedJob(commune, item, language)),
    rows,
    addresses,
  };
}

/** Advice on a Job that gave up; Jobs of a schedule come again automatically. */
function failedJob(
  commune: string,
  { kind, metadata, status }: Listed["items"][number],
  language: Language,
): CommuneStatus["failed"] {
  const { name, namespace, annotations = {} } = metadata;
  const failed = status?.conditions?.find(
    (condition) => condition.type === "Failed" && condition.status === "True",
  );
  if (
    kind !== "Job" ||
    failed === undefined ||
    annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"]
  )
    return [];
  // What a Job itself advises is on the cluster, in English.
  const step = annotations[whenItFailsKey] ?? phrases.readWhy[language](namespace ?? "", name, commune);
  return [{ name, reason: failed.reason ?? "Failed", step }];
}

/** Path at which a reader begins; empty for the start page. */
function startOf(path: string | undefined): string {
  return path === undefined || path === "/" ? "" : path;
}

/** A status as a table. */
export function statusText(
  { commune, ready, workloads, failed, rows, addresses }: CommuneStatus,
  language: Language,
): string {
  if (workloads.length === 0) return phrases.nothing[language](commune);
  const widthOf = (of: (workload: WorkloadStatus) => string) =>
    Math.max(...workloads.map((workload) => of(workload).length)) + 2;
  const [services, names] = [widthOf(({ service }) => service), widthOf(({ name }) => name)];
  return [
    (ready ? phrases.ready : phrases.notReady)[language](commune),
    ...workloads.map(
      ({ service, name, kind, state }) =>
        `  ${service.padEnd(services)}${name.padEnd(names)}${kind.padEnd(13)}${state}`,
    ),
    ...failed.flatMap(({ name, reason, step }) => [
      `  ${phrases.gaveUp[language](name, reason)}`,
      `    ${step}`,
    ]),
    ...rows.map((line) => `  ${line}`),
    ...addresses.map((address) => `  ${address}`),
  ].join("\n");
}

/** `commune status <id>`: what runs for a commune. */
export function statusCommand(): Command {
  return new Command("status")
    .description("Say what runs for a commune and whether it is ready.")
    .argument("<commune>", "id of the commune")
    .option("--context <name>", contextHelp)
    .option("--json", "print the status as JSON")
    .action(async (commune: string, { context, json }: { context?: string; json?: true }) => {
      const kubectl = kubectlAt(reachOf(commune, context));
      // Programs read English.
      const language = json ? "en" : languageHere();
      const listed = (await kubectl.json([
        "get",
        "statefulsets,deployments,cronjobs,jobs,ingresses",
        "--all-namespaces",
        `--selector=commune.cloud/commune=${commune}`,
      ])) as Listed;
      const rows = mariadbServersIn(listed).map(async (server) =>
        rowsText(
          server,
          await kubectl.text(mariadbWords({ commune, server }, readMeasuredCommand)),
          language,
        ),
      );
      const status = statusOf(commune, listed, language, (await Promise.all(rows)).flat());
      console.log(json ? JSON.stringify(status, null, 2) : statusText(status, language));
      if (!status.ready) process.exitCode = 1;
    });
}
