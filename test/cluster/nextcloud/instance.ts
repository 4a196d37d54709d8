import { execa } from "execa";
import {
  cacheConnection,
  cachePort,
  cacheSecret,
  cacheServer,
  cacheService,
  cacheWorkload,
  valkeyConfig,
} from "../../../components/cache/manifests.ts";
import { namespaceManifests } from "../../../components/namespace/manifests.ts";
import { allowFrom, allowTo, allowToOutside } from "../../../components/network-policy/manifests.ts";
import { sessionIni } from "../../../components/nextcloud/config.ts";
import { nextcloudBefore, nextcloudCron } from "../../../components/nextcloud/cron.ts";
import { foldersConfigMap, foldersJob, type TeamFolder } from "../../../components/nextcloud/folders.ts";
import {
  nextcloudConfigMap,
  nextcloudDeployment,
  nextcloudSecret,
  nextcloudVolumes,
} from "../../../components/nextcloud/manifests.ts";
import { outsideOpenings } from "../../../components/nextcloud/openings.ts";
import { nextcloudQuota, nextcloudSize } from "../../../components/nextcloud/sizing.ts";
import { appsOf, cronWorkload, type NextcloudSpec, webWorkload } from "../../../components/nextcloud/spec.ts";
import { database, mirror } from "./outside.ts";

const commune = "ascension";
const namespace = `${commune}-nextcloud`;
/** Where the database server and the mirror of apps are: outside, as far as the service's network rules know. */
const outside = `${commune}-outside`;
const host = "cloud.ascension.test";
/** What answers there as an office server does when it is asked what it can do; nothing is edited. */
export const officeServer = `http://office.${outside}.svc:9980`;

