import { execa } from "execa";
import { namespaceManifests } from "../../../components/foundation/namespace/manifests.ts";
import {
  allowFrom,
  allowTo,
  allowToServer,
} from "../../../components/foundation/network-policy/manifests.ts";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { volumeClaim } from "../../../components/foundation/volume/manifests.ts";
import {
  cacheConnection,
  cachePort,
  cacheSecret,
  cacheServer,
  cacheService,
  cacheWorkload,
  valkeyConfig,
} from "../../../components/platform/cache/manifests.ts";
import { sessionIni } from "../../../components/services/nextcloud/configuration.ts";
import { nextcloudBefore, nextcloudCron } from "../../../components/services/nextcloud/cron.ts";
import { foldersConfigMap, foldersJob } from "../../../components/services/nextcloud/folders.ts";
import { nextcloudHolders } from "../../../components/services/nextcloud/holders.ts";
import { nextcloudNetworkPolicies } from "../../../components/services/nextcloud/network-policies.ts";
import type { TeamFolder } from "../../../components/services/nextcloud/plan.ts";
import { nextcloudSize } from "../../../components/services/nextcloud/sizing.ts";
import { appsOf, type NextcloudSpec } from "../../../components/services/nextcloud/spec.ts";
import {
  nextcloudConfigMap,
  nextcloudDeployment,
  nextcloudSecret,
} from "../../../components/services/nextcloud/web.ts";
import { workloadOf } from "../../../components/services/nextcloud/workloads.ts";
import { networks } from "../../../local/cluster/network.ts";
import { database, mirror } from "./outside.ts";

/** A Nextcloud of the toolkit's own objects, brought from version to version without the engine. */
export class Instance {
  /** Folders that groups share. */
  private teamFolders: readonly TeamFolder[];
  /** Settings of the declaration: passed through to config.php. */
  settings: NextcloudSpec["settings"] = {};
  readonly namespace: string;
  /** Namespace of the database server and the mirror of apps: outside, as far as the service's network rules know. */
  readonly outside: string;
  private readonly host: string;
  /** Address outside that answers as an office server does when it is asked what it can do; nothing is edited. */
  readonly officeServer: string;

  /** @param commune a name that no other test file has. */
  constructor(
    private readonly commune: string,
    private readonly environment: NodeJS.ProcessEnv,
    teamFolders: readonly TeamFolder[],
  ) {
    this.teamFolders = teamFolders;
    this.namespace = `${commune}-nextcloud`;
    this.outside = `${commune}-outside`;
    this.host = `cloud.${commune}.test`;
    this.officeServer = `http://office.${this.outside}.svc:9980`;
  }

