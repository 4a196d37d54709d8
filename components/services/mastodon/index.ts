import type pulumi from "@pulumi/pulumi";
import { disruptionBudgets } from "../../foundation/availability/availability.ts";
import { register } from "../../foundation/manifest/register.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { OwnServers } from "../../platform/database/plan.ts";
import { mailPassword } from "../../platform/mail/plan.ts";
import { mediaKeys } from "../../platform/media/plan.ts";
import {
  poolerConfigMap,
  poolerDeployment,
  poolerSecret,
  poolerService,
  usersOf,
} from "../../platform/pooler/manifests.ts";
import { ServiceComponentBase } from "../component.ts";
import { clientSecretOf, givenNames, loginLabels } from "../given.ts";
import type { Account, RunningService, ServiceResources } from "../service.ts";
import { accountPasswordJob } from "./account-password.ts";
import { type BootstrapLabels, bootstrapConfigMap, bootstrapJob, ownerSecret } from "./bootstrap.ts";
import { mastodonDatabaseClient } from "./database.ts";
import { environmentConfigMap, environmentSecret, type MastodonSecrets } from "./environment.ts";
import { mastodonHolders } from "./holders.ts";
import { feedsCronJob, migrateAfterJob, migrateBeforeJob } from "./jobs.ts";
import { mastodonNetworkPolicies } from "./network-policies.ts";
import type { MastodonPlan } from "./plan.ts";
import { authorityConfigMap } from "./pods.ts";
import { poolerOf } from "./pooler.ts";
import { accountLabel, mastodonKeys, reconcilerLabel } from "./secrets.ts";
import { proxyConfigMap } from "./sidecar-proxy.ts";
import { schedulerDeployment, sidekiqDeployment } from "./sidekiq.ts";
import type { MastodonSpec } from "./spec.ts";
import { streamingDeployment, streamingService } from "./streaming.ts";
import { webDeployment } from "./web.ts";
import { mastodonComponents, workloadOf, workloadsOf } from "./workloads.ts";

export interface MastodonArgs extends Omit<MastodonPlan, keyof OwnServers>, ServiceResources {}

/** Migrations of a large server take hours; the engine waits for them. */
const migrating = { create: "3h", update: "3h" };

/** Mastodon of a commune: web, streaming, workers and their clock, migrated around each rollout. */
export class Mastodon extends ServiceComponentBase implements RunningService {
  /** Public address. */
  readonly url: string;
  /** Resolves when all that changes its data has run. */
  readonly done: pulumi.Output<string>;
  /** The account that administers the server, with its first password. */
  readonly account: Account;

  constructor(name: string, args: MastodonArgs, options: pulumi.ComponentResourceOptions) {
    super(
      name,
      args,
      {
        holders: mastodonHolders(args),
        client: mastodonDatabaseClient(args),
        cache: {
          memoryMiB: args.size.cacheMiB,
          workloads: workloadsOf(args.commune, mastodonComponents),
        },
        networkPolicies: mastodonNetworkPolicies(args, args),
      },
      options,
    );
    this.account = { user: args.owner.name, password: args.seed.secret(accountLabel) };
    const spec = this.specOf(args);
    const runs = [...this.prerequisites, ...this.createEnvironment(spec, args)];
    const migrated = register(`${name}-migrate-before`, migrateBeforeJob(spec), {
      parent: this,
      dependsOn: runs,
      customTimeouts: migrating,
    });
    const pooled = this.createPooler(spec, runs);
    const serving = this.createDeployments(spec, [...runs, ...pooled, migrated]);
    const done = register(`${name}-migrate-after`, migrateAfterJob(spec), {
      parent: this,
      dependsOn: [...runs, ...serving],
      customTimeouts: migrating,
    });
    this.add(feedsCronJob(spec), { dependsOn: runs });
    const bootstrap = this.createBootstrap(name, spec, args, [...runs, done]);
    this.url = this.createIngress(workloadOf(args.commune, "web"), args.host).url;
    this.done = bootstrap.id;
    this.registerOutputs({ url: this.url });
  }

  private specOf(args: MastodonArgs): MastodonSpec {
    return {
      ...args,
      database: this.database.connection,
      cache: this.cache.connection,
      secretLabels: [
        ...Object.values(mastodonKeys).map((label) => labelText(label)),
        this.database.passwordLabel,
        this.cache.passwordLabel,
        ...givenNames(args).map((given) => args.seed.givenLabel(given)),
        ...loginLabels(args.seed, args),
      ],
    };
  }

  /** Creates the environment that every process of Mastodon reads. */
  private createEnvironment(spec: MastodonSpec, args: MastodonArgs): pulumi.Resource[] {
    const secrets = secretsOf(args, this.cache.password, this.database.password);
    return [
      ...authorityConfigMap(spec).map((configMap) => this.add(configMap)),
      this.add(environmentConfigMap(spec)),
      this.add(environmentSecret(spec, secrets)),
    ];
  }

  /** Creates the pooler, if there are more connections than the database server should have. */
  private createPooler(spec: MastodonSpec, after: pulumi.Resource[]): pulumi.Resource[] {
    const pooler = poolerOf(spec, this.database.passwordLabel);
    if (pooler === undefined) return [];
    const users = this.database.password.apply((password) => usersOf(spec.database, password));
    const dependsOn = [...after, this.add(poolerConfigMap(pooler)), this.add(poolerSecret(pooler, users))];
    const deployment = poolerDeployment(pooler);
    for (const budget of disruptionBudgets([deployment], spec.availability)) this.add(budget);
    return [this.add(poolerService(pooler)), this.add(deployment, { dependsOn })];
  }

  private createDeployments(spec: MastodonSpec, after: pulumi.Resource[]): pulumi.Resource[] {
    const proxy = this.add(proxyConfigMap(spec));
    // nginx asks for the address of the streaming server when it starts.
    const streamingAddress = this.add(streamingService(spec));
    const dependsOn = [...after, proxy, streamingAddress, ...this.volumes];
    const customTimeouts = { create: "30m", update: "30m" };
    const deployments = [
      webDeployment(spec),
      streamingDeployment(spec),
      sidekiqDeployment(spec),
      schedulerDeployment(spec),
    ];
    for (const budget of disruptionBudgets(deployments, spec.availability)) this.add(budget);
    return deployments.map((deployment) => this.add(deployment, { dependsOn, customTimeouts }));
  }

  /** The Job that applies what the declaration says, and before it the one that gives the owner another password. */
  private createBootstrap(
    name: string,
    spec: MastodonSpec,
    { seed }: MastodonArgs,
    after: pulumi.Resource[],
  ): pulumi.CustomResource {
    const labels: BootstrapLabels = {
      token: seed.current(reconcilerLabel),
      owner: seed.current(accountLabel),
    };
    const secrets = { password: this.account.password, token: seed.secret(reconcilerLabel) };
    const dependsOn = [...after, this.add(bootstrapConfigMap(spec)), this.add(ownerSecret(spec, secrets))];
    const rotation = accountPasswordJob(spec, labels);
    const rotated = rotation
      ? [register(`${name}-owner-password`, rotation, { parent: this, dependsOn })]
      : [];
    return register(`${name}-bootstrap`, bootstrapJob(spec, labels), {
      parent: this,
      dependsOn: [...dependsOn, ...rotated],
      customTimeouts: { create: "30m", update: "30m" },
    });
  }
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
    ...(identity === undefined ? {} : { OIDC_CLIENT_SECRET: clientSecretOf(identity, { seed, given }) }),
  };
}
