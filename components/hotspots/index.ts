import pulumi from "@pulumi/pulumi";
import type { Entrance } from "../exposure/contract.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { type ChildOptions, register } from "../manifest/register.ts";
import { Namespace } from "../namespace/index.ts";
import { bundleProgram } from "../program/bundle.ts";
import { labelText } from "../seed/derive.ts";
import type { Seed } from "../seed/index.ts";
import { volumeClaim } from "../volume/manifests.ts";
import {
  communeConfigMap,
  hotspotsDeployment,
  hotspotsPort,
  hotspotsProgram,
  hotspotsQuota,
  hotspotsSecret,
  hotspotsWorkload,
  quarterConfigMaps,
  stateGiB,
  stateVolume,
} from "./manifests.ts";
import type { HotspotsPlan } from "./plan.ts";
import { deviceLabel, secretFiles, signingLabel, statusLabel } from "./secrets.ts";

export interface HotspotsArgs extends HotspotsPlan {
  seed: Seed;
  entrance: Entrance;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
}

/** What whoever prepares devices needs: docs/hotspots.md. */
export interface Provisioning {
  url: string;
  /** Text of a signify public key. */
  publicKey: string;
  /** Key of each device, by uuid. */
  keys: Record<string, string>;
  /** Opens `/status`. */
  statusToken: string;
}

/** The public Wi-Fi of a commune: the server that its points ask for their configuration. */
export class Hotspots extends pulumi.ComponentResource {
  /** Public address. */
  readonly url: string;
  /** Resolves when the server runs what is declared. */
  readonly done: pulumi.Output<string>;
  readonly provisioning: pulumi.Output<Provisioning>;

  constructor(name: string, args: HotspotsArgs, options: pulumi.ComponentResourceOptions) {
    super("commune:index:Hotspots", name, {}, options);
    const { commune, seed, dataHolder, points } = args;
    const workload = hotspotsWorkload(commune);
    const namespace = new Namespace(
      name,
      { commune, service: "hotspots", data: workload.data, quota: hotspotsQuota, dataHolder },
      { parent: this },
    );
    const inNamespace = { parent: this, dependsOn: [namespace] };
    const add = (manifest: Manifest, childOptions: Partial<ChildOptions> = {}) =>
      register(`${commune}-${manifest.metadata.name}`, manifest, { ...inNamespace, ...childOptions });

    const keys = pulumi
      .all(points.map(({ uuid }) => seed.hex(deviceLabel(uuid), 16)))
      .apply((all) => Object.fromEntries(points.map(({ uuid }, index) => [uuid, all[index] ?? ""])));
    const statusToken = seed.secret(statusLabel);
    const files = pulumi
      .all([seed.hex(signingLabel), statusToken, keys])
      .apply(([signing, token, deviceKeys]) =>
        secretFiles({ signing, statusToken: token, keys: deviceKeys }, args),
      );
    const secret = register(
      `${name}-keys`,
      hotspotsSecret(commune, {
        "keys.json": files["keys.json"],
        "signatures.json": files["signatures.json"],
        "hotspots.pub": files["hotspots.pub"],
        "status-token": statusToken,
      }),
      inNamespace,
    );
    const program = bundleProgram("hotspots");
    const needs = [
      secret,
      add(hotspotsProgram(commune, program)),
      add(communeConfigMap(args)),
      ...quarterConfigMaps(args).map((quarter) => add(quarter)),
      add(
        volumeClaim({ workload, name: stateVolume, sizeGiB: stateGiB, storageClass: args.storageClass }),
        dataHolder,
      ),
    ];
    const labels = [signingLabel, statusLabel].map(labelText);
    const deployment = register(`${name}-server`, hotspotsDeployment(args, program, labels), {
      parent: this,
      dependsOn: [namespace, ...needs],
    });
    const exposure = args.entrance.expose(
      name,
      { workload, host: args.host, port: hotspotsPort },
      inNamespace,
    );
    this.url = exposure.url;
    this.done = deployment.id;
    this.provisioning = pulumi.secret(
      pulumi.all([keys, files, statusToken]).apply(([deviceKeys, given, token]) => ({
        url: exposure.url,
        publicKey: given["hotspots.pub"],
        keys: deviceKeys,
        statusToken: token,
      })),
    );
    this.registerOutputs({ url: this.url });
  }
}
