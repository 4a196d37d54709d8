import pulumi from "@pulumi/pulumi";
import type { Caches } from "../cache/contract.ts";
import type { DatabaseClient, DatabaseServer } from "../database/contract.ts";
import type { Entrance } from "../exposure/contract.ts";
import { frontPort } from "../exposure/front.ts";
import { documentsLabel } from "../federation/secrets.ts";
import { identityClientSecret } from "../identity/identity.ts";
import { mailPassword } from "../mail/mail.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { Namespace } from "../namespace/index.ts";
import { type Label, labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import type { GivenSecrets } from "../site/config.ts";
import { sessionIni } from "./config.ts";
import { nextcloudBefore, nextcloudCron } from "./cron.ts";
import { foldersConfigMap, foldersJob } from "./folders.ts";
import { nextcloudConfigMap, nextcloudDeployment, nextcloudSecret, nextcloudVolumes } from "./manifests.ts";
import { outsideOpenings } from "./openings.ts";
import { nextcloudQuota } from "./sizing.ts";
import { cronWorkload, type NextcloudSpec, webWorkload } from "./spec.ts";

export interface NextcloudArgs extends Omit<NextcloudSpec, "secretLabels" | "database" | "cache"> {
  seed: Seed;
  database: DatabaseServer;
  caches: Caches;
  entrance: Entrance;
  /** Secrets that somebody else gave: needed with a mail account or an identity provider. */
  given?: GivenSecrets | undefined;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/** What it asks of a database server; the commune tells the server. */
export function nextcloudDatabaseClient(commune: string): DatabaseClient {
  return {
    database: "nextcloud",
    workloads: [webWorkload(commune), cronWorkload(commune)],
    extensions: [],
  };
}

/** Documents, agenda and contacts of a commune. */
export class Nextcloud extends pulumi.ComponentResource {
  /** Public address. */
  readonly url: string;
  /** Resolves when all that changes its data has run. */
  readonly done: pulumi.Output<string>;
  /** Password of the account `admin`, set at the first start. */
  readonly adminPassword: pulumi.Output<string>;

  constructor(name: string, args: NextcloudArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Nextcloud", name, {}, options);
    const { commune, seed, size } = args;
    const [web, cron] = [webWorkload(commune), cronWorkload(commune)];
    const adminLabel: Label = { service: "nextcloud", purpose: "admin-password", version: 1 };
    const database = args.database.databaseOf("nextcloud");
    this.adminPassword = seed.secret(adminLabel);

    const namespace = new Namespace(
      name,
      {
        commune,
        service: "nextcloud",
        data: web.data,
        quota: nextcloudQuota(args),
        dataHolder: args.dataHolder,
      },
      { parent: this },
    );
    const inNamespace = { parent: this, dependsOn: [namespace] };
    const add = (manifest: Manifest, childOptions: Partial<ChildOptions> = {}) =>
      register(`${commune}-${manifest.metadata.name}`, manifest, { ...inNamespace, ...childOptions });

    const cache = args.caches.cacheOf(
      `${name}-cache`,
      {
        commune,
        service: "nextcloud",
        memoryMiB: size.cacheMiB,
        volume: undefined,
        workloads: [web, cron],
      },
      inNamespace,
    );
    const spec: NextcloudSpec = {
      ...args,
      database: database.connection,
      cache: cache.connection,
      secretLabels: [
        labelText(adminLabel),
        labelText(documentsLabel),
        database.passwordLabel,
        cache.passwordLabel,
      ],
    };
    const secret = add(
      nextcloudSecret(spec, {
        adminPassword: this.adminPassword,
        databasePassword: database.password,
        cachePassword: cache.password,
        sessionIni: cache.password.apply((password) => sessionIni(cache.connection, password)),
        federationPassword: seed.secret(documentsLabel),
        mailPassword: args.mail?.user === undefined ? undefined : given(args, mailPassword),
        identityClientSecret: args.identity === undefined ? undefined : given(args, identityClientSecret),
      }),
    );
    const config = add(nextcloudConfigMap(spec));
    const volumes = nextcloudVolumes(spec).map((volume) => add(volume, args.dataHolder));
    const openings = [database.openingFrom([web, cron]), ...outsideOpenings(spec)].map((opening) =>
      add(opening),
    );
    const ready = [namespace, ...cache.ready, secret, config, ...volumes, ...openings, ...database.ready];
    const before = add(nextcloudBefore(spec), { dependsOn: ready, customTimeouts: { create: "90m" } });
    const deployment = add(nextcloudDeployment(spec), {
      dependsOn: [...ready, before],
      // The first start installs, and an upgrade migrates, before the pod becomes ready.
      customTimeouts: { create: "30m", update: "30m" },
    });
    add(nextcloudCron(spec), { dependsOn: [namespace, deployment] });
    if (spec.teamFolders?.length) {
      const list = add(foldersConfigMap(spec));
      add(foldersJob(spec), { dependsOn: [namespace, deployment, list] });
    }
    const exposure = args.entrance.expose(
      name,
      { workload: web, host: args.host, port: frontPort },
      inNamespace,
    );
    this.url = exposure.url;
    this.done = deployment.id;
    this.registerOutputs({ url: this.url });
  }
}

function given({ given: secrets }: NextcloudArgs, name: string): pulumi.Output<string> {
  if (secrets === undefined) throw new Error(`Nextcloud needs the given secret "${name}": pass \`given\`.`);
  return pulumi.secret(secrets(name));
}