/** A Nextcloud of the toolkit's own objects, brought from version to version without the engine. */
export class Instance {
  /** Folders that groups share. */
  private teamFolders: readonly TeamFolder[];

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    teamFolders: readonly TeamFolder[],
  ) {
    this.teamFolders = teamFolders;
  }

  spec(version: string): NextcloudSpec {
    return {
      commune,
      version,
      host,
      size: nextcloudSize(10),
      storageGiB: 1,
      storageClass: undefined,
      quotaPerUser: "512 MB",
      apps: ["calendar", "contacts", "groupfolders"],
      appMirror: `http://mirror.${outside}.svc:8080`,
      office: { server: officeServer, callers: [] },
      settings: {},
      teamFolders: this.teamFolders,
      sharing: { documents: false, agenda: false, everyMinutes: 5 },
      peers: { privatePeers: [], authority: undefined, ingressNamespace: "traefik" },
      database: { host: `database.${outside}.svc`, port: 5432, database: "nextcloud", sslMode: "disable" },
      cache: cacheConnection("nextcloud"),
      secretLabels: [],
    };
  }

  /** The namespace with its rules, the cache, the volumes, and what is outside. */
  async prepare(archives: Record<string, string>): Promise<void> {
    await this.remove();
    const spec = this.spec("32.0.13");
    const [web, cron] = [webWorkload(commune), cronWorkload(commune)];
    const cache = {
      commune,
      service: "nextcloud",
      memoryMiB: spec.size.cacheMiB,
      volume: undefined,
      passwordLabel: "",
    };
    await this.apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: outside, labels: restricted } },
      ...namespaceManifests({
        commune,
        service: "nextcloud",
        data: web.data,
        quota: nextcloudQuota(spec),
      }),
    );
    await this.apply(...[...database(), ...mirror(archives)].map(inNamespace(outside)));
    await this.apply(
      nextcloudSecret(spec, {
        adminPassword: "a-long-password",
        databasePassword: "of-the-town",
        cachePassword: "of-the-cache",
        sessionIni: sessionIni(spec.cache, "of-the-cache"),
        federationPassword: "of-the-federation",
      }),
      ...nextcloudVolumes(spec),
      cacheSecret(cache, valkeyConfig("of-the-cache", cache)),
      cacheService(cache),
      cacheServer(cache),
      allowTo([web, cron], cacheWorkload(cache), cachePort),
      allowFrom([web, cron], cacheWorkload(cache), cachePort),
      allowToOutside([web, cron], "database", 5432),
      ...outsideOpenings(spec),
    );
    await this.kubectl("wait", "-n", outside, "--for=condition=Ready", "--timeout=180s", "pod", "--all");
  }

  async remove(): Promise<void> {
    await this.kubectl("delete", "namespace", namespace, outside, "--ignore-not-found", "--timeout=180s");
  }

  /** Starts the Job that stands before a change; returns its name. */
  async begin(version: string): Promise<string> {
    const spec = this.spec(version);
    const job = nextcloudBefore(spec);
    await this.apply(nextcloudConfigMap(spec), job);
    return job.metadata.name;
  }

  async jobEnds(name: string): Promise<void> {
    await this.kubectl("wait", "-n", namespace, "--for=condition=Complete", "--timeout=240s", `job/${name}`);
  }

  /** Applies a version's pods, without waiting. The CronJob runs only when a test says so. */
  async change(version: string): Promise<void> {
    const spec = this.spec(version);
    const jobs = nextcloudCron(spec);
    await this.apply(nextcloudConfigMap(spec), nextcloudDeployment(spec), {
      ...jobs,
      spec: { ...jobs.spec, suspend: true },
    });
  }

  /** The whole way to a version; returns the seconds from the change until it serves. */
  async become(version: string): Promise<number> {
    await this.jobEnds(await this.begin(version));
    const started = Date.now();
    await this.change(version);
    await this.serves();
    return (Date.now() - started) / 1000;
  }

  async serves(): Promise<void> {
    await this.kubectl("rollout", "status", "-n", namespace, "deployment/nextcloud", "--timeout=180s");
  }

  /** Runs the background jobs once, to their end; returns what they wrote. */
  async backgroundJobs(name: string): Promise<string> {
    await this.kubectl("create", "job", "-n", namespace, name, "--from=cronjob/nextcloud-cron");
    await this.jobEnds(name);
    return this.logs(`job/${name}`, "--all-containers");
  }

  /** Runs the Job of shared folders to its end; returns what it wrote. */
  async foldersAre(version: string, teamFolders: readonly TeamFolder[]): Promise<string> {
    this.teamFolders = teamFolders;
    const job = foldersJob(this.spec(version));
    await this.apply(foldersConfigMap(this.spec(version)), job);
    await this.jobEnds(job.metadata.name);
    return this.logs(`job/${job.metadata.name}`);
  }

  /** What the newest pod of such a Job has written so far. */
  async foldersLog(): Promise<string> {
    const job = foldersJob(this.spec("32.0.13")).metadata.name;
    return this.logs(`job/${job}`, "--all-pods");
  }

  /** An account in a group, with the administrator's password. */
  async account(name: string, group: string): Promise<void> {
    const words = `NC_PASS=a-long-password php occ user:add --password-from-env --group="$1" "$0"`;
    await this.exec("php", "sh", "-c", words, name, group);
  }

  async logs(what: string, ...options: string[]): Promise<string> {
    return this.kubectl("logs", "-n", namespace, what, ...options);
  }

  /** Output of a command in a container of the serving pod, whatever its exit code. */
  async exec(container: string, ...command: string[]): Promise<string> {
    const args = ["exec", "-n", namespace, "deploy/nextcloud", "-c", container, "--", ...command];
    const { all } = await execa("kubectl", args, { env: this.environment, all: true, reject: false });
    return all;
  }

  async occ(...words: string[]): Promise<string> {
    return this.exec("php", "php", "occ", ...words);
  }

  /** Versions of the apps that are on, of those that the declaration asks for. */
  async apps(): Promise<Record<string, string>> {
    const listed = await this.occ("app:list", "--output=json");
    const { enabled } = JSON.parse(listed.split("\n").at(-1) ?? "") as { enabled: Record<string, string> };
    const asked = appsOf(this.spec(""));
    const wanted = Object.entries(enabled).filter(([id]) => asked.some((app) => app === id));
    return Object.fromEntries(wanted);
  }

  /** Status and body of a request through nginx, as the administrator when `curl` is not told otherwise. */
  async ask(path: string, ...curl: string[]): Promise<{ status: number; body: string }> {
    const asked = await this.exec(
      "nginx",
      ...["curl", "-s", "-w", "\n%{http_code}", "-H", `Host: ${host}`, "-u", "admin:a-long-password"],
      ...curl,
      `http://127.0.0.1:8080${path}`,
    );
    const end = asked.lastIndexOf("\n");
    return { body: asked.slice(0, end).trim(), status: Number(asked.slice(end + 1)) };
  }

  async sql(statement: string): Promise<string> {
    return this.kubectl("exec", "-n", outside, "database", "--", ...psql, statement);
  }

  /** The init containers of the newest pod: name, times started again, and how each last ended. */
  async initContainers(): Promise<{ name: string; restarts: number; exitCode: number | undefined }[]> {
    const listed = await this.kubectl(
      ...["get", "pods", "-n", namespace, "--selector=app.kubernetes.io/component=web", "-o", "json"],
    );
    const { items } = JSON.parse(listed) as { items: PodStatus[] };
    const [pod] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return (pod?.status.initContainerStatuses ?? []).map(({ name, restartCount, state, lastState }) => ({
      name,
      restarts: restartCount,
      exitCode: (state.terminated ?? lastState.terminated)?.exitCode,
    }));
  }

  private async apply(...items: unknown[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await execa("kubectl", ["apply", "-f", "-"], { env: this.environment, input });
  }

  private async kubectl(...args: string[]): Promise<string> {
    const { stdout } = await execa("kubectl", args, { env: this.environment });
    return stdout;
  }
}

interface Ended {
  terminated?: { exitCode: number };
}
interface PodStatus {
  metadata: { deletionTimestamp?: string };
  status: {
    initContainerStatuses?: { name: string; restartCount: number; state: Ended; lastState: Ended }[];
  };
}

const restricted = { "pod-security.kubernetes.io/enforce": "restricted" };
const psql = ["psql", "-U", "nextcloud", "nextcloud", "-Atc"];

const inNamespace = (name: string) => (object: { metadata: object }) => ({
  ...object,
  metadata: { ...object.metadata, namespace: name },
});
