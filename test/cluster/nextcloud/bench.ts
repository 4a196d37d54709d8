import { execa } from "execa";
import { nextcloudDeployment } from "../../../components/services/nextcloud/web.ts";
import type { Instance } from "./instance.ts";

/** Steps that run as the image's entry point runs them: the two init containers of the pod, in their order. */
const steps = ["install", "configure"] as const;
export type Step = (typeof steps)[number];

/** Place at which a step is cut short: at a point of the double, at a call of rsync, or after some time. */
export type Cut = { point: string } | { rsync: string } | { after: number; step: Step };

/** The state of an instance after its start has ended, as far as people and peers would notice. */
export interface State {
  status: { installed: boolean; maintenance: boolean; needsDbUpgrade: boolean; versionstring: string };
  /** Accounts, and the groups of the one that changes trusted servers. */
  accounts: string[];
  groups: string[];
  delegations: number;
  /** Files of `config/`. */
  config: string[];
  unfinished: boolean;
  /** Whether the cache's password stands in config.php. */
  secret: boolean;
}

interface Container {
  name: string;
  image: string;
  command: string[];
  resources: unknown;
}

/**
 * The steps of a start in pods that only wait, one per version, so that they can be killed as a whole container is: all
 * processes at once, at any moment, as often as wanted. What is run again follows the kubelet's rule: a step that failed,
 * never one that ended (https://kubernetes.io/docs/concepts/workloads/pods/init-containers/).
 */
export class Bench {
  constructor(
    private readonly instance: Instance,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** The pod of one version. */
  async open(version: string): Promise<void> {
    const { metadata, spec } = JSON.parse(
      JSON.stringify(nextcloudDeployment(this.instance.spec(version)).spec.template),
    ) as { metadata: { labels: object }; spec: { initContainers: Container[] } };
    const waiting = spec.initContainers.map((container) => ({
      ...container,
      command: ["sleep", "infinity"],
      resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "256Mi" } },
    }));
    const name = nameOf(version);
    await this.instance.apply({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, namespace: this.instance.namespace, labels: metadata.labels },
      spec: { ...spec, initContainers: [], containers: waiting, terminationGracePeriodSeconds: 0 },
    });
    await this.instance.kubectl(
      ...["wait", "-n", this.instance.namespace, "--for=condition=Ready", "--timeout=180s", `pod/${name}`],
    );
    await this.run(version, "install", {}, rsyncThatDies);
  }

  /** Nothing on the volumes, nothing in the database. */
  async clear(version: string): Promise<void> {
    await this.run(
      ...([version, "install", {}] as const),
      "find /var/www/html /var/www/data -mindepth 1 -delete; rm -f /tmp/rsyncs",
    );
    await this.instance.sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION nextcloud");
  }

  /** A start: returns how often a step had to be run again, or throws with what was said when it never ends. */
  async start(version: string, cut?: Cut): Promise<number> {
    let again = 0;
    for (const step of steps) {
      for (;;) {
        const { code, output } = await this.step(version, step, again === 0 ? cut : undefined);
        if (code === 0) break;
        again += 1;
        if (again > 4) throw new Error(`${step} does not end: ${output}`);
      }
    }
    return again;
  }

  async state(version: string): Promise<State> {
    const occ = async (words: string) => {
      const { output } = await this.run(
        version,
        "install",
        {},
        `php /var/www/html/occ ${words} --output=json 2> /dev/null | tail -n 1`,
      );
      return JSON.parse(output) as unknown;
    };
    const ls = await this.run(version, "install", {}, "ls /var/www/html/config");
    const has = async (test: string) => (await this.run(version, "install", {}, test)).code === 0;
    return {
      status: (await occ("status")) as State["status"],
      accounts: Object.keys((await occ("user:list")) as object),
      groups: ((await occ("user:info commune-federation")) as { groups: string[] }).groups,
      delegations: Number(await this.instance.sql("SELECT count(*) FROM oc_authorized_groups")),
      config: ls.output.trim().split("\n"),
      unfinished: await has("[ -e /var/www/html/custom_apps/.unfinished ]"),
      secret: await has("grep -q of-the-cache /var/www/html/config/config.php"),
    };
  }

  private async step(version: string, step: Step, cut: Cut | undefined) {
    const script = `sh /etc/nextcloud/${step}.sh`;
    if (cut === undefined) return this.run(version, step, {}, script);
    if ("point" in cut) return this.run(version, step, { DOUBLE_KILL_AT: cut.point }, script);
    if ("rsync" in cut) return this.run(version, step, { KILL_RSYNC: cut.rsync }, script);
    const killed = `timeout -s KILL ${cut.after.toFixed(2)} ${script}`;
    return this.run(version, step, {}, cut.step === step ? killed : script);
  }

  /** A line of shell in a process group of its own, which is killed as a whole. */
  async run(
    version: string,
    step: Step,
    environment: Record<string, string>,
    line: string,
  ): Promise<{ code: number; output: string }> {
    const set = Object.entries({
      PATH: "/tmp/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      ...environment,
    });
    const { all, exitCode } = await execa(
      "kubectl",
      [
        ...["exec", "-n", this.instance.namespace, nameOf(version), "-c", step, "--"],
        ...["env", ...set.map(([name, value]) => `${name}=${value}`), "setsid", "-w", "sh", "-c", line],
      ],
      { env: this.environment, all: true, reject: false },
    );
    return { code: exitCode ?? 1, output: all };
  }
}

const nameOf = (version: string) => `bench-${version.replaceAll(".", "-")}`;

/** An rsync that ends its process group before or after the call whose number `KILL_RSYNC` names. */
const rsyncThatDies = `mkdir -p /tmp/bin
cat > /tmp/bin/rsync <<'END'
#!/bin/sh
n=$(($(cat /tmp/rsyncs 2> /dev/null || echo 0) + 1))
echo $n > /tmp/rsyncs
[ "\${KILL_RSYNC:-}" != "$n before" ] || kill -9 0
/usr/bin/rsync "$@"
code=$?
[ "\${KILL_RSYNC:-}" != "$n after" ] || kill -9 0
exit $code
END
chmod 755 /tmp/bin/rsync`;
