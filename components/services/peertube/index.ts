import type pulumi from "@pulumi/pulumi";
import type { Job } from "../../foundation/manifest/manifest.ts";
import { register } from "../../foundation/manifest/register.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { OwnServers } from "../../platform/database/plan.ts";
import { mailPassword } from "../../platform/mail/plan.ts";
import { mediaKeys } from "../../platform/media/plan.ts";
import { ServiceComponentBase } from "../component.ts";
import { raisedGiven } from "../given.ts";
import type { Account, RunningService, ServiceResources } from "../service.ts";
import { accountPasswordJob } from "./account-password.ts";
import { associationsConfigMap, associationsJob } from "./associations.ts";
import { peertubeDatabaseClient } from "./database.ts";
import { peertubeSecret } from "./environment.ts";
import { peertubeHolders } from "./holders.ts";
import { peertubeNetworkPolicies } from "./network-policies.ts";
import type { PeertubePlan } from "./plan.ts";
import { pluginsConfigMap, pluginsJob } from "./plugins.ts";
import { accountLabel, peertubeKey } from "./secrets.ts";
import type { PeertubeSpec } from "./spec.ts";
import { transcodingConfigMap, transcodingCronJob } from "./transcode-again.ts";
import { upgradeScriptsJob } from "./upgrade-scripts.ts";
import { peertubeConfigMap, peertubeDeployment, rtmpService } from "./web.ts";
import { workloadOf } from "./workloads.ts";

export interface PeertubeArgs extends Omit<PeertubePlan, keyof OwnServers>, ServiceResources {}

/** The commune's videos. */
export class Peertube extends ServiceComponentBase implements RunningService {
  /** Public address. */
  readonly url: string;
  /** Resolves when all that changes its data has run. */
  readonly done: pulumi.Output<string>;
  /** The account `root`, with the password of its first start. */
  readonly account: Account;

  constructor(name: string, args: PeertubeArgs, options: pulumi.ComponentResourceOptions) {
    const web = workloadOf(args.commune, "web");
    super(
      name,
      args,
      {
        holders: peertubeHolders(args),
        client: peertubeDatabaseClient(args),
        cache: { memoryMiB: args.size.cacheMiB, workloads: [web] },
        networkPolicies: peertubeNetworkPolicies(args, args),
      },
      options,
    );
    this.account = { user: "root", password: args.seed.secret(accountLabel) };
    const spec = this.specOf(args);
    const deployment = this.createDeployment(spec, this.createSecret(spec, args));
    const ingress = this.createIngress(web, args.host);
    if (args.live) this.add(rtmpService(spec));
    const started = [this.namespace, deployment, ...ingress.ready, ...this.networkPolicies];
    this.createJob(`${name}-scripts`, upgradeScriptsJob(spec), started);
    const rotation = accountPasswordJob(spec, args.seed.current(accountLabel));
    const rotated = this.createJob(`${name}-root-password`, rotation, started);
    this.createPlugins(`${name}-plugins`, spec, [...started, ...rotated]);
    this.createAssociations(`${name}-associations`, spec, [...started, ...rotated]);
    this.add(transcodingCronJob(spec), { dependsOn: [this.add(transcodingConfigMap(spec))] });
    this.url = ingress.url;
    this.done = deployment.id;
    this.registerOutputs({ url: this.url });
  }

  private specOf(args: PeertubeArgs): PeertubeSpec {
    const { seed, mail, media } = args;
    return {
      ...args,
      database: this.database.connection,
      cache: this.cache.connection,
      secretLabels: [
        labelText(peertubeKey),
        labelText(seed.current(accountLabel)),
        this.database.passwordLabel,
        this.cache.passwordLabel,
        // PeerTube reads given secrets once, at its start.
        ...raisedGiven(seed, { mail, media }),
      ],
    };
  }

  private createSecret(spec: PeertubeSpec, { seed, given, mail, media }: PeertubeArgs): pulumi.Resource {
    return this.add(
      peertubeSecret(spec, {
        secret: seed.hex(peertubeKey),
        "database-password": this.database.password,
        "cache-password": this.cache.password,
        "root-password": this.account.password,
        ...(mail?.user === undefined ? {} : { "mail-password": given(mailPassword) }),
        ...(media.kind === "s3"
          ? {
              "media-access-key": given(mediaKeys.accessKey),
              "media-secret-key": given(mediaKeys.secretKey),
            }
          : {}),
      }),
    );
  }

  private createDeployment(spec: PeertubeSpec, secret: pulumi.Resource): pulumi.CustomResource {
    const config = this.add(peertubeConfigMap(spec));
    return this.add(peertubeDeployment(spec), {
      dependsOn: [...this.prerequisites, secret, config, ...this.volumes],
      // An upgrade migrates its database before the pod becomes ready.
      customTimeouts: { create: "30m", update: "30m" },
    });
  }

  private createPlugins(name: string, spec: PeertubeSpec, after: pulumi.Resource[]): void {
    const job = pluginsJob(spec);
    if (job) this.createJob(name, job, [...after, this.add(pluginsConfigMap(spec))]);
  }

  private createAssociations(name: string, spec: PeertubeSpec, after: pulumi.Resource[]): void {
    const job = associationsJob(spec);
    if (job) this.createJob(name, job, [...after, this.add(associationsConfigMap(spec))]);
  }

  /** A Job that may not be needed. */
  private createJob(name: string, job: Job | undefined, dependsOn: pulumi.Resource[]): pulumi.Resource[] {
    return job ? [register(name, job, { parent: this, dependsOn })] : [];
  }
}
