import pulumi from "@pulumi/pulumi";
import { disruptionBudgets } from "../../foundation/availability/availability.ts";
import type { Job } from "../../foundation/manifest/manifest.ts";
import type { ChildOptions } from "../../foundation/manifest/register.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { OwnServers } from "../../platform/database/plan.ts";
import { mailPassword } from "../../platform/mail/plan.ts";
import { objectsKeys } from "../../platform/media/plan.ts";
import { ServiceComponentBase } from "../component.ts";
import { clientSecretOf, loginLabels, raisedGiven } from "../given.ts";
import type { Account, RunningService, ServiceResources } from "../service.ts";
import { accountPasswordJob } from "./account-password.ts";
import { sessionIni } from "./configuration.ts";
import { nextcloudBefore, nextcloudCommands, nextcloudCron } from "./cron.ts";
import { nextcloudDatabaseClient } from "./database.ts";
import { foldersConfigMap, foldersJob } from "./folders.ts";
import { nextcloudHolders } from "./holders.ts";
import { nextcloudNetworkPolicies } from "./network-policies.ts";
import type { NextcloudPlan } from "./plan.ts";
import { accountLabel, instanceKeys, reconcilerLabel } from "./secrets.ts";
import { nextcloudServers } from "./servers.ts";
import type { NextcloudSpec } from "./spec.ts";
import { nextcloudConfigMap, nextcloudDeployment, nextcloudSecret } from "./web.ts";
import { workloadOf } from "./workloads.ts";

export interface NextcloudArgs extends Omit<NextcloudPlan, keyof OwnServers>, ServiceResources {}

/** Documents, agenda and contacts of a commune. */
export class Nextcloud extends ServiceComponentBase implements RunningService {
  /** Public address. */
  readonly url: string;
  /** Resolves when all that changes its data has run. */
  readonly done: pulumi.Output<string>;
  /** The account `admin`, with the password of its first start. */
  readonly account: Account;

  constructor(name: string, args: NextcloudArgs, options: pulumi.ComponentResourceOptions) {
    super(
      name,
      args,
      {
        holders: nextcloudHolders(args),
        client: nextcloudDatabaseClient(args),
        cache: { memoryMiB: args.size.cacheMiB },
        networkPolicies: nextcloudNetworkPolicies(args, args),
      },
      options,
    );
    this.account = { user: "admin", password: args.seed.secret(accountLabel) };
    const spec = this.specOf(args);
    const web = this.createWeb(spec, this.createSecret(spec, args));
    const afterStart = { dependsOn: [this.namespace, web] };
    // Servers with a bucket run background jobs themselves.
    this.add(spec.media === undefined ? nextcloudCron(spec) : nextcloudCommands(spec), afterStart);
    const rotation = accountPasswordJob(spec, args.seed.current(accountLabel));
    if (rotation) this.add(rotation, afterStart);
    if (spec.teamFolders?.length) this.createFolders(spec, web);
    this.url = this.createIngress(workloadOf(args.commune, "web"), args.host).url;
    this.done = web.id;
    this.registerOutputs({ url: this.url });
  }

  private specOf(args: NextcloudArgs): NextcloudSpec {
    const { seed } = args;
    return {
      ...args,
      database: this.database.connection,
      cache: this.cache.connection,
      secretLabels: [
        labelText(seed.current(accountLabel)),
        labelText(seed.current(reconcilerLabel)),
        this.database.passwordLabel,
        this.cache.passwordLabel,
        // Nextcloud keeps a copy of one given secret, and reads another one from a file.
        ...raisedGiven(seed, { mail: args.mail, identity: args.identity, objects: args.media }),
        ...loginLabels(seed, args),
      ],
    };
  }

  private createSecret(
    spec: NextcloudSpec,
    { seed, given, mail, identity, media }: NextcloudArgs,
  ): pulumi.Resource {
    const { password: cachePassword } = this.cache;
    return this.add(
      nextcloudSecret(spec, {
        adminPassword: this.account.password,
        databasePassword: this.database.password,
        cachePassword,
        sessionIni: cachePassword.apply((password) => sessionIni(spec.cache, password)),
        federationPassword: seed.secret(reconcilerLabel),
        mailPassword: mail?.user === undefined ? undefined : given(mailPassword),
        identityClientSecret: identity && clientSecretOf(identity, { seed, given }),
        bucket: media && {
          "objects-access-key": given(objectsKeys.accessKey),
          "objects-secret-key": given(objectsKeys.secretKey),
          "instance-secret": seed.hex(instanceKeys.secret),
          "instance-salt": seed.hex(instanceKeys.salt, 16),
          // As the installer draws it: lib/private/legacy/OC_Util.php of nextcloud/server, getInstanceId.
          "instance-id": pulumi.interpolate`oc${seed.hex(instanceKeys.id, 5)}`,
        },
      }),
    );
  }

  /** The pods that serve, after the Job that prepares what they need while the old version serves. */
  private createWeb(spec: NextcloudSpec, secret: pulumi.Resource): pulumi.CustomResource {
    const ready = [...this.prerequisites, secret, this.add(nextcloudConfigMap(spec)), ...this.volumes];
    const before = this.addJob(nextcloudBefore(spec), {
      dependsOn: ready,
      customTimeouts: { create: "90m" },
    });
    // The first start installs, and an upgrade migrates, before the pod becomes ready.
    const options = { dependsOn: [...ready, before], customTimeouts: { create: "30m", update: "30m" } };
    if (spec.media === undefined) return this.add(nextcloudDeployment(spec), options);
    const servers = nextcloudServers(spec);
    for (const budget of disruptionBudgets([servers], spec.size.servers > 1 ? "node-loss" : "single"))
      this.add(budget);
    return this.add(servers, options);
  }

  /** The folders that groups share. */
  private createFolders(spec: NextcloudSpec, deployment: pulumi.Resource): void {
    const list = this.add(foldersConfigMap(spec));
    this.addJob(foldersJob(spec), { dependsOn: [this.namespace, deployment, list] });
  }

  /** Until November 2026 the logical names of these Jobs had the checksum in them. */
  private addJob(job: Job, options: Partial<ChildOptions>): pulumi.CustomResource {
    const { commune } = this;
    return this.add(job, { ...options, aliases: [{ name: `${commune}-${job.metadata.name}` }] });
  }
}
