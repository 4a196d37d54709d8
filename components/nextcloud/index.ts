import pulumi from "@pulumi/pulumi";
import { Cache } from "../cache/index.ts";
import { type Database, databasePassword } from "../database/index.ts";
import { type DatabaseClient, databasePort, serverWorkload } from "../database/manifests.ts";
import { Exposure } from "../exposure/index.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { Namespace } from "../namespace/index.ts";
import { allowTo } from "../network-policy/manifests.ts";
import { type Label, labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import type { IngressSettings } from "../site/site.ts";
import { sessionIni } from "./config.ts";
import {
  cronWorkload,
  type NextcloudSpec,
  nextcloudConfigMap,
  nextcloudCron,
  nextcloudDeployment,
  nextcloudSecret,
  nextcloudVolumes,
  webPort,
  webWorkload,
} from "./manifests.ts";
import { nextcloudQuota } from "./sizing.ts";

export interface NextcloudArgs extends Omit<NextcloudSpec, "secretLabels"> {
  seed: Seed;
  database: Database;
  ingress: IngressSettings;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/** The workloads that use the database; the commune gives them to its server. */
export function nextcloudDatabaseClients(commune: string): DatabaseClient[] {
  return [webWorkload(commune), cronWorkload(commune)].map((workload) => ({
    workload,
    database: "nextcloud",
  }));
}

/** Documents, agenda and contacts of a commune. */
export class Nextcloud extends pulumi.ComponentResource {
  /** Public address. */
  readonly url: string;
  /** Password of the account `admin`, set at the first start. */
  readonly adminPassword: pulumi.Output<string>;

  constructor(name: string, args: NextcloudArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Nextcloud", name, {}, options);
    const { commune, seed, size } = args;
    const [web, cron] = [webWorkload(commune), cronWorkload(commune)];
    const adminLabel: Label = { service: "nextcloud", purpose: "admin-password", version: 1 };
    const databaseLabel = databasePassword({ workload: web, database: "nextcloud" });
    const spec: NextcloudSpec = { ...args, secretLabels: [adminLabel, databaseLabel].map(labelText) };
    this.adminPassword = seed.secret(adminLabel);

    const namespace = new Namespace(
      name,
      {
        commune,
        service: "nextcloud",
        data: web.data,
        quota: nextcloudQuota(spec),
        dataHolder: args.dataHolder,
      },
      { parent: this },
    );
    const inNamespace = { parent: this, dependsOn: [namespace] };
    const add = (manifest: Manifest, childOptions: Partial<ChildOptions> = {}) =>
      register(`${commune}-${manifest.metadata.name}`, manifest, { ...inNamespace, ...childOptions });

    const cache = new Cache(
      `${name}-cache`,
      { commune, service: "nextcloud", memoryMiB: size.cacheMiB, clients: [web, cron], seed },
      inNamespace,
    );
    const secret = add(
      nextcloudSecret(spec, {
        adminPassword: this.adminPassword,
        databasePassword: seed.secret(databaseLabel),
        cachePassword: cache.password,
        sessionIni: cache.password.apply(sessionIni),
      }),
    );
    const config = add(nextcloudConfigMap(spec));
    const volumes = nextcloudVolumes(spec).map((volume) => add(volume, args.dataHolder));
    const openings = [web, cron].map((workload) =>
      add(allowTo(workload, serverWorkload(commune), databasePort)),
    );
    const deployment = add(nextcloudDeployment(spec), {
      dependsOn: [
        namespace,
        cache,
        secret,
        config,
        ...volumes,
        ...openings,
        args.database.ready("nextcloud"),
      ],
      // The first start installs, and an upgrade migrates, before the pod becomes ready.
      customTimeouts: { create: "30m", update: "30m" },
    });
    add(nextcloudCron(spec), { dependsOn: [namespace, deployment] });
    const exposure = new Exposure(
      name,
      { workload: web, host: args.host, port: webPort, ingress: args.ingress },
      inNamespace,
    );
    this.url = exposure.url;
    this.registerOutputs({ url: this.url });
  }
}
