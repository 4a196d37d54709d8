import pulumi from "@pulumi/pulumi";
import { type Availabilities, availabilityOf } from "../../foundation/availability/availability.ts";
import { type ChildOptions, register } from "../../foundation/manifest/register.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { allowFrom, allowTo } from "../../foundation/network-policy/manifests.ts";
import { labelText } from "../../foundation/seed/derive.ts";
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
import { quotaBeyondOne } from "./members.ts";
import { type CacheArgs, SpreadCache, type ValkeyArgs } from "./spread.ts";

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

/** One Valkey server for each service, or several for those that tolerate the loss of a node. */
export class ValkeyCaches implements Caches {
  private readonly args: ValkeyArgs;
  private readonly availabilities: Availabilities;

  constructor(args: ValkeyArgs, availabilities: Availabilities = { commune: "single", services: {} }) {
    this.args = args;
    this.availabilities = availabilities;
  }

  beyondOne(client: Pick<CacheClient, "service" | "memoryMiB" | "volume">): Quota {
    return this.isSpread(client) ? quotaBeyondOne(client) : { memoryMiB: 0, storageGiB: 0, pods: 0 };
  }

  cacheOf(name: string, client: CacheClient, options: ChildOptions): ServiceCache {
    const args = { ...client, ...this.args };
    return this.isSpread(client) ? new SpreadCache(name, args, options) : new Cache(name, args, options);
  }

  private isSpread({ service }: Pick<CacheClient, "service">): boolean {
    return availabilityOf(this.availabilities, service) === "node-loss";
  }
}
