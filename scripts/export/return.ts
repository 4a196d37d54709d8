import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import type { AfterRestore } from "../../components/foundation/restore-point/contract.ts";
import { shellWord } from "../../components/foundation/shell-word.ts";
import { type ExchangeStep, exchangeName } from "../../components/platform/database/exchange.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { toolkitTemplate } from "../../local/template.ts";
import { cachesAmong, emptyCacheScript } from "../recovery/caches.ts";
import { type Container, type Cron, jobOf } from "../recovery/point.ts";
import { withEnvironment, withLoaderPassword } from "../recovery/runs.ts";
import { dataFiles, type Leaving } from "./data-files.ts";
import { kubectl, returnFile } from "./folder.ts";
import { cronOf, type PodSpec, podOf } from "./return-pod.ts";
import { scriptsFolder } from "./return-scripts.ts";
import { documents } from "./stages.ts";
import type { Applied, AppliedObject } from "./state.ts";

/**
 * Manifests for kubectl that take the data of one service back, by path, and the lines of the script that uses them.
 */
export interface Return {
  files: Readonly<Record<string, string>>;
  script: readonly string[];
}

/** @param applied all that is exported: CronJobs of the service are what the pods and Jobs are made of. */
export function returnOf(applied: readonly Applied[], leaving: Leaving): Return {
  const { points, manifest } = leaving;
  const { commune, service, contents } = points;
  const server = points.rows?.engine === "postgresql" ? points.rows.server : undefined;
  const namespace = namespaceOf(points);
  const objects = applied.map(({ object }) => object);
  const inNamespace = objects.filter(({ metadata }) => metadata.namespace === namespace);
  const folder = `reprise/${service}`;
  const point = String(manifest.sequence).padStart(6, "0");
  const files: Record<string, string> = {};
  /** Keeps a Job in a file; says the line that runs it. */
  const job = (name: string, in_: string, object: object, verb = "travail"): string => {
    files[`${folder}/${name}.yaml`] = documents([object]);
    return `${verb} ${in_} reprise-${name}-${service} ${folder}/${name}.yaml`;
  };
  const serverNamespace = server && namespaceOf({ commune, service: server.server });
  const exchange = (
    name: string,
    step: ExchangeStep,
    verb?: string,
    change = (container: Container) => container,
  ) => {
    const cron = cronOf(objects, serverNamespace ?? "", exchangeName(points.rows?.database ?? ""));
    return job(
      name,
      serverNamespace ?? "",
      jobOf(cron, `reprise-${name}-${service}`, (pod) => ({
        ...pod,
        containers: pod.containers.map((each) => change(withEnvironment(each, { STEP: step, POINT: point }))),
      })),
      verb,
    );
  };
  /** The Secret with the password of who brings the rows, which the script makes. */
  const secret = `reprise-${service}`;
  const told = (when: AfterRestore["when"]) =>
    contents.afterAll.flatMap((after, index) => {
      if (after.when !== when) return [];
      const name = `suite-${index + 1}`;
      return [
        job(
          name,
          namespace,
          afterJob(cronOf(inNamespace, namespace, after.cronJob), `reprise-${name}-${service}`, after),
        ),
      ];
    });
  files[`${folder}/pod.yaml`] = documents(podOf(inNamespace, leaving, point));
  const users = inNamespace.filter(
    (object) => object.kind === "Deployment" && uses(podSpecOf(object), points),
  );
  const clocks = inNamespace.filter(
    (object) => object.kind === "CronJob" && !isSuspended(object) && uses(podSpecOf(object), points),
  );
  const data = dataFiles(leaving);
  const archives = data.flatMap(({ path, content, bytes }) =>
    content.kind === "files"
      ? [`fichiers ${namespace} ${content.volume} ${content.files} ${bytes} ${path}`]
      : [],
  );
  const dump = data.find(({ content }) => content.kind === "dump");
  const caches = cachesAmong(
    service,
    inNamespace.map(({ kind, metadata: { name } }) => `${kind.toLowerCase()}/${name}`),
  );
  const rows =
    serverNamespace === undefined || dump === undefined
      ? [`echo "${service} : sa base est sur un serveur que quelqu'un d'autre tient, et y reste." >&2`]
      : [
          `${exchange("preparer", "prepare", "preparer", (each) => withLoaderPassword(each, secret))} ${secret}`,
          `lignes ${namespace} ${dump.path}`,
          exchange("echanger", "there"),
          ...caches.map(
            (cache) =>
              `${kubectl} -n ${namespace} exec ${cache} -- sh -euc ${shellWord(emptyCacheScript)} > /dev/null`,
          ),
        ];
  return {
    files,
    script: [
      `etape ${shellWord(`${leaving.title} : fichiers et lignes du ${manifest.takenAt}`)}`,
      ...clocks.map(({ metadata: { name } }) => `horloge ${namespace} ${name} true`),
      ...users.map(
        ({ metadata: { name }, spec }) => `arreter ${namespace} ${name} ${shellWord(selectorText(spec))}`,
      ),
      `pod ${namespace} ${folder}/pod.yaml`,
      ...rows,
      ...archives,
      `fin ${namespace} ${folder}/pod.yaml`,
      ...told("before people return"),
      // All of them before any is waited for: some run only beside others.
      ...users.map(
        ({ metadata: { name }, spec }) =>
          `${kubectl} -n ${namespace} scale deployment ${name} --replicas=${replicasOf(spec)}`,
      ),
      ...users.map(
        ({ metadata: { name } }) =>
          `${kubectl} -n ${namespace} rollout status deployment ${name} --timeout=20m`,
      ),
      ...clocks.map(({ metadata: { name } }) => `horloge ${namespace} ${name} false`),
      ...told("while it serves"),
    ],
  };
}

/**
 * One run of a CronJob of the service itself, with its instructions. The service is stopped, so no other pod is
 * beside it.
 */
function afterJob(cron: Cron, name: string, { command, when }: AfterRestore): object {
  return jobOf(cron, name, ({ affinity, containers, ...pod }) => ({
    ...pod,
    ...(affinity && when === "while it serves" && { affinity }),
    containers: containers.map((each) => ({ ...each, command: [...command], args: [] })),
  }));
}

function podSpecOf({ kind, spec }: AppliedObject): PodSpec | undefined {
  const template = kind === "CronJob" ? (spec as Cron["spec"]).jobTemplate.spec : spec;
  return (template as { template?: { spec: PodSpec } }).template?.spec;
}

/** Whether pods use one of the volumes that data comes back to. */
function uses(pod: PodSpec | undefined, { contents }: PointsPlan): boolean {
  const claims = contents.volumes.map(({ name }) => name);
  return (pod?.volumes ?? []).some(({ persistentVolumeClaim }) =>
    claims.includes(persistentVolumeClaim?.claimName ?? ""),
  );
}

const isSuspended = ({ spec }: AppliedObject) => (spec as { suspend?: boolean }).suspend === true;

const replicasOf = (spec: unknown) => (spec as { replicas?: number }).replicas ?? 1;

function selectorText(spec: unknown): string {
  const { matchLabels } = (spec as { selector: { matchLabels: Record<string, string> } }).selector;
  return Object.entries(matchLabels)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}

/** The whole script: what its lines are short for, then the lines of each service. Plain kubectl and sha256sum. */
export function returnScript(returns: readonly Return[]): string {
  return toolkitTemplate("scripts/export/return/reprendre.sh", {
    RETURN_FILE: returnFile,
    SCRIPTS_FOLDER: scriptsFolder,
    SERVICES: returns.map(({ script }) => script.join("\n")).join("\n\n"),
  });
}
