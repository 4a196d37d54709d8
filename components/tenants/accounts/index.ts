import type pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { Workloads } from "../../foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import { allowFrom, allowTo, allowToServer } from "../../foundation/network-policy/manifests.ts";
import type { Register } from "../../foundation/part/registered.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { GivenSecrets } from "../../foundation/site/config.ts";
import { directoryPort, directoryWorkload } from "../../platform/directory/manifests.ts";
import { clerkPassword } from "../../platform/directory/secrets.ts";
import type { IngressProvider } from "../../platform/exposure/contract.ts";
import { proxyPort } from "../../platform/exposure/sidecar-proxy.ts";
import type { Login } from "../../platform/login/index.ts";
import { mailPassword } from "../../platform/mail/plan.ts";
import { type AnswersAgendas, accountsService, agendaKey, devicesPort } from "../applications/telephones.ts";
import { tenantService } from "../tenant/declaration.ts";
import {
  accountsConfigMap,
  accountsDeployment,
  accountsHolders,
  accountsProgram,
  accountsSecret,
  accountsWorkload,
  devicesServiceObject,
} from "./manifests.ts";
import type { AccountsPlan } from "./plan.ts";
import { accountsLabel } from "./secrets.ts";

export interface AccountsArgs {
  plan: AccountsPlan;
  seed: Seed;
  ingress: IngressProvider;
  /** The directory: it must be there before anybody is looked up. */
  directory: pulumi.Resource;
  /** The login, which identifies people. */
  login: Login;
  /** The relay's password; undefined if the relay needs no login. */
  relayPassword: pulumi.Output<string> | undefined;
  dns?: readonly NameServer[] | undefined;
  pullSecret?: pulumi.Output<string> | undefined;
}

/** The pages on which people see their account, and associations manage their members. */
export class Accounts extends NamespacedComponent implements AnswersAgendas {
  /** Resolves once they are served. */
  readonly done: pulumi.Output<string>;
  private readonly plan: AccountsPlan;

  constructor(name: string, args: AccountsArgs, options: pulumi.ComponentResourceOptions) {
    const { plan, ingress, seed, login, directory, relayPassword } = args;
    const given = { ...args, dataHolder: {}, guests: ingress.guests };
    super(name, { ...given, holders: accountsHolders(plan) }, options);
    this.plan = plan;
    const [workload, server] = [accountsWorkload(plan), directoryWorkload(plan)];
    const agendas = Object.fromEntries(
      plan.associations.flatMap(({ id, agenda }) => (agenda ? [[id, agendaKey(tenantService(id))]] : [])),
    );
    const secrets = {
      key: seed.secret(accountsLabel),
      directory: seed.secret(clerkPassword),
      relay: relayPassword,
      agendas: Object.fromEntries(
        Object.entries(agendas).map(([id, label]) => [id, seed.secret(label)] as const),
      ),
    };
    const labels = [
      ...[accountsLabel, clerkPassword, ...Object.values(agendas)].map((label) =>
        labelText(seed.current(label)),
      ),
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
        this.add(devicesServiceObject(plan)),
      ],
    });
    ingress.expose(name, { workload, host: plan.host, port: proxyPort }, this.inNamespace);
    this.done = deployment.id;
    this.registerOutputs({});
  }

  openTo(agendas: Workloads): NetworkPolicy {
    const workload = accountsWorkload(this.plan);
    this.add(allowFrom(agendas, workload, devicesPort));
    return allowTo(agendas, workload, devicesPort);
  }
}

/** Inputs of a commune's pages of accounts. */
export interface AccountsGiven {
  name: string;
  plan: { accounts?: AccountsPlan | undefined };
  shared: Pick<AccountsArgs, "seed" | "ingress" | "dns" | "pullSecret"> & { given: GivenSecrets };
  made: { directory?: pulumi.Resource; login?: Login; accounts?: Accounts };
}

/** Registers the pages of accounts. */
export const registerAccounts: Register<AccountsGiven> = ({ name, plan, shared, made }, options) => {
  if (plan.accounts === undefined) return {};
  const { directory, login } = made;
  if (directory === undefined || login === undefined)
    throw new Error("The pages of accounts have no directory or no login.");
  const relayPassword = plan.accounts.mail.user === undefined ? undefined : shared.given(mailPassword);
  const args = { ...shared, plan: plan.accounts, directory, login, relayPassword };
  const accounts = new Accounts(`${name}-${accountsService}`, args, options);
  return { components: { [accountsService]: accounts }, made: { accounts } };
};
