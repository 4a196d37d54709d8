import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { Workload, Workloads } from "../../foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import {
  allowFrom,
  allowTo,
  allowToOwnName,
  allowToServer,
  type PeerPlaces,
} from "../../foundation/network-policy/manifests.ts";
import type { Register } from "../../foundation/part/registered.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { GivenSecrets } from "../../foundation/site/config.ts";
import { directoryPort, directoryWorkload } from "../directory/manifests.ts";
import { readerPassword } from "../directory/secrets.ts";
import type { IngressProvider } from "../exposure/contract.ts";
import { mailPassword } from "../mail/plan.ts";
import { clientOptions } from "./configuration.ts";
import { checkPort, portalPort } from "./front.ts";
import {
  checkServiceObject,
  loginConfig,
  loginDeployment,
  loginHolders,
  loginService,
  loginWorkload,
  overlaySecret,
} from "./manifests.ts";
import type { LoginPlan } from "./plan.ts";
import { clientSecretLabel, secondFactorKey, sessionKey, signingKey } from "./secrets.ts";

export interface LoginArgs extends LoginPlan {
  seed: Seed;
  ingress: IngressProvider;
  /** Resource that must exist before anybody is looked up: the directory. */
  directory: pulumi.Resource;
  /** Address ranges of the commune's own public names. */
  peers: PeerPlaces;
  /** The relay's password, where it wants a login. */
  relayPassword: pulumi.Output<string> | undefined;
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
  /** Content of the Secret with which images are pulled; undefined if the site has none. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** The login, at which people log in once for all that they may open. */
export class Login extends NamespacedComponent {
  readonly url: string;
  /** Resolves when people can log in. */
  readonly done: pulumi.Output<unknown>;
  private readonly workload: Workload;

  constructor(name: string, args: LoginArgs, options: pulumi.ComponentResourceOptions) {
    const { seed, ingress, dns, pullSecret, directory } = args;
    const given = { seed, dns, pullSecret, guests: ingress.guests };
    super(name, { ...given, dataHolder: {}, holders: loginHolders(args) }, options);
    const workload = loginWorkload(args);
    this.workload = workload;
    const server = directoryWorkload(args);
    const labels = [
      sessionKey,
      secondFactorKey,
      signingKey,
      readerPassword,
      ...args.clients.map(clientLabel),
    ];
    const secrets = [
      ...labels.map((label) => labelText(seed.current(label))),
      ...(args.relayPassword === undefined ? [] : [seed.givenLabel(mailPassword)]),
    ];
    const running = this.add(loginDeployment(args, secrets), {
      dependsOn: [
        this.namespace,
        directory,
        this.add(loginConfig(args)),
        this.add(overlaySecret(args, overlay(args))),
        this.add(allowTo([workload], server, directoryPort)),
        this.add(allowFrom([workload], server, directoryPort)),
        this.add(checkServiceObject(args)),
        ...(args.clients.some(({ logoutPath }) => logoutPath)
          ? [this.add(allowToOwnName([workload], "services", args.peers))]
          : []),
        ...(args.mail === undefined ? [] : [this.add(allowToServer([workload], "mail", args.mail.port))]),
      ],
      customTimeouts: { create: "15m", update: "15m" },
    });
    const asked = { workload, host: args.host, port: portalPort };
    this.url = ingress.expose(name, asked, this.inNamespace).url;
    this.done = running.id;
    this.registerOutputs({ url: this.url });
  }

  /** Lets the front of an application ask; returns its half of the opening, for its own namespace. */
  openTo(fronts: Workloads): NetworkPolicy {
    this.add(allowFrom(fronts, this.workload, checkPort));
    return allowTo(fronts, this.workload, checkPort);
  }
}

const clientLabel = ({ service }: { service: string }) => clientSecretLabel(service);

/** The secret parameters of LemonLDAP::NG, a file each. */
function overlay({ seed, clients, relayPassword }: LoginArgs): Record<string, pulumi.Output<string>> {
  const key = seed.signingKey(signingKey);
  const secrets = pulumi.all(
    Object.fromEntries(
      clients.map(({ service }) => [service, seed.secret(clientSecretLabel(service))] as const),
    ),
  );
  return {
    key: seed.secret(sessionKey),
    totp2fKey: seed.secret(secondFactorKey),
    managerPassword: seed.secret(readerPassword),
    ...(relayPassword !== undefined && { SMTPAuthPass: relayPassword }),
    oidcServicePrivateKeySig: key.privateKey,
    oidcServicePublicKeySig: key.publicKey,
    oidcRPMetaDataOptions: secrets.apply((values) => JSON.stringify(clientOptions(clients, values))),
  };
}

/** Values of a commune that the login takes. */
export interface LoginGiven {
  name: string;
  plan: { login?: LoginPlan | undefined };
  shared: Pick<LoginArgs, "seed" | "dns" | "ingress" | "pullSecret" | "peers"> & { given: GivenSecrets };
  made: { directory?: pulumi.Resource; login?: Login };
}

/** Registers where people log in. */
export const registerLogin: Register<LoginGiven> = ({ name, plan, shared, made: { directory } }, options) => {
  if (plan.login === undefined) return {};
  if (directory === undefined) throw new Error("The login has no directory to look people up in.");
  const { seed, dns, ingress, pullSecret, peers, given } = shared;
  const relayPassword = plan.login.mail?.user === undefined ? undefined : given(mailPassword);
  const { authority } = peers;
  const args = {
    ...{ ...plan.login, authority },
    ...{ seed, dns, ingress, pullSecret, directory, peers, relayPassword },
  };
  const login = new Login(`${name}-${loginService}`, args, options);
  return { components: { [loginService]: login }, made: { login } };
};
