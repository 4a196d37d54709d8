import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { Guests } from "../../foundation/namespace/manifests.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import { allowFrom, allowTo } from "../../foundation/network-policy/manifests.ts";
import type { Register } from "../../foundation/part/registered.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import { passwordLine } from "./configuration.ts";
import { entriesConfig, entriesCronJob, entriesJob, entriesWorkload, managerSecret } from "./entries.ts";
import {
  directoryConfig,
  directoryHolders,
  directoryPort,
  directoryServer,
  directoryService,
  directoryServiceObject,
  directoryWorkload,
  passwordsSecret,
} from "./manifests.ts";
import type { DirectoryPlan } from "./plan.ts";
import { addressesPassword, clerkPassword, managerPassword, readerPassword } from "./secrets.ts";

export interface DirectoryArgs extends DirectoryPlan {
  seed: Seed;
  guests?: Guests | undefined;
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Content of the Secret with which images are pulled; undefined if the site has none. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** The people of a commune and of its associations, and the groups that they are in: an LDAP server. */
export class Directory extends NamespacedComponent {
  /** Resolves when the server runs and has the groups that are declared. */
  readonly done: pulumi.Output<unknown>;

  constructor(name: string, args: DirectoryArgs, options: pulumi.ComponentResourceOptions) {
    super(name, { ...args, holders: directoryHolders(args) }, options);
    const { seed } = args;
    const [server, entries] = [directoryWorkload(args), entriesWorkload(args)];
    const [manager, reader] = [seed.secret(managerPassword), seed.secret(readerPassword)];
    const { hasAccounts, readers } = args;
    const isRead = readers.length > 0;
    const addresses = isRead ? seed.secret(addressesPassword) : undefined;
    const lines = {
      ...{ manager: manager.apply(passwordLine), reader: reader.apply(passwordLine) },
      ...(hasAccounts && { clerk: seed.secret(clerkPassword).apply(passwordLine) }),
      ...(addresses && { addresses: addresses.apply(passwordLine) }),
    };
    const more = [...(hasAccounts ? [clerkPassword] : []), ...(isRead ? [addressesPassword] : [])];
    const labels = [managerPassword, readerPassword, ...more].map((label) => seed.current(label));
    const running = this.add(directoryServer(args, labels), {
      dependsOn: [
        this.namespace,
        this.add(passwordsSecret(args, lines)),
        this.add(directoryConfig(args)),
        ...this.volumes,
      ],
    });
    const dependsOn = [
      this.namespace,
      running,
      this.add(directoryServiceObject(args)),
      this.add(allowTo([entries], server, directoryPort)),
      this.add(allowFrom([entries], server, directoryPort)),
      this.add(entriesConfig(args)),
      this.add(managerSecret(args, manager)),
    ];
    const job = this.add(entriesJob(args), { dependsOn });
    this.add(entriesCronJob(args), { dependsOn });
    for (const workload of args.readers) this.add(allowFrom([workload], server, directoryPort));
    this.done = pulumi.all([...this.volumes, running, job].map(({ id }) => id));
    this.registerOutputs({});
  }
}

/** Values of a commune that the directory takes. */
export interface DirectoryGiven {
  name: string;
  plan: { directory?: DirectoryPlan | undefined };
  shared: Pick<DirectoryArgs, "seed" | "dns" | "dataHolder" | "pullSecret">;
  /** Returns what copies may take in the namespace of a service; undefined if it is not copied. */
  guestsOf(service: string): Guests | undefined;
  made: { directory?: Directory };
}

/** Registers the people of the commune and of its associations. */
export const registerDirectory: Register<DirectoryGiven> = ({ name, plan, shared, guestsOf }, options) => {
  if (plan.directory === undefined) return {};
  const { seed, dns, dataHolder, pullSecret } = shared;
  const given = { seed, dns, dataHolder, pullSecret, guests: guestsOf(directoryService) };
  const directory = new Directory(`${name}-${directoryService}`, { ...plan.directory, ...given }, options);
  return { components: { [directoryService]: directory }, made: { directory } };
};
