import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import { allowFrom, allowTo, allowToServer } from "../../foundation/network-policy/manifests.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import { directoryPort, directoryWorkload } from "../../platform/directory/manifests.ts";
import { clerkPassword } from "../../platform/directory/secrets.ts";
import type { IngressProvider } from "../../platform/exposure/contract.ts";
import { proxyPort } from "../../platform/exposure/sidecar-proxy.ts";
import type { Login } from "../../platform/login/index.ts";
import { mailPassword } from "../../platform/mail/plan.ts";
import {
  accountsConfigMap,
  accountsDeployment,
  accountsHolders,
  accountsProgram,
  accountsSecret,
  accountsWorkload,
} from "./manifests.ts";
import { type AccountsPlan, accountsService } from "./plan.ts";
import { accountsLabel } from "./secrets.ts";

export interface AccountsArgs {
  plan: AccountsPlan;
  seed: Seed;
  ingress: IngressProvider;
  /** What must be there before anybody is looked up: the directory. */
  directory: pulumi.Resource;
  /** Who says who somebody is. */
  login: Login;
  /** The relay's password, where it wants a login. */
  relayPassword: pulumi.Output<string> | undefined;
  dns?: readonly NameServer[] | undefined;
  pullSecret?: pulumi.Output<string> | undefined;
}

/** The pages on which people see their account, and associations look after their members. */
export class Accounts extends NamespacedComponent {
  /** Resolves when they are served. */
  readonly done: pulumi.Output<string>;

  constructor(name: string, args: AccountsArgs, options: pulumi.ComponentResourceOptions) {
    const { plan, ingress, seed, login, directory, relayPassword } = args;
    const given = { ...args, dataHolder: {}, guests: ingress.guests };
    super(name, { ...given, holders: accountsHolders(plan) }, options);
    const [workload, server] = [accountsWorkload(plan), directoryWorkload(plan)];
    const secrets = {
      key: seed.secret(accountsLabel),
      directory: seed.secret(clerkPassword),
      relay: relayPassword,
    };
    const labels = [
      ...[accountsLabel, clerkPassword].map((label) => labelText(seed.current(label))),
      ...(relayPassword === undefined ? [] : [seed.givenLabel(mailPassword)]),
    ];
    const program = bundleProgram(accountsService);
    const deployment = this.add(accountsDeployment(plan, program, labels), {
      dependsOn: [
        this.namespace,
        directory,
        login,
        this.add(accountsConfigMap(plan)),
        this.add(accountsProgram(plan, program)),
        this.add(accountsSecret(plan, secrets)),
        this.add(login.openTo([workload])),
        this.add(allowTo([workload], server, directoryPort)),
        this.add(allowFrom([workload], server, directoryPort)),
        this.add(allowToServer([workload], "mail", plan.mail.port)),
      ],
    });
    ingress.expose(name, { workload, host: plan.host, port: proxyPort }, this.inNamespace);
    this.done = deployment.id;
    this.registerOutputs({});
  }
}
