import pulumi from "@pulumi/pulumi";
import type { Caches } from "../cache/contract.ts";
import type { DatabaseClient, DatabaseServer } from "../database/contract.ts";
import type { Entrance } from "../exposure/contract.ts";
import { frontPort } from "../exposure/front.ts";
import { type Mail, mailPassword } from "../mail/mail.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { mediaKeys } from "../media/media.ts";
import { Namespace } from "../namespace/index.ts";
import type { PeerPlaces } from "../network-policy/manifests.ts";
import { type Label, labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import type { GivenSecrets } from "../site/config.ts";
import { peertubeSecret } from "./environment.ts";
import { peertubeKey } from "./keys.ts";
import { peertubeOpenings } from "./network.ts";
import type { PeertubePlan } from "./plan.ts";
import { pluginsConfigMap, pluginsJob } from "./plugins.ts";
import { scriptsJob } from "./scripts.ts";
import { peertubeConfigMap, peertubeDeployment, rtmpService } from "./server.ts";
import { peertubeQuota } from "./sizing.ts";
import { type PeertubeSpec, scriptsWorkload, serverWorkload } from "./spec.ts";
import { peertubeVolume } from "./storage.ts";

export interface PeertubeArgs extends PeertubePlan {
  seed: Seed;
  database: DatabaseServer;
  caches: Caches;
  entrance: Entrance;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Secrets that somebody else gave: the relay's password, the keys to the store. */
  given: GivenSecrets;
  mail: Mail | undefined;
  peers: PeerPlaces;
}

/** What it asks of a database server. The extensions are made for it: its role could not where it owns nothing. */
export function peertubeDatabaseClient(commune: string): DatabaseClient {
  return {
    database: "peertube",
    workloads: [serverWorkload(commune), scriptsWorkload(commune)],
    extensions: ["pg_trgm", "unaccent"],
  };
}

/** The commune's videos. */
export class Peertube extends pulumi.ComponentResource {
  /** Public address. */
  readonly url: string;
  /** Resolves when all that changes its data has run. */
  readonly done: pulumi.Output<string>;
  /** Password of the account `root`, set at the first start. */
  readonly rootPassword: pulumi.Output<string>;

  constructor(name: string, args: PeertubeArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Peertube", name, {}, options);
    const { commune, seed, size, media, mail, given, dataHolder } = args;
    const server = serverWorkload(commune);
    const rootLabel: Label = { service: "peertube", purpose: "root-password", version: 1 };
    const database = args.database.databaseOf("peertube");
    this.rootPassword = seed.secret(rootLabel);

    const namespace = new Namespace(
      name,
      { commune, service: "peertube", data: server.data, quota: peertubeQuota(args), dataHolder },
      { parent: this },
    );
    const inNamespace = { parent: this, dependsOn: [namespace] };
    const add = (manifest: Manifest, childOptions: Partial<ChildOptions> = {}) =>
      register(`${commune}-${manifest.metadata.name}`, manifest, { ...inNamespace, ...childOptions });

    const cache = args.caches.cacheOf(
      `${name}-cache`,
      {
        commune,
        service: "peertube",
        memoryMiB: size.cacheMiB,
        // Transcoding jobs and deliveries to peers are queued in it.
        volume: { sizeGiB: size.cacheGiB, storageClass: args.storageClass },
        workloads: [server],
      },
      inNamespace,
    );
    const spec: PeertubeSpec = {
      ...args,
      database: database.connection,
      cache: cache.connection,
      secretLabels: [
        labelText(peertubeKey),
        labelText(rootLabel),
        database.passwordLabel,
        cache.passwordLabel,
      ],
    };
    const secret = add(
      peertubeSecret(spec, {
        secret: seed.hex(peertubeKey),
        "database-password": database.password,
        "cache-password": cache.password,
        "root-password": this.rootPassword,
        ...(mail?.user === undefined ? {} : { "mail-password": given(mailPassword) }),
        ...(media.kind === "s3"
          ? {
              "media-access-key": given(mediaKeys.accessKey),
              "media-secret-key": given(mediaKeys.secretKey),
            }
          : {}),
      }),
    );
    const config = add(peertubeConfigMap(spec));
    const volume = add(peertubeVolume(spec), dataHolder);
    const openings = [
      database.openingFrom(peertubeDatabaseClient(commune).workloads),
      ...peertubeOpenings(spec, args.entrance.namespace),
    ].map((opening) => add(opening));
    const deployment = add(peertubeDeployment(spec), {
      dependsOn: [namespace, ...cache.ready, secret, config, volume, ...openings, ...database.ready],
      // An upgrade migrates its database before the pod becomes ready.
      customTimeouts: { create: "30m", update: "30m" },
    });
    const exposure = args.entrance.expose(
      name,
      { workload: server, host: args.host, port: frontPort },
      inNamespace,
    );
    if (args.live) add(rtmpService(spec));
    const afterStart = { dependsOn: [namespace, deployment, ...exposure.ready, ...openings] };
    const scripts = scriptsJob(spec);
    if (scripts) register(`${name}-scripts`, scripts, { parent: this, ...afterStart });
    const plugins = pluginsJob(spec);
    if (plugins) {
      const list = add(pluginsConfigMap(spec));
      register(`${name}-plugins`, plugins, {
        parent: this,
        dependsOn: [...afterStart.dependsOn, list],
      });
    }
    this.url = exposure.url;
    this.done = deployment.id;
    this.registerOutputs({ url: this.url });
  }
}
