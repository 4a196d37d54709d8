import pulumi from "@pulumi/pulumi";
import { disruptionBudgets } from "../../foundation/availability/availability.ts";
import type { Manifest } from "../../foundation/manifest/manifest.ts";
import { register } from "../../foundation/manifest/register.ts";
import { allowFrom, allowTo } from "../../foundation/network-policy/manifests.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import { volumeClaim } from "../../foundation/volume/manifests.ts";
import type { CacheClient, CacheConnection, ServiceCache } from "./contract.ts";
import {
  type CacheSpec,
  cacheConnection,
  cachePassword,
  cachePort,
  cacheService,
  cacheWorkload,
} from "./manifests.ts";
import { memberNetworkPolicies, membersBudget } from "./member-policies.ts";
import { memberConfig, memberManifests, memberNames, membersSecret } from "./members.ts";
import { proxyConfigMap, proxyDeployment } from "./proxy.ts";

/** Values that all caches of a commune share. */
export interface ValkeyArgs {
  seed: Seed;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

export interface CacheArgs extends CacheClient, ValkeyArgs {}

/**
 * Three Valkey servers for one service, of which sentinels choose the master, behind proxies that lead to it: at the
 * address of a single server, with its password, its name and the volume that it had.
 */
export class SpreadCache extends pulumi.ComponentResource implements ServiceCache {
  readonly connection: CacheConnection;
  readonly password: pulumi.Output<string>;
  readonly passwordLabel: string;
  readonly ready: readonly pulumi.Resource[] = [this];

  constructor(name: string, args: CacheArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Cache", name, {}, options);
    const label = args.seed.current(cachePassword(args.service));
    this.passwordLabel = labelText(label);
    this.password = args.seed.secret(label);
    this.connection = { ...cacheConnection(args.service), isSpread: true };
    const spec: CacheSpec = { ...args, passwordLabel: this.passwordLabel };
    const add = (manifest: Manifest, dependsOn: readonly pulumi.Resource[] = []) =>
      register(`${args.commune}-${manifest.metadata.name}`, manifest, {
        parent: this,
        dependsOn: [...dependsOn],
      });

    const config = this.password.apply((password) => memberConfig(password, args));
    const secret = register(name, membersSecret(spec, this.password, config), { parent: this });
    register(name, cacheService(spec), { parent: this });
    const policies = [...clientPolicies(args), ...memberNetworkPolicies(spec)].map((each) => add(each));
    const members = memberManifests(spec);
    const addresses = members.map(({ service }) => add(service));
    const proxies = proxyDeployment(spec, memberNames(spec));
    const settings = add(proxyConfigMap(spec, memberNames(spec)));
    // In the place of the single server, if there was one: it has ended when the first member starts on its volume.
    let last = register(name, proxies, {
      parent: this,
      dependsOn: [secret, settings, ...policies, ...addresses],
    });
    for (const { isFirst, volume, server } of members) {
      const holder = { parent: this, ...(isFirst ? args.dataHolder : {}) };
      const claims = volume ? [register(`${args.commune}-${volume.name}`, volumeClaim(volume), holder)] : [];
      last = add(server, [last, ...claims]);
    }
    add(membersBudget(spec));
    for (const budget of disruptionBudgets([proxies], "node-loss")) add(budget);
    this.registerOutputs({});
  }
}

function clientPolicies({ workloads, ...of }: CacheClient) {
  const workload = cacheWorkload(of);
  return [allowTo(workloads, workload, cachePort), allowFrom(workloads, workload, cachePort)];
}
