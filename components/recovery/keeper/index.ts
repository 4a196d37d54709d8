import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import { register } from "../../foundation/manifest/register.ts";
import { publicKeyOf } from "../../foundation/multikey/multikey.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import type { PeerPlaces } from "../../foundation/network-policy/manifests.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { CopyAccess } from "../../platform/database/contract.ts";
import { givingUpLostServers, lostServerConfigMap } from "../../platform/lost-server/pods.ts";
import {
  type RehearsalSpec,
  rehearsalConfigMap,
  rehearsalCronJob,
  rehearsalNetworkPolicy,
  rehearsalProgram,
} from "../rehearsal/manifests.ts";
import type { VaultAccesses } from "../vault/access.ts";
import { repositoryPassword, vaultAccessLabel, vaultKeyLabel } from "../vault/secrets.ts";
import {
  type KeeperSpec,
  keeperConfigMap,
  keeperHolders,
  keeperNetworkPolicies,
  keeperProgram,
  keeperSecret,
  keeperStatefulSet,
  keeperWorkload,
  openingSecret,
} from "./manifests.ts";
import { type KeeperPlan, rehearsalGiB } from "./plan.ts";

export interface KeeperArgs extends KeeperPlan {
  seed: Seed;
  /** The role with which it reads the server that it copies. */
  access: CopyAccess;
  /** Addresses and passwords of the vaults. */
  accesses: pulumi.Output<VaultAccesses>;
  /** Private key of the commune's descriptor, base64url. Secret. */
  descriptorKey: pulumi.Output<string> | undefined;
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

/** PostgreSQL's own programs receive the log and copy the server. */
const components = ["copier"];

/** Copies a database server into the vaults of other communes as it changes. */
export class Keeper extends NamespacedComponent {
  /** Resolves when it runs. */
  readonly done: pulumi.Output<string>;

  constructor(name: string, args: KeeperArgs, options: pulumi.ComponentResourceOptions) {
    const { seed, access, accesses, server, descriptorKey } = args;
    const workload = keeperWorkload(args);
    // A keeper of one server stays as it is: it would restart for nothing.
    const connected = access.isSpread ? { workload, components, isPooled: false } : undefined;
    super(
      name,
      { ...args, holders: keeperHolders(args), dataHolder: {} },
      givingUpLostServers(options, connected),
    );
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
      ...(args.points &&
        descriptorKey && {
          descriptor: descriptorKey.apply((key) => publicKeyOf(Buffer.from(key, "base64url"))),
        }),
    });
    const { own, atServer } = keeperNetworkPolicies(spec);
    const named = (end: string) => `${name}-${end}`;
    const secrets = register(named("secrets"), secret, this.inNamespace);
    const keeper = register(named("copier"), keeperStatefulSet(spec, program), {
      parent: this,
      dependsOn: [
        this.namespace,
        register(named("settings"), keeperConfigMap(spec), this.inNamespace),
        register(named("program"), keeperProgram(spec, program), this.inNamespace),
        secrets,
        ...(connected === undefined
          ? []
          : [register(named("lost-server"), lostServerConfigMap(connected), this.inNamespace)]),
        ...this.volumes,
        ...own.map((policy) => this.add(policy)),
        ...atServer.map((policy) => this.add(policy, { dependsOn: [...access.ready] })),
        ...access.ready,
      ],
    });
    const sizeGiB = rehearsalGiB(args);
    if (sizeGiB !== undefined) {
      const opens = openingSecret;
      this.rehearse(name, { ...args, sizeGiB, opens, beside: workload }, secrets);
    }
    this.done = keeper.id;
    this.registerOutputs({});
  }

  /** Registers what brings the server back every week. */
  private rehearse(name: string, spec: RehearsalSpec, secrets: pulumi.Resource): void {
    const program = bundleProgram("rehearsal");
    const named = (end: string) => `${name}-rehearsal${end}`;
    register(named(""), rehearsalCronJob(spec), {
      parent: this,
      dependsOn: [
        secrets,
        register(named("-settings"), rehearsalConfigMap(spec), this.inNamespace),
        register(named("-program"), rehearsalProgram(spec, program), this.inNamespace),
        this.add(rehearsalNetworkPolicy(spec)),
      ],
    });
  }
}
