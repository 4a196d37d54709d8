import pulumi from "@pulumi/pulumi";
import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import { register } from "../../foundation/manifest/register.ts";
import { publicKeyOf } from "../../foundation/multikey/multikey.ts";
import {
  allowFrom,
  allowToEndpoint,
  allowToPeers,
  type PeerPlaces,
} from "../../foundation/network-policy/manifests.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { ServiceDatabase } from "../../platform/database/contract.ts";
import { databasePort, serverWorkload } from "../../platform/database/manifests.ts";
import { mariadbPort } from "../../platform/mariadb/gate.ts";
import { mariadbWorkload } from "../../platform/mariadb/manifests.ts";
import type { VaultAccess } from "../vault/access.ts";
import { repositoryPassword } from "../vault/secrets.ts";
import {
  loadCronJob,
  pointsConfigMap,
  pointsCronJob,
  pointsProgram,
  pointsSecret,
  pointsWorkload,
  restoreCronJob,
} from "./manifests.ts";
import type { PointsPlan } from "./plan.ts";
import { pointsKey } from "./secrets.ts";
import type { PointsIdentity } from "./settings.ts";
import { signerOf } from "./signer.ts";

export interface PointsArgs extends PointsPlan {
  seed: Seed;
  /** Private key of the commune's descriptor, base64url. Secret. */
  descriptorKey: pulumi.Output<string>;
  /** Addresses and passwords of the vaults, by host. Secret. */
  access: pulumi.Output<Record<string, VaultAccess>>;
  /** Undefined if the service keeps only files. */
  database: ServiceDatabase | undefined;
  /** Keys to the bucket with its files; undefined if it has none. Secret. */
  bucketKeys: { accessKey: pulumi.Output<string>; secretKey: pulumi.Output<string> } | undefined;
  peers: PeerPlaces;
  /** The service: its namespace, volumes and pods exist first. */
  after: pulumi.Resource;
}

/** The restore points of one service, or of one application of an association: CronJobs in its namespace. */
export class RestorePoints extends pulumi.ComponentResource {
  /** Resolves when the CronJobs are as declared. */
  readonly done: pulumi.Output<unknown>;

  constructor(name: string, args: PointsArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:RestorePoints", name, {}, options);
    const { database, peers, after, rows } = args;
    const inNamespace = { parent: this, dependsOn: [after, ...(database?.ready ?? [])] };
    const workload = pointsWorkload(args);
    const spec = { ...args, connection: database?.connection, authority: peers.authority };
    const add = (end: string, manifest: Parameters<typeof register>[1]) =>
      register(`${name}-${end}`, manifest, inNamespace);
    const needs = [
      add("settings", pointsConfigMap(spec)),
      add("program", pointsProgram(args, bundleProgram("restore-point"))),
      add("secrets", pointsSecret(args, this.secretsOf(args))),
      add("to-vaults", allowToPeers([workload], peers)),
      ...(args.bucket
        ? [add("to-bucket", allowToEndpoint([workload], "bucket", args.bucket.endpoint, peers))]
        : []),
      ...(database ? [add("to-database", database.networkPolicyFrom([workload]))] : []),
      ...atDatabase(args).map((policy) => add("at-database", policy)),
    ];
    const afterNeeds = { ...inNamespace, dependsOn: [after, ...needs] };
    const points =
      args.schedule === undefined ? [] : [register(name, pointsCronJob(spec, args.schedule), afterNeeds)];
    const restores = [
      register(name.replace(/-point$/, ""), restoreCronJob(spec), afterNeeds),
      ...(rows ? [register(name.replace(/-point$/, "-rows"), loadCronJob(spec), afterNeeds)] : []),
    ];
    this.done = pulumi.all([...points, ...restores].map(({ id }) => id));
    this.registerOutputs({});
  }

  private secretsOf({
    seed,
    descriptorKey,
    access,
    database,
    bucketKeys,
    commune,
    service,
  }: PointsArgs): Parameters<typeof pointsSecret>[1] {
    const signingKey = seed.secret(pointsKey(service));
    const identity = pulumi
      .all([descriptorKey, signingKey, seed.fingerprint()])
      .apply(([descriptor, key, fingerprint]): string => {
        const [own, points] = [descriptor, key].map((text) => Buffer.from(text, "base64url"));
        if (own === undefined || points === undefined) throw new Error("no key");
        const said: PointsIdentity = {
          publicKey: publicKeyOf(own),
          signer: signerOf(own, { commune, service }, points),
          seed: fingerprint,
        };
        return JSON.stringify(said);
      });
    return {
      repositoryPassword: seed.secret(repositoryPassword(service)),
      databasePassword: database?.password,
      bucketAccessKey: bucketKeys?.accessKey,
      bucketSecretKey: bucketKeys?.secretKey,
      signingKey,
      vaults: access.apply((vaults) => JSON.stringify(vaults)),
      identity,
    };
  }
}

/** Returns the policies at our database server that let the pods reach it; empty if somebody else runs it. */
function atDatabase({ rows, ...plan }: PointsArgs): NetworkPolicy[] {
  const from = [pointsWorkload(plan)] as const;
  if (rows?.engine === "mariadb") {
    const { commune } = plan;
    return [allowFrom([...from], mariadbWorkload({ commune, server: rows.server }), mariadbPort)];
  }
  return rows?.server === undefined ? [] : [allowFrom([...from], serverWorkload(rows.server), databasePort)];
}
