import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import { register } from "../../foundation/manifest/register.ts";
import { publicKeyOf } from "../../foundation/multikey/multikey.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import type { Register } from "../../foundation/part/registered.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { GivenSecrets } from "../../foundation/site/config.ts";
import type { IngressProvider } from "../../platform/exposure/contract.ts";
import { mailPassword } from "../../platform/mail/plan.ts";
import {
  decisionsConfigMap,
  requestsConfigMap,
  requestsDeployment,
  requestsHolders,
  requestsNetworkPolicies,
  requestsProgram,
  requestsSecret,
  requestsWorkload,
} from "./manifests.ts";
import { type RequestsPlan, requestsService } from "./plan.ts";
import { requestsLabel } from "./secrets.ts";
import { confirmPath, followPath, requestsPath, requestsPort } from "./settings.ts";

export interface RequestsArgs {
  plan: RequestsPlan;
  seed: Seed;
  ingress: IngressProvider;
  /** The relay's password; undefined if the relay needs no login. */
  relayPassword: pulumi.Output<string> | undefined;
  dns?: readonly NameServer[] | undefined;
  dataHolder: pulumi.CustomResourceOptions;
  pullSecret?: pulumi.Output<string> | undefined;
}

/** The form with which associations request hosting. */
export class TenantRequests extends NamespacedComponent {
  /** Resolves once it serves. */
  readonly done: pulumi.Output<string>;
  /** Key with which requests are verified: a Multikey. Public. */
  readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: RequestsArgs, options: pulumi.ComponentResourceOptions) {
    const { plan, ingress, seed, relayPassword } = args;
    super(name, { ...args, holders: requestsHolders(plan), guests: ingress.guests }, options);
    const key = seed.secret(requestsLabel);
    const program = bundleProgram("requests");
    const labels = [
      labelText(seed.current(requestsLabel)),
      ...(relayPassword === undefined ? [] : [seed.givenLabel(mailPassword)]),
    ];
    const needs = [
      register(`${name}-settings`, requestsConfigMap(plan), this.inNamespace),
      register(`${name}-decisions`, decisionsConfigMap(plan), this.inNamespace),
      register(`${name}-secrets`, requestsSecret(plan, key, relayPassword), this.inNamespace),
      this.add(requestsProgram(plan, program)),
      ...requestsNetworkPolicies(plan).map((policy) => this.add(policy)),
    ];
    const deployment = register(`${name}-form`, requestsDeployment(plan, program, labels), {
      parent: this,
      dependsOn: [this.namespace, ...needs],
    });
    ingress.expose(
      name,
      {
        workload: requestsWorkload(plan),
        host: plan.domain,
        port: requestsPort,
        paths: [requestsPath, confirmPath, followPath],
      },
      { parent: this, dependsOn: [this.namespace, deployment] },
    );
    this.done = deployment.id;
    this.publicKey = pulumi.unsecret(key).apply((secret) => publicKeyOf(Buffer.from(secret, "base64url")));
    this.registerOutputs({});
  }
}

/** Inputs of a commune's form. */
export interface RequestsGiven {
  name: string;
  plan: { requests?: RequestsPlan | undefined };
  shared: Omit<RequestsArgs, "plan" | "relayPassword"> & { given: GivenSecrets };
}

/** Registers the form with which associations request hosting. */
export const registerRequests: Register<RequestsGiven> = ({ name, plan, shared }, options) => {
  if (plan.requests === undefined) return {};
  const relayPassword = plan.requests.mail.user === undefined ? undefined : shared.given(mailPassword);
  const args = { ...shared, plan: plan.requests, relayPassword };
  const requests = new TenantRequests(`${name}-${requestsService}`, args, options);
  // With this key requests are verified: docs/tenants.md.
  return { components: { [requestsService]: requests }, outputs: { requestsKey: requests.publicKey } };
};