  spec(version: string): NextcloudSpec {
    const { commune, outside, host } = this;
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
      office: { server: this.officeServer, callers: [] },
      settings: this.settings,
      teamFolders: this.teamFolders,
      sharing: { documents: false, agenda: false, everyMinutes: 5 },
      mail: undefined,
      identity: undefined,
      // The office server and the mirror are pods.
      peers: {
        privatePeers: [],
        privateEndpoints: [networks.ipv4.pods, networks.ipv6.pods],
        clusterRanges: [],
        authority: undefined,
        ingress: ingressPresets.traefik.source,
      },
      database: { host: `database.${outside}.svc`, port: 5432, database: "nextcloud", sslMode: "disable" },
      cache: cacheConnection("nextcloud"),
      secretLabels: [],
    };
  }

  /** The namespace with its rules, the cache, the volumes, and what is outside. */
  async prepare(archives: Record<string, string>): Promise<void> {
    await this.remove();
    const spec = this.spec("32.0.13");
    const { commune, outside } = this;
    const [web, cron] = [workloadOf(commune, "web"), workloadOf(commune, "cron")];
    const cache = {
      commune,
      service: "nextcloud",
      memoryMiB: spec.size.cacheMiB,
      volume: undefined,
      passwordLabel: "",
    };
    await this.apply(
      { apiVersion: "v1", kind: "Namespace", metadata: { name: outside, labels: restricted } },
      ...namespaceManifests(nextcloudHolders(spec).namespace),
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
      ...nextcloudHolders(spec).volumes.map(volumeClaim),
      cacheSecret(cache, valkeyConfig("of-the-cache", cache)),
      cacheService(cache),
      cacheServer(cache),
      allowTo([web, cron], cacheWorkload(cache), cachePort),
      allowFrom([web, cron], cacheWorkload(cache), cachePort),
      allowToServer([web, cron], "database", 5432),
      ...nextcloudNetworkPolicies(spec, { ...spec, ingress: { source: spec.peers.ingress } }),
    );
    await this.kubectl("wait", "-n", this.outside, "--for=condition=Ready", "--timeout=180s", "pod", "--all");
  }

  async remove(): Promise<void> {
    await this.kubectl(
      "delete",
      "namespace",
      this.namespace,
      this.outside,
      "--ignore-not-found",
      "--timeout=180s",
    );
  }

  /** Applies what the pods read. A version's own list of apps is in it: with no mirror they are not there. */
  async configure(version: string): Promise<void> {
    await this.apply(nextcloudConfigMap(this.spec(version)));
  }

  /** Starts the Job that stands before a change; returns its name. */
  async begin(version: string): Promise<string> {
    const spec = this.spec(version);
    const job = nextcloudBefore(spec);
    await this.apply(nextcloudConfigMap(spec), job);
    return job.metadata.name;
  }

  async jobEnds(name: string): Promise<void> {
    await this.kubectl(
      "wait",
      "-n",
      this.namespace,
      "--for=condition=Complete",
      "--timeout=240s",
      `job/${name}`,
    );
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
    await this.kubectl("rollout", "status", "-n", this.namespace, "deployment/nextcloud", "--timeout=180s");
  }

  /** Runs the background jobs once, to their end; returns what they wrote. */
  async backgroundJobs(name: string): Promise<string> {
    await this.kubectl("create", "job", "-n", this.namespace, name, "--from=cronjob/nextcloud-cron");
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

  /** Returns what the newest pod of such a Job has written so far. */
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
    return this.kubectl("logs", "-n", this.namespace, what, ...options);
  }

  /** Output of a command in a container of the serving pod, whatever its exit code. */
  async exec(container: string, ...command: string[]): Promise<string> {
    const args = ["exec", "-n", this.namespace, "deploy/nextcloud", "-c", container, "--", ...command];
    const { all } = await execa("kubectl", args, { env: this.environment, all: true, reject: false });
    return all;
  }

  async occ(...words: string[]): Promise<string> {
    return this.exec("php", "php", "occ", ...words);
  }

  /** Versions of the apps that are on, of those that the declaration asks for. */
  async apps(): Promise<Record<string, string>> {
    const listed = await this.occ("app:list", "--output=json");
    const json = listed.split("\n").at(-1) ?? "";
    if (!json.startsWith("{")) throw new Error(`occ app:list said no list:\n${listed}`);
    const { enabled } = JSON.parse(json) as { enabled: Record<string, string> };
    const asked = appsOf(this.spec(""));
    const wanted = Object.entries(enabled).filter(([id]) => asked.some((app) => app === id));
    return Object.fromEntries(wanted);
  }

  /** Status and body of a request through nginx, as the administrator when `curl` is not told otherwise. */
  async ask(path: string, ...curl: string[]): Promise<{ status: number; body: string }> {
    const asked = await this.exec(
      "nginx",
      ...["curl", "-s", "-w", "\n%{http_code}", "-H", `Host: ${this.host}`, "-u", "admin:a-long-password"],
      ...curl,
      `http://127.0.0.1:8080${path}`,
    );
    const end = asked.lastIndexOf("\n");
    return { body: asked.slice(0, end).trim(), status: Number(asked.slice(end + 1)) };
  }

  /** Uploads random bytes in one request, with or without saying how many, and reads them back; the file is gone then. */
  async upload(bytes: number, told: boolean): Promise<{ status: number; bytes: number; same: boolean }> {
    const address = "http://127.0.0.1:8080/remote.php/dav/files/admin/streamed";
    const said = await this.exec(
      ...["nginx", "sh", "-c"],
      `head -c ${bytes} /dev/urandom > /tmp/sent
set -- -s -u admin:a-long-password -H "Host: ${this.host}"
curl "$@" -o /dev/null -w '%{http_code} ' -T ${told ? "/tmp/sent" : "-"} ${address} < /tmp/sent
curl "$@" ${address} | tee /tmp/got | wc -c
cmp /tmp/sent /tmp/got && echo same
curl "$@" -X DELETE ${address}
rm /tmp/sent /tmp/got`,
    );
    const [status = "", size = "", same] = said.split(/\s+/);
    return { status: Number(status), bytes: Number(size), same: same === "same" };
  }

  /**
   * Requests through nginx that send a byte every half second, at once, while `meanwhile` is done.
   *
   * @param header of each request, after its first line; what it sends are chunks when it says so.
   */
  async trickling<T>(
    count: number,
    line: string,
    header: readonly string[],
    meanwhile: () => Promise<T>,
  ): Promise<T> {
    const begin = [line, `Host: ${this.host}`, ...header, "", ""].join("\r\n");
    const part = header.some((text) => text.endsWith("chunked")) ? "1\r\na\r\n" : "a";
    const senders = this.exec(
      ...["php", "php", "-r"],
      `[, $count, $begin, $part] = $argv;
for ($i = 0; $i < $count; $i++) { $all[$i] = fsockopen('127.0.0.1', 8080); fwrite($all[$i], $begin); }
touch('/tmp/trickling');
while (file_exists('/tmp/trickling')) { usleep(500000); foreach ($all as $one) { @fwrite($one, $part); } }`,
      ...[`${count}`, begin, part],
    );
    try {
      await this.exec("php", "sh", "-c", "until [ -e /tmp/trickling ]; do sleep 0.1; done; sleep 1");
      return await meanwhile();
    } finally {
      await this.exec("php", "rm", "-f", "/tmp/trickling");
      await senders;
    }
  }

  async sql(statement: string): Promise<string> {
    return this.kubectl("exec", "-n", this.outside, "database", "--", ...psql, statement);
  }

  /** Whether a pod that is outside, and under no rule of the service's, opens a connection to an address now. */
  async reachesFromOutside(host: string, port: number): Promise<boolean> {
    const words = ["bash", "-c", `timeout 3 bash -c '</dev/tcp/${host}/${port}'`];
    const pod = ["exec", "-n", this.outside, "database", "--", ...words];
    const { exitCode } = await execa("kubectl", pod, { env: this.environment, reject: false });
    return exitCode === 0;
  }

  /** The init containers of the newest pod: name, times started again, and how each last ended. */
  async initContainers(): Promise<{ name: string; restarts: number; exitCode: number | undefined }[]> {
    const listed = await this.kubectl(
      ...["get", "pods", "-n", this.namespace, "--selector=app.kubernetes.io/component=web", "-o", "json"],
    );
    const { items } = JSON.parse(listed) as { items: PodStatus[] };
    const [pod] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    return (pod?.status.initContainerStatuses ?? []).map(({ name, restartCount, state, lastState }) => ({
      name,
      restarts: restartCount,
      exitCode: (state.terminated ?? lastState.terminated)?.exitCode,
    }));
  }

  async apply(...items: unknown[]): Promise<void> {
    const input = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await execa("kubectl", ["apply", "-f", "-"], { env: this.environment, input });
  }

  async kubectl(...args: string[]): Promise<string> {
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
