import pulumi from "@pulumi/pulumi";
import { type ChildOptions, register } from "../../foundation/manifest/register.ts";
import { allowFrom, allowTo } from "../../foundation/network-policy/manifests.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import { volumeClaim } from "../../foundation/volume/manifests.ts";
import type { CacheClient, CacheConnection, Caches, ServiceCache } from "./contract.ts";
import {
  type CacheSpec,
  cacheConnection,
  cachePassword,
  cachePort,
  cacheSecret,
  cacheServer,
  cacheService,
  cacheVolume,
  cacheWorkload,
  valkeyConfig,
} from "./manifests.ts";

/** Values that all caches of a commune share. */
export interface ValkeyArgs {
  seed: Seed;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

export interface CacheArgs extends CacheClient, ValkeyArgs {}

/** A small Valkey server for one service, in that service's namespace. */
export class Cache extends pulumi.ComponentResource implements ServiceCache {
  readonly connection: CacheConnection;
  readonly password: pulumi.Output<string>;
  readonly passwordLabel: string;
  readonly ready: readonly pulumi.Resource[] = [this];

  constructor(name: string, args: CacheArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Cache", name, {}, options);
    const label = args.seed.current(cachePassword(args.service));
    this.passwordLabel = labelText(label);
    this.connection = cacheConnection(args.service);
    const spec: CacheSpec = { ...args, passwordLabel: this.passwordLabel };
    const workload = cacheWorkload(spec);
    this.password = args.seed.secret(label);
    const config = this.password.apply((password) => valkeyConfig(password, args));

    const secret = register(name, cacheSecret(spec, config), { parent: this });
    register(name, cacheService(spec), { parent: this });
    const volumes = args.volume
      ? [register(name, volumeClaim(cacheVolume(spec, args.volume)), { parent: this, ...args.dataHolder })]
      : [];
    register(name, cacheServer(spec), { parent: this, dependsOn: [secret, ...volumes] });
    const clients = args.workloads;
    for (const policy of [allowTo(clients, workload, cachePort), allowFrom(clients, workload, cachePort)]) {
      register(`${args.commune}-${policy.metadata.name}`, policy, { parent: this });
    }
    this.registerOutputs({});
  }
}

/** One Valkey server for each service. */
export class ValkeyCaches implements Caches {
  private readonly args: ValkeyArgs;

  constructor(args: ValkeyArgs) {
    this.args = args;
  }

  cacheOf(name: string, client: CacheClient, options: ChildOptions): Cache {
    return new Cache(name, { ...client, ...this.args }, options);
  }
}
