import pulumi from "@pulumi/pulumi";
import type { Entrance } from "../exposure/contract.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { mapFilesServed } from "../map/published.ts";
import { Namespace } from "../namespace/index.ts";
import { bundleProgram } from "../program/bundle.ts";
import { type Label, labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import { descriptorPagePath, descriptorPath } from "./descriptor.ts";
import { FederationLink } from "./link.ts";
import {
  communeMap,
  type FederationSecrets,
  federationSecret,
  reconcilerAccess,
  reconcilerDeployment,
  reconcilerOpenings,
  reconcilerProgram,
  reconcilerQuota,
  settingsConfigMap,
} from "./manifests.ts";
import { publicKeyOf } from "./proof.ts";
import { documentsLabel, microblogLabel } from "./secrets.ts";
import { reconcilerPort } from "./settings.ts";
import { type FederationSpec, reconcilerWorkload } from "./spec.ts";

export interface FederationArgs extends Omit<FederationSpec, "secretLabels"> {
  seed: Seed;
  entrance: Entrance;
  /** The services, in whose namespaces openings are made. */
  after: pulumi.Resource[];
  /** Password of PeerTube's `root`: no other account may change whom the server follows. */
  videoPassword: pulumi.Output<string> | undefined;
}

/** What is answered on the commune's bare domain; everything else there is its website's. */
function publicPaths({ webfinger, map }: FederationSpec["settings"]): string[] {
  return [
    // The page first: it is what a status shows.
    descriptorPagePath,
    descriptorPath,
    ...(map === undefined ? [] : Object.values(mapFilesServed).map(({ path }) => path)),
    ...(webfinger === undefined ? [] : ["/.well-known/webfinger"]),
  ];
}

const signingLabel: Label = { service: "federation", purpose: "signing-key", version: 1 };

/** A commune among the others: its public descriptor, its side of every link, and the program that keeps them. */
export class Federation extends pulumi.ComponentResource {
  /** What peers check the commune's descriptor with: a Multikey. Public. */
  readonly publicKey: pulumi.Output<string>;

  constructor(name: string, args: FederationArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Federation", name, {}, options);
    const { seed } = args;
    const { id, domain, services } = args.settings;
    const signingKey = seed.secret(signingLabel);
    this.publicKey = pulumi.unsecret(signingKey.apply((key) => publicKeyOf(Buffer.from(key, "base64url"))));
    const has = (kind: (typeof services)[number]["kind"]) =>
      services.some((service) => service.kind === kind);
    const labels = [
      signingLabel,
      ...(has("documents") ? [documentsLabel] : []),
      ...(has("microblog") ? [microblogLabel] : []),
    ];
    const spec: FederationSpec = { ...args, secretLabels: labels.map(labelText) };
    const secrets: FederationSecrets = {
      signingKey,
      documents: has("documents") ? seed.secret(documentsLabel) : undefined,
      microblog: has("microblog") ? seed.secret(microblogLabel) : undefined,
      video: args.videoPassword,
    };

    const namespace = new Namespace(
      name,
      {
        commune: id,
        service: "federation",
        data: reconcilerWorkload(id).data,
        quota: reconcilerQuota,
        // Links and their status: all of it is declared or found again.
        dataHolder: {},
      },
      { parent: this },
    );
    const inNamespace = { parent: this, dependsOn: [namespace] };
    const add = (manifest: Manifest, childOptions: Partial<ChildOptions> = {}) =>
      register(`${id}-${manifest.metadata.name}`, manifest, { ...inNamespace, ...childOptions });

    const program = bundleProgram("federation");
    const map = communeMap(spec);
    const [account, role, binding] = reconcilerAccess(spec);
    const needs = [
      register(`${name}-account`, account, inNamespace),
      register(`${name}-role`, role, inNamespace),
      register(`${name}-role-binding`, binding, inNamespace),
      register(`${name}-settings`, settingsConfigMap(spec), inNamespace),
      register(`${name}-secrets`, federationSecret(spec, secrets), inNamespace),
      add(reconcilerProgram(spec, program)),
      ...(map ? [register(`${name}-map`, map, inNamespace)] : []),
      ...reconcilerOpenings(spec).map((opening) => add(opening, { dependsOn: [namespace, ...args.after] })),
    ];
    register(`${name}-reconciler`, reconcilerDeployment(spec, program, map), {
      parent: this,
      dependsOn: [namespace, ...needs],
    });
    for (const link of args.links) {
      new FederationLink(`${id}-with-${link.peer}`, { commune: id, link }, inNamespace);
    }
    args.entrance.expose(
      name,
      {
        workload: reconcilerWorkload(id),
        host: domain,
        port: reconcilerPort,
        paths: publicPaths(args.settings),
      },
      inNamespace,
    );
    this.registerOutputs({});
  }
}
