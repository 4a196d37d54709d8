import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { BucketClient } from "../../components/recovery/vault/bucket/client.ts";
import type { Cluster } from "../../local/cluster/index.ts";
import { clusterDomain } from "../../local/cluster/network.ts";
import { Wire } from "../cluster/wire.ts";
import { SiteProcess } from "../programs/keeper/process.ts";
import { selfSigned } from "../self-signed.ts";
import { untilDone } from "./until-done.ts";

const namespace = "store";
const host = `${namespace}.${namespace}.svc.${clusterDomain}`;
const address = "192.168.78.10";
const operator = { accessKey: "OPERATOR", secretKey: "of the operator" };

/** Keys of a commune, which may write and list its buckets. */
export const communeKeys = { accessKey: "COMMUNE", secretKey: "of-the-commune" };

/** Settings that a stack has for it: where it is, and its certificate's authority. */
interface Place {
  endpoint: string;
  /** Range of its address (CIDR). */
  range: string;
  certificate: string;
}

/**
 * The real SeaweedFS in one process, on a machine beside the cluster: pods find it by a name of the cluster's DNS, over
 * TLS, and tests through a socket. Needs root.
 */
export class StoreBesideCluster {
  private constructor(
    private readonly folder: string,
    private readonly wire: Wire,
    private readonly process: SiteProcess,
    readonly place: Place,
  ) {}

  /**
   * Starts one, and makes its buckets.
   *
   * @param program SeaweedFS.
   * @param buckets each with whether anybody may read it.
   */
  static async open(
    cluster: Cluster,
    program: string,
    buckets: Readonly<Record<string, "public" | "closed">>,
  ): Promise<StoreBesideCluster> {
    const folder = mkdtempSync(join(tmpdir(), "seaweedfs-"));
    mkdirSync(join(folder, "data"));
    const { certificate, key } = selfSigned([host], 2);
    const written = { "tls.crt": certificate, "tls.key": key, "s3.json": identitiesOf(buckets) };
    for (const [name, text] of Object.entries(written)) writeFileSync(join(folder, name), text);
    const wire = await Wire.open(
      cluster,
      { name: "store", gateways: ["192.168.78.1/24"], addresses: [`${address}/24`] },
      ["sleep", "infinity"],
    );
    const words = [
      ...[
        "-dir",
        join(folder, "data"),
        "-ip",
        address,
        "-volume.max",
        "60",
        "-filer",
        "-s3",
        "-s3.iam=false",
      ],
      ...["-master.volumeSizeLimitMB", "64", "-master.telemetry=false", "-s3.port.iceberg", "0"],
      ...["-s3.port.lance", "0", "-s3.config", join(folder, "s3.json"), "-s3.port.https", "443"],
      ...["-s3.cert.file", join(folder, "tls.crt"), "-s3.key.file", join(folder, "tls.key")],
      ...["-s3.localSocket", join(folder, "s3.sock"), "-filer.localSocket", join(folder, "filer.sock")],
    ];
    const log = join(folder, "weed.log");
    const command = ["nsenter", "-t", String(wire.pid), "-n", program, "server", ...words] as const;
    const store = new StoreBesideCluster(
      folder,
      wire,
      new SiteProcess("store", [...command], {}, log, folder),
      {
        endpoint: `https://${host}`,
        range: "192.168.78.0/24",
        certificate,
      },
    );
    store.start();
    for (const bucket of Object.keys(buckets))
      await untilDone(() => store.client(bucket).ask({ method: "PUT" })).catch(async (error) => {
        const said = readFileSync(log, "utf8").slice(-4000);
        await store.close();
        throw new Error(`SeaweedFS did not come up: ${error}\n${said}`);
      });
    return store;
  }

  /** Objects by which the cluster's DNS knows it. */
  static objects(): object[] {
    const labels = { "kubernetes.io/service-name": namespace };
    const metadata = { name: namespace, namespace };
    return [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      { apiVersion: "v1", kind: "Service", metadata, spec: { clusterIP: "None", ports: [{ port: 443 }] } },
      {
        ...{ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { ...metadata, labels } },
        ...{ addressType: "IPv4", ports: [{ port: 443 }], endpoints: [{ addresses: [address] }] },
      },
    ];
  }

  /** Starts it again, with the objects that it had. */
  start(): void {
    this.process.start();
  }

  /** Ends it at once, as a machine that fails does: connections to it are refused. */
  async kill(): Promise<void> {
    await this.process.kill();
  }

  /** Stops it or lets it go on: connections to it are made meanwhile, and nothing is answered. */
  freeze(signal: "SIGSTOP" | "SIGCONT"): void {
    this.process.freeze(signal);
  }

  async close(): Promise<void> {
    await this.process.kill();
    await this.wire.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Returns a client of a bucket with the operator's keys. */
  client(bucket: string): BucketClient {
    return new BucketClient(
      { address: `http://${host}`, region: "us-east-1", bucket, ...operator },
      this.fetch,
    );
  }

  /** Asks it without keys, as a browser does. */
  async published(path: string): Promise<{ status: number; bytes: Buffer }> {
    const answer = await this.fetch(`http://${host}/${path}`);
    return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  private readonly fetch: typeof globalThis.fetch = async (asked, init) => {
    const dispatcher = new Agent({ connect: { socketPath: join(this.folder, "s3.sock") } });
    return fetch(String(asked), { ...init, dispatcher } as object) as unknown as Promise<Response>;
  };
}

/** Settings of SeaweedFS: who may do what. */
function identitiesOf(buckets: Readonly<Record<string, "public" | "closed">>): string {
  const all = Object.keys(buckets);
  const open = all.filter((bucket) => buckets[bucket] === "public");
  const rights = ["Read", "Write", "List"].flatMap((right) => all.map((bucket) => `${right}:${bucket}`));
  return JSON.stringify({
    identities: [
      { name: "operator", credentials: [operator], actions: ["Admin"] },
      { name: "commune", credentials: [communeKeys], actions: rights },
      { name: "anonymous", credentials: [], actions: open.map((bucket) => `Read:${bucket}`) },
    ],
  });
}
