import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../foundation/component/index.ts";
import { register } from "../foundation/manifest/register.ts";
import { bundleProgram } from "../foundation/program/bundle.ts";
import { labelText } from "../foundation/seed/derive.ts";
import type { Seed } from "../foundation/seed/index.ts";
import type { IngressProvider } from "../platform/exposure/contract.ts";
import { answersPagePath, answersPath } from "./answers.ts";
import { logHeadName } from "./approvals.ts";
import { descriptorPagePath, descriptorPath } from "./descriptor.ts";
import { homePath, isServedHome } from "./home-page.ts";
import { latestPagePath } from "./latest.ts";
import { FederationLink } from "./link.ts";
import {
  federationHolders,
  federationSecret,
  logHeadConfigMap,
  reconcilerAccess,
  reconcilerDeployment,
  reconcilerNetworkPolicies,
  reconcilerProgram,
  settingsConfigMap,
} from "./manifests.ts";
import {
  publicationService,
  publisherConfigMap,
  publisherDeployment,
  publisherProgram,
  shownPages,
} from "./publisher.ts";
import { descriptorLabel } from "./secrets.ts";
import { publisherPort } from "./settings.ts";
import type { Credential, FederationSpec } from "./spec.ts";
import { toldLogPath } from "./told-log.ts";
import { publisherWorkload } from "./workloads.ts";

export interface FederationArgs extends Omit<FederationSpec, "secretLabels"> {
  seed: Seed;
  ingress: IngressProvider;
  /** Credentials for pulling images, if the site names a secret for them. */
  pullSecret?: pulumi.Output<string> | undefined;
  /** The services, in whose namespaces policies are opened. */
  after: pulumi.Resource[];
  /** Credentials with which the reconciler changes what the services link. */
  credentials: readonly Credential[];
}

/** Returns the paths that are answered on the commune's bare domain; every other path is its website's. */
function publicPaths({ settings: { webfinger, domain }, website, map, portal }: FederationSpec): string[] {
  return [
    // A page comes first: it is the one that a status shows.
    ...(isServedHome({ domain, website }) ? [homePath, answersPagePath, toldLogPath, latestPagePath] : []),
    descriptorPagePath,
    descriptorPath,
    answersPath,
    ...(map?.paths ?? []),
    ...(portal?.paths ?? []),
    ...(webfinger === undefined ? [] : ["/.well-known/webfinger"]),
  ];
}

/**
 * A commune among the others: its public descriptor, its side of every link, and the programs that publish the former
 * and maintain the latter.
 */
export class Federation extends NamespacedComponent {
  /** Resolves when the reconciler of this version runs, and the publisher shows what it has signed. */
  readonly done: pulumi.Output<string>;

  constructor(name: string, args: FederationArgs, options: pulumi.ComponentResourceOptions) {
    super(
      name,
      { ...args, holders: federationHolders(args.settings.id), dataHolder: {}, guests: args.ingress.guests },
      options,
    );
    const spec = specOf(args);
    const signingKey = args.seed.secret(descriptorLabel);
    const log = register(`${name}-${logHeadName}`, logHeadConfigMap(spec), this.inNamespace);
    const publisher = this.createPublisher(name, spec, log);
    const reconciler = this.createReconciler(name, spec, args, signingKey, log);
    this.createIngress(name, spec, args, publisher);
    this.done = pulumi.all([publisher.id, reconciler.id]).apply(([, id]) => id);
    this.registerOutputs({});
  }

  /** Registers the pod that shows the commune's descriptor. */
  private createPublisher(name: string, spec: FederationSpec, log: pulumi.Resource): pulumi.CustomResource {
    const program = bundleProgram("publisher");
    const pages = shownPages(spec);
    return register(`${name}-publisher`, publisherDeployment(spec, program, pages), {
      parent: this,
      dependsOn: [
        this.namespace,
        log,
        register(`${name}-publisher-settings`, publisherConfigMap(spec), this.inNamespace),
        register(`${name}-publisher-program`, publisherProgram(spec, program), this.inNamespace),
        register(`${name}-publication`, publicationService(spec), this.inNamespace),
        ...pages.map((shown) => register(`${name}-${shown.name}`, shown.configMap, this.inNamespace)),
      ],
    });
  }

  /** Registers the pod that opens and closes links, with its permissions and network policies. */
  private createReconciler(
    name: string,
    spec: FederationSpec,
    { after, credentials }: FederationArgs,
    signingKey: pulumi.Output<string>,
    log: pulumi.Resource,
  ): pulumi.CustomResource {
    const { inNamespace, namespace } = this;
    const program = bundleProgram("federation");
    const [account, role, binding] = reconcilerAccess(spec);
    const needs = [
      register(`${name}-account`, account, inNamespace),
      register(`${name}-role`, role, inNamespace),
      register(`${name}-role-binding`, binding, inNamespace),
      register(`${name}-settings`, settingsConfigMap(spec), inNamespace),
      log,
      register(`${name}-secrets`, federationSecret(spec, signingKey, credentials), inNamespace),
      this.add(reconcilerProgram(spec, program)),
      ...reconcilerNetworkPolicies(spec).map((policy) =>
        this.add(policy, { dependsOn: [namespace, ...after] }),
      ),
    ];
    return register(`${name}-reconciler`, reconcilerDeployment(spec, program), {
      parent: this,
      // A new reconciler must not read its former links: it would close what they open now.
      dependsOn: [namespace, ...needs, ...this.createLinks(spec)],
    });
  }

  private createLinks({ settings: { id: commune }, links }: FederationSpec): FederationLink[] {
    return links.map(
      (link) => new FederationLink(`${commune}-with-${link.peer}`, { commune, link }, this.inNamespace),
    );
  }

  /** Registers the paths that are answered here on the commune's bare domain. */
  private createIngress(
    name: string,
    spec: FederationSpec,
    { ingress }: FederationArgs,
    publisher: pulumi.Resource,
  ): void {
    const { id, domain: host } = spec.settings;
    ingress.expose(
      name,
      {
        ...{ workload: publisherWorkload(id), host, port: publisherPort, paths: publicPaths(spec) },
        answersUnknown: isServedHome({ domain: host, website: spec.website }),
      },
      // It gets no request before it answers.
      { parent: this, dependsOn: [this.namespace, publisher] },
    );
  }
}

function specOf(args: FederationArgs): FederationSpec {
  const labels = [descriptorLabel, ...args.credentials.flatMap(({ labels: each }) => each)];
  return { ...args, secretLabels: labels.map((label) => labelText(args.seed.current(label))) };
}
