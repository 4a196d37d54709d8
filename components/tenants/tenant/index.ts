import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import type { Manifest } from "../../foundation/manifest/manifest.ts";
import { type Guests, guestsTogether } from "../../foundation/namespace/manifests.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import { refuse } from "../../foundation/refuse.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { DatabaseServer } from "../../platform/database/contract.ts";
import type { IngressProvider } from "../../platform/exposure/contract.ts";
import type { Login } from "../../platform/login/index.ts";
import {
  type ApplicationAccount,
  type ApplicationPlan,
  isByLogin,
  secretsOfApplication,
} from "../applications/application.ts";
import type { AnswersAgendas } from "../applications/telephones.ts";
import { ChartError } from "../chart/helm.ts";
import { renderChart } from "../chart/render.ts";
import {
  applicationManifests,
  applicationSecret,
  applicationWorkload,
  applicationWorkloads,
  frontPort,
  releaseFor,
  restartedFor,
  tenantHolders,
} from "./manifests.ts";
import type { TenantPlan } from "./plan.ts";

export interface TenantArgs extends TenantPlan {
  seed: Seed;
  ingress: IngressProvider;
  /** The servers with rows of associations, by name. */
  databases: ReadonlyMap<string, DatabaseServer>;
  /** The commune's own login; undefined if it has none. */
  login: Login | undefined;
  /** The commune's pages of accounts; undefined if it has none. */
  accounts: AnswersAgendas | undefined;
  /** Name servers of the cluster; kube-dns when absent. */
  dns?: readonly NameServer[] | undefined;
  /** Resources for pods other than its applications', in its namespace: those that copy them. */
  guests?: Guests | undefined;
  /** Options of everything that holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Credentials for pulling images, if the site names a secret for them. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** An account of an application, as its association receives it. */
interface OpenedAccount {
  user: string;
  password: pulumi.Output<string>;
}

/** Facts about one of its applications that an association receives. */
export interface OpenedApplication {
  url: string;
  /** Its first administrator; undefined if nobody logs in, or if the commune's login identifies people. */
  account?: OpenedAccount;
  /** The account that its members share for reading. */
  members?: OpenedAccount;
}

/** A hosted association: its namespace, its limits, and its applications. */
export class Tenant extends NamespacedComponent {
  /** Resolves once every application is as declared. */
  readonly done: pulumi.Output<unknown>;
  /** Its applications, by name. */
  readonly applications: Readonly<Record<string, OpenedApplication>>;

  constructor(name: string, args: TenantArgs, options: pulumi.ComponentResourceOptions) {
    const guests = guestsTogether([args.guests, ...args.applications.map(() => args.ingress.guests)]);
    super(name, { ...args, holders: tenantHolders(args), guests }, options);
    const deployed = args.applications.map((application) => this.deploy(name, args, application));
    this.applications = Object.fromEntries(deployed.map(({ name: own, opened }) => [own, opened]));
    this.done = pulumi.all(deployed.flatMap(({ done }) => done));
    this.registerOutputs({});
  }

  private deploy(name: string, args: TenantArgs, application: ApplicationPlan) {
    const { seed, ingress } = args;
    const workload = applicationWorkload(args, application);
    const { account, members, host, release } = application;
    const opened = ({ user, label }: ApplicationAccount): OpenedAccount => ({
      user,
      password: seed.secret(label),
    });
    const versions = secretsOfApplication(application)
      .map(({ label }) => seed.current(label))
      .filter(({ version }) => version > 1)
      .map(labelText);
    const manifests = rendered(args, application).map((manifest) => restartedFor(manifest, versions));
    const needs = [
      ...this.volumes,
      ...this.database(args, application),
      ...this.gate(args, application),
      ...this.devices(args, application),
      ...secretsOfApplication(application).map((secret) =>
        this.add(applicationSecret(workload, secret, seed.secret(secret.label))),
      ),
      ...manifests.filter(({ kind }) => kind === "ConfigMap").map((manifest) => this.add(manifest)),
    ];
    const done = manifests
      .filter(({ kind }) => kind !== "ConfigMap")
      .map((manifest) => this.add(manifest, { dependsOn: [this.namespace, ...needs] }).id);
    const { url } = ingress.expose(
      `${name}-${application.name}`,
      { workload, host, port: frontPort, name: release },
      this.inNamespace,
    );
    const told: OpenedApplication = {
      url,
      // If the commune's login identifies people, no password of the application opens it.
      ...(account && !isByLogin(application) && { account: opened(account) }),
      ...(members && { members: opened(members) }),
    };
    return { name: application.name, done, opened: told };
  }

  /** Returns what must exist before an application can use its database: the policy, and the database. */
  private database(args: TenantArgs, application: ApplicationPlan): readonly pulumi.Resource[] {
    if (application.database === undefined) return [];
    const { server: name, name: database } = application.database;
    const server = args.databases.get(name);
    if (server === undefined)
      throw new Error(`${application.release} needs the server ${name}, which is not planned.`);
    const { ready, networkPolicyFrom } = server.databaseOf(database);
    return [...ready, this.add(networkPolicyFrom(applicationWorkloads(args, application)))];
  }

  /** Returns what must exist before the front of an application can ask who somebody is: the policy, and the login. */
  private gate(args: TenantArgs, application: ApplicationPlan): readonly pulumi.Resource[] {
    if (application.gate === undefined) return [];
    const { login } = args;
    if (login === undefined) throw new Error(`${application.release} needs a login, which is not planned.`);
    // Its timed job has no front.
    return [login, this.add(login.openTo([applicationWorkload(args, application)]))];
  }

  /**
   * Returns the policy with which an application checks passwords of telephones; the application runs without answers
   * too.
   */
  private devices(args: TenantArgs, application: ApplicationPlan): readonly pulumi.Resource[] {
    if (application.devices === undefined) return [];
    const { accounts } = args;
    if (accounts === undefined)
      throw new Error(`${application.release} needs the pages of accounts, which are not planned.`);
    return [this.add(accounts.openTo([applicationWorkload(args, application)]))];
  }
}

/**
 * Returns the objects of an application. Without Helm the program ends before anything is registered, with an
 * explanation.
 */
function rendered(tenant: TenantPlan, application: ApplicationPlan): Manifest[] {
  try {
    return applicationManifests(tenant, application, renderChart(releaseFor(tenant, application)));
  } catch (error) {
    if (error instanceof ChartError) refuse(error.message);
    throw error;
  }
}
