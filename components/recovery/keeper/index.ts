import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import { register } from "../../foundation/manifest/register.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { CopyAccess } from "../../platform/database/contract.ts";
import { repositoryPassword, vaultAccessLabel, vaultKeyLabel } from "../vault/secrets.ts";
import {
  type KeeperSpec,
  keeperConfigMap,
  keeperHolders,
  keeperNetworkPolicies,
  keeperProgram,
  keeperSecret,
  keeperStatefulSet,
} from "./manifests.ts";
import type { KeeperPlan } from "./plan.ts";
import type { Vaults } from "./settings.ts";

export interface KeeperArgs extends KeeperPlan {
  seed: Seed;
  /** The role with which it reads the server that it copies. */
  access: CopyAccess;
  /** Addresses and passwords of the vaults. */
  accesses: pulumi.Output<Vaults>;
  /** Names of the stack's secrets with the keys to the buckets among them. */
  bucketKeys: readonly string[];
  places: PeerPlaces;
  /** Namespace of the Prometheus that may read the metrics. */
  monitoringNamespace: string | undefined;
  /** Name servers of the cluster; kube-dns when absent. */
  dns?: readonly NameServer[] | undefined;
  /** Credentials for pulling images, if the site names a secret for them. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** Copies a database server into the vaults of other communes as it changes. */
export class Keeper extends NamespacedComponent {
  /** Resolves when it runs. */
  readonly done: pulumi.Output<string>;

  constructor(name: string, args: KeeperArgs, options: pulumi.ComponentResourceOptions) {
    super(name, { ...args, holders: keeperHolders(args), dataHolder: {} }, options);
    const { seed, access, accesses, server } = args;
    const repository = seed.current(repositoryPassword(server));
    const spec: KeeperSpec = {
      ...args,
      ...{ connection: access.connection, role: access.role },
      secretLabels: [
        access.passwordLabel,
        ...[repository, seed.current(vaultAccessLabel), seed.current(vaultKeyLabel)].map((label) =>
          labelText(label),
        ),
        ...args.bucketKeys.map((name) => seed.givenLabel(name)),
      ],
    };
    const program = bundleProgram("keeper");
    const secret = keeperSecret(spec, {
      database: access.password,
      repository: seed.secret(repository),
      vaults: accesses.apply((all) =>
        JSON.stringify(Object.fromEntries(args.vaults.map((host) => [host, all[host]]))),
      ),
    });
    const { own, atServer } = keeperNetworkPolicies(spec);
    const named = (end: string) => `${name}-${end}`;
    const keeper = register(named("copier"), keeperStatefulSet(spec, program), {
      parent: this,
      dependsOn: [
        this.namespace,
        register(named("settings"), keeperConfigMap(spec), this.inNamespace),
        register(named("program"), keeperProgram(spec, program), this.inNamespace),
        register(named("secrets"), secret, this.inNamespace),
        ...this.volumes,
        ...own.map((policy) => this.add(policy)),
        ...atServer.map((policy) => this.add(policy, { dependsOn: [...access.ready] })),
        ...access.ready,
      ],
    });
    this.done = keeper.id;
    this.registerOutputs({});
  }
}
