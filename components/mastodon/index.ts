import pulumi from "@pulumi/pulumi";
import type { Caches } from "../cache/contract.ts";
import type { DatabaseClient, DatabaseServer } from "../database/contract.ts";
import type { Entrance } from "../exposure/contract.ts";
import { frontPort } from "../exposure/front.ts";
import { microblogLabel } from "../federation/secrets.ts";
import { type Identity, identityClientSecret } from "../identity/identity.ts";
import { type Mail, mailPassword } from "../mail/mail.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { mediaKeys } from "../media/media.ts";
import { Namespace } from "../namespace/index.ts";
import type { PeerPlaces } from "../network-policy/manifests.ts";
import { type Label, labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import type { GivenSecrets } from "../site/config.ts";
import { bootstrapConfigMap, bootstrapJob, ownerSecret } from "./bootstrap.ts";
import { environmentConfigMap, environmentSecret, type MastodonSecrets } from "./environment.ts";
import { frontConfigMap } from "./front.ts";
import { migrateAfterJob, migrateBeforeJob } from "./jobs.ts";
import { mastodonKeys } from "./keys.ts";
import { mastodonOpenings } from "./openings.ts";
import type { MastodonPlan } from "./plan.ts";
import { authorityConfigMap, mediaVolumeClaim } from "./pods.ts";
import { schedulerDeployment, sidekiqDeployment } from "./sidekiq.ts";
import { mastodonQuota } from "./sizing.ts";
import { type MastodonSpec, mastodonParts, partOf, partsOf } from "./spec.ts";
import { streamingDeployment, streamingService } from "./streaming.ts";
import { webDeployment } from "./web.ts";

export interface MastodonArgs extends Omit<MastodonPlan, "dedicatedDatabase"> {
  seed: Seed;
  database: DatabaseServer;
  caches: Caches;
  entrance: Entrance;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Secrets that somebody else gave, asked for only when the declaration needs them. */
  given: GivenSecrets;
  mail: Mail | undefined;
  identity: Identity | undefined;
  peers: PeerPlaces;
}

/** What it asks of a database server; the commune tells the server. */
export function mastodonDatabaseClient(commune: string): DatabaseClient {
  return {
    database: "mastodon",
    workloads: partsOf(commune, mastodonParts),
    extensions: [],
  };
}

/** Migrations of a large server take hours; the engine waits for them. */
const migrating = { create: "3h", update: "3h" };

/** What a commune says in public: web, streaming, workers and their clock, migrated around each roll. */
export class Mastodon extends pulumi.ComponentResource {
  /** Public address. */
  readonly url: string;
  /** Resolves when all that changes its data has run. */
  readonly done: pulumi.Output<string>;
  /** The account that administers the server, with its first password. */
  readonly owner: { name: string; password: pulumi.Output<string> };

  constructor(name: string, args: MastodonArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Mastodon", name, {}, options);
    const { commune, seed, size } = args;
    const database = args.database.databaseOf("mastodon");
    this.owner = { name: args.owner.name, password: seed.secret(ownerLabel) };

    const namespace = new Namespace(
      name,
      {
        commune,
        service: "mastodon",
        data: partOf(commune, "web").data,
        quota: mastodonQuota(args),
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
        service: "mastodon",
        memoryMiB: size.cacheMiB,
        // Deliveries to other servers wait in it: losing them is losing what people wrote.
        volume: { sizeGiB: size.cacheGiB, storageClass: args.storageClass },
        workloads: partsOf(commune, mastodonParts),
      },
      inNamespace,
    );
    const spec: MastodonSpec = {
      ...args,
      database: database.connection,
      cache: cache.connection,
      privatePeers: args.peers.privatePeers,
      authority: args.peers.authority,
      secretLabels: [
        ...Object.values(mastodonKeys).map(labelText),
        database.passwordLabel,
        cache.passwordLabel,
        ...givenNames(args),
      ],
    };
    const environment = [
      ...authorityConfigMap(spec).map((configMap) => add(configMap)),
      add(environmentConfigMap(spec)),
      add(environmentSecret(spec, secretsOf(args, cache.password, database.password))),
    ];
    const front = add(frontConfigMap(spec));
    const streamingAddress = add(streamingService(spec));
    const volumes = mediaVolumeClaim(spec).map((volume) => add(volume, args.dataHolder));
    const openings = [
      database.openingFrom(partsOf(commune, mastodonParts)),
      ...mastodonOpenings(spec, args.peers),
    ].map((opening) => add(opening));

    const runs = [namespace, ...cache.ready, ...environment, ...openings, ...database.ready];
    const migrated = register(`${name}-migrate-before`, migrateBeforeJob(spec), {
      parent: this,
      dependsOn: runs,
      customTimeouts: migrating,
    });
    // nginx asks for the address of the streaming server when it starts.
    const starts = [...runs, front, streamingAddress, ...volumes, migrated];
    const serving = [
      webDeployment(spec),
      streamingDeployment(spec),
      sidekiqDeployment(spec),
      schedulerDeployment(spec),
    ].map((deployment) =>
      add(deployment, { dependsOn: starts, customTimeouts: { create: "30m", update: "30m" } }),
    );
    const done = register(`${name}-migrate-after`, migrateAfterJob(spec), {
      parent: this,
      dependsOn: [...runs, ...serving],
      customTimeouts: migrating,
    });
    const declared = [
      add(bootstrapConfigMap(spec)),
      add(ownerSecret(spec, { password: this.owner.password, token: seed.secret(microblogLabel) })),
    ];
    const bootstrap = register(`${name}-bootstrap`, bootstrapJob(spec), {
      parent: this,
      dependsOn: [...runs, ...declared, done],
      customTimeouts: { create: "30m", update: "30m" },
    });
    const exposure = args.entrance.expose(
      name,
      { workload: partOf(commune, "web"), host: args.host, port: frontPort },
      inNamespace,
    );
    this.url = exposure.url;
    this.done = bootstrap.id;
    this.registerOutputs({ url: this.url });
  }
}

const ownerLabel: Label = { service: "mastodon", purpose: "owner-password", version: 1 };

/** The given secrets that a declaration needs. */
function givenNames({ mail, media, identity }: Pick<MastodonArgs, "mail" | "media" | "identity">): string[] {
  return [
    ...(mail?.user === undefined ? [] : [mailPassword]),
    ...(media.kind === "s3" ? Object.values(mediaKeys) : []),
    ...(identity === undefined ? [] : [identityClientSecret]),
  ];
}

/** Each secret variable with its value. Shapes: lib/tasks/mastodon.rake and lib/tasks/db.rake of v4.6.5. */
function secretsOf(
  { seed, given, mail, media, identity }: MastodonArgs,
  passwordOfCache: pulumi.Output<string>,
  databasePassword: pulumi.Output<string>,
): MastodonSecrets {
  const vapid = seed.keyPair(mastodonKeys.vapid);
  return {
    SECRET_KEY_BASE: seed.hex(mastodonKeys.base, 64),
    ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY: seed.hex(mastodonKeys.deterministic),
    ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT: seed.hex(mastodonKeys.salt),
    ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY: seed.hex(mastodonKeys.primary),
    VAPID_PRIVATE_KEY: vapid.privateKey,
    VAPID_PUBLIC_KEY: vapid.publicKey,
    DB_PASS: databasePassword,
    REDIS_PASSWORD: passwordOfCache,
    ...(mail?.user === undefined ? {} : { SMTP_PASSWORD: given(mailPassword) }),
    ...(media.kind === "s3"
      ? {
          AWS_ACCESS_KEY_ID: given(mediaKeys.accessKey),
          AWS_SECRET_ACCESS_KEY: given(mediaKeys.secretKey),
        }
      : {}),
    ...(identity === undefined ? {} : { OIDC_CLIENT_SECRET: given(identityClientSecret) }),
  };
}
