import pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../foundation/manifest/manifest.ts";
import { register } from "../../foundation/manifest/register.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { VaultAccesses } from "../vault/access.ts";
import { repositoryPassword } from "../vault/secrets.ts";
import {
  type RestoreSpec,
  restoreConfigMap,
  restoreJob,
  restoreNetworkPolicy,
  restoreProgram,
  restoreSecret,
} from "./manifests.ts";

export interface DatabaseRestoreArgs extends RestoreSpec {
  seed: Seed;
  /** Addresses and passwords of the vaults. */
  accesses: pulumi.Output<VaultAccesses>;
  /** The namespace and the volume. */
  ready: readonly pulumi.Resource[];
}

/** Restores a server's data of one moment beside the current data; the server takes it over at its next start. */
export class DatabaseRestore extends pulumi.ComponentResource {
  /** The Job. It exists once the restore has ended. */
  readonly job: pulumi.Resource;

  constructor(name: string, args: DatabaseRestoreArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:DatabaseRestore", name, {}, options);
    const { seed, accesses, ready, server, restoreFrom } = args;
    const add = (end: string, manifest: Manifest) =>
      register(`${name}-${end}`, manifest, { parent: this, dependsOn: [...ready] });
    const program = bundleProgram("database-restore");
    const secret = restoreSecret(args, {
      repository: seed.secret(repositoryPassword(server)),
      vault: accesses.apply((all) => JSON.stringify(all[restoreFrom.vault])),
    });
    this.job = register(name, restoreJob(args, program), {
      parent: this,
      customTimeouts: { create: "12h", update: "12h" },
      dependsOn: [
        ...ready,
        add("settings", restoreConfigMap(args)),
        add("program", restoreProgram(args, program)),
        add("secrets", secret),
        add("to-peers", restoreNetworkPolicy(args)),
      ],
    });
    this.registerOutputs({});
  }
}
