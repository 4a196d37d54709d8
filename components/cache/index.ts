import pulumi from "@pulumi/pulumi";
import type { Workload } from "../manifest/labels.ts";
import { register } from "../manifest/register.ts";
import { allowFrom, allowTo } from "../network-policy/manifests.ts";
import { labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import {
  type CacheSpec,
  cachePassword,
  cachePort,
  cacheSecret,
  cacheServer,
  cacheService,
  cacheVolume,
  cacheWorkload,
  valkeyConfig,
} from "./manifests.ts";

export interface CacheArgs extends Omit<CacheSpec, "passwordLabel"> {
  seed: Seed;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Workloads of the same service that use the cache. */
  clients: readonly Workload[];
}

/** A small Valkey server for one service, in that service's namespace. */
export class Cache extends pulumi.ComponentResource {
  /** What clients log in with. */
  readonly password: pulumi.Output<string>;

  constructor(name: string, args: CacheArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Cache", name, {}, options);
    const label = cachePassword(args.service);
    const spec: CacheSpec = { ...args, passwordLabel: labelText(label) };
    const workload = cacheWorkload(spec);
    this.password = args.seed.secret(label);
    const config = this.password.apply((password) => valkeyConfig(password, args));

    const secret = register(name, cacheSecret(spec, config), { parent: this });
    register(name, cacheService(spec), { parent: this });
    const volumes = args.volume
      ? [register(name, cacheVolume(spec, args.volume), { parent: this, ...args.dataHolder })]
      : [];
    register(name, cacheServer(spec), { parent: this, dependsOn: [secret, ...volumes] });
    for (const client of args.clients) {
      for (const opening of [allowTo(client, workload, cachePort), allowFrom(client, workload, cachePort)]) {
        register(`${args.commune}-${opening.metadata.name}`, opening, { parent: this });
      }
    }
    this.registerOutputs({});
  }
}
