import pulumi from "@pulumi/pulumi";
import { NamespacedComponent } from "../../foundation/component/index.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { register, registerConfigMap } from "../../foundation/manifest/register.ts";
import type { NameServer } from "../../foundation/network-policy/dns.ts";
import type { Register } from "../../foundation/part/registered.ts";
import { bundleProgram } from "../../foundation/program/bundle.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import type { Seed } from "../../foundation/seed/index.ts";
import type { IngressProvider } from "../../platform/exposure/contract.ts";
import {
  communeConfigMap,
  hotspotsDeployment,
  hotspotsHolders,
  hotspotsPort,
  hotspotsProgram,
  hotspotsSecret,
  hotspotsWorkload,
  quarterConfigMaps,
  signedConfigMap,
} from "./manifests.ts";
import type { HotspotsPlan } from "./plan.ts";
import type { Provisioning } from "./provisioning.ts";
import { deviceLabel, type SecretFiles, secretFiles, signingLabel, statusLabel } from "./secrets.ts";
import { type SignedSerial, signedAs } from "./serial.ts";

export interface HotspotsArgs extends HotspotsPlan {
  seed: Seed;
  /** Serial and content that were signed at the last complete update. */
  signed?: SignedSerial | undefined;
  ingress: IngressProvider;
  /** Name servers of the cluster; kube-dns if absent. */
  dns?: readonly NameServer[] | undefined;
  /** Options of whatever holds data. */
  dataHolder: pulumi.CustomResourceOptions;
  /** Content of the Secret with which images are pulled; undefined if the site has none. */
  pullSecret?: pulumi.Output<string> | undefined;
}

/** The public Wi-Fi of a commune: the server that its points ask for their configuration. */
export class Hotspots extends NamespacedComponent {
  /** Public address. */
  readonly url: string;
  /** Resolves when the server runs what is declared. */
  readonly done: pulumi.Output<string>;
  readonly provisioning: pulumi.Output<Provisioning>;
  /** Serial and content under which its hotspots' configuration is signed. */
  readonly signed: pulumi.Output<SignedSerial>;

  constructor(name: string, args: HotspotsArgs, options: pulumi.ComponentResourceOptions) {
    const { commune, host, ingress } = args;
    super(name, { ...args, holders: hotspotsHolders(args), guests: ingress.guests }, options);
    this.signed = this.createRecord(name, args);
    const derived = this.derivedFrom(args);
    const deployment = this.createServer(name, args, derived);
    const workload = hotspotsWorkload(commune);
    this.url = ingress.expose(name, { workload, host, port: hotspotsPort }, this.inNamespace).url;
    this.done = deployment.id;
    this.provisioning = this.provisioningOf(derived);
    this.registerOutputs({ url: this.url });
  }

  /** Returns what is signed now, and creates the object that remembers since when. */
  private createRecord(
    name: string,
    { commune, seed, content: planned, signed }: HotspotsArgs,
  ): pulumi.Output<SignedSerial> {
    // Points get the public key as one of the signed files: another one is another content too.
    const content = checksum([planned, labelText(seed.current(signingLabel))]);
    const record = registerConfigMap(`${name}-signed`, signedConfigMap(commune, content), this.inNamespace);
    // The id is not known before there is a record: where the API server cannot be asked, a preview knows no time either.
    return pulumi.all([record.id, record.metadata.managedFields]).apply(([, entries]) => {
      const changed = entries.map(({ time }) => time);
      return signedAs(content, signed, changed);
    });
  }

  private derivedFrom(args: HotspotsArgs): Derived {
    const { seed, points } = args;
    const deviceLabels = Object.fromEntries(points.map(({ uuid }) => [uuid, deviceLabel(uuid)]));
    const keys = seed.hexes(deviceLabels, 16);
    const statusToken = seed.secret(statusLabel);
    const serial = this.signed.apply((signed) => signed.serial);
    const files = pulumi
      .all([seed.hex(signingLabel), statusToken, keys, serial])
      .apply(([signing, token, deviceKeys, number]) =>
        secretFiles({ signing, statusToken: token, keys: deviceKeys }, args, number),
      );
    return { keys, statusToken, serial, files };
  }

  private createServer(
    name: string,
    args: HotspotsArgs,
    { files, statusToken, serial }: Derived,
  ): pulumi.CustomResource {
    const { commune, seed } = args;
    const secret = register(
      `${name}-keys`,
      hotspotsSecret(commune, {
        "keys.json": files["keys.json"],
        "signatures.json": files["signatures.json"],
        "hotspots.pub": files["hotspots.pub"],
        serial: files.serial,
        "status-token": statusToken,
      }),
      this.inNamespace,
    );
    const program = bundleProgram("hotspots");
    const needs = [
      secret,
      this.add(hotspotsProgram(commune, program)),
      this.add(communeConfigMap(args)),
      ...quarterConfigMaps(args).map((quarter) => this.add(quarter)),
      ...this.volumes,
    ];
    const labels = [signingLabel, statusLabel].map((label) => labelText(seed.current(label)));
    return register(`${name}-server`, hotspotsDeployment(args, program, labels, serial.apply(String)), {
      parent: this,
      dependsOn: [this.namespace, ...needs],
    });
  }

  /** Returns what `commune wifi` needs to prepare hotspots. */
  private provisioningOf({ keys, files, statusToken }: Derived): pulumi.Output<Provisioning> {
    return pulumi.secret(
      pulumi.all([keys, files, statusToken]).apply(([deviceKeys, given, token]) => ({
        url: this.url,
        publicKey: given["hotspots.pub"],
        keys: deviceKeys,
        statusToken: token,
      })),
    );
  }
}

/** Values derived from the seed, for the hotspots and for the server. */
interface Derived {
  keys: pulumi.Output<Record<string, string>>;
  statusToken: pulumi.Output<string>;
  serial: pulumi.Output<number>;
  files: pulumi.Output<SecretFiles>;
}

/** Values of a commune that the Wi-Fi takes. */
export interface HotspotsGiven {
  name: string;
  plan: { hotspots?: HotspotsPlan | undefined };
  shared: Omit<HotspotsArgs, keyof HotspotsPlan | "signed">;
  signed?: SignedSerial | undefined;
  /** Configurations that this run has signed, for the next one. */
  made: { signed?: Hotspots["signed"] };
}

/** Registers the public Wi-Fi. */
export const registerHotspots: Register<HotspotsGiven> = ({ name, plan, shared, signed }, options) => {
  if (plan.hotspots === undefined) return { outputs: { hotspots: {} } };
  const hotspots = new Hotspots(`${name}-hotspots`, { ...shared, ...plan.hotspots, signed }, options);
  return {
    components: { hotspots },
    addresses: { hotspots: hotspots.url },
    made: { signed: hotspots.signed },
    // Facts for preparing hotspots, with the key of each: docs/hotspots.md.
    outputs: { hotspots: hotspots.provisioning },
  };
};
