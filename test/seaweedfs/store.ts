import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, fetch as fetchThrough } from "undici";
import type { BucketAccess } from "../../components/recovery/vault/access.ts";
import { BucketClient } from "../../components/recovery/vault/bucket/client.ts";
import type { Fetch } from "../../components/recovery/vault/files.ts";
import { freePort } from "../free-port.ts";
import { SiteProcess } from "../programs/keeper/process.ts";
import { selfSigned } from "../self-signed.ts";
import { untilDone } from "./until-done.ts";

export const bucket = "villeurbanne-copies";
export const operator = { accessKey: "OPERATOR", secretKey: "of the operator" };
export const commune = { accessKey: "COMMUNE", secretKey: "of-the-commune" };

/** Rights that docs/vault.md gives to a commune's keys, as SeaweedFS names them. */
const rights = ["Read", "Write", "List", "GetBucketObjectLockConfiguration", "GetObjectRetention"];

const identities = [
  { name: "operator", credentials: [operator], actions: ["Admin"] },
  { name: "commune", credentials: [commune], actions: rights.map((right) => `${right}:${bucket}`) },
];

/** Settings of SeaweedFS: who may do what. */
export const s3Settings = JSON.stringify({ identities });

/** The real SeaweedFS in one process, with one bucket that locks new objects for some days. */
export class Store {
  private constructor(
    private readonly folder: string,
    private readonly ports: { http: number; https: number },
    private readonly certificate: string,
    readonly process: SiteProcess,
  ) {}

  /**
   * Starts one, and makes its bucket.
   *
   * @param program SeaweedFS.
   * @param days for which the bucket locks new objects, in compliance mode.
   * @param name of its process.
   */
  static async open(program: string, days: number, name = "bucket"): Promise<Store> {
    const folder = mkdtempSync(join(tmpdir(), "seaweedfs-"));
    mkdirSync(join(folder, "data"));
    const { certificate, key } = selfSigned(["localhost"], 2);
    const written = { "tls.crt": certificate, "tls.key": key, "s3.json": s3Settings };
    for (const [name, text] of Object.entries(written)) writeFileSync(join(folder, name), text);
    const names = ["master", "volume", "filer", "s3"].flatMap((part) => [
      `${part}.port`,
      `${part}.port.grpc`,
    ]);
    const port: Record<string, number> = {};
    for (const name of [...names, "s3.port.https"]) port[name] = await freePort();
    const words = [
      // Each bucket takes seven volumes and more as it grows; without one that is free, writes are answered with 500.
      ...["-dir", join(folder, "data"), "-ip", "127.0.0.1", "-ip.bind", "127.0.0.1", "-volume.max", "60"],
      ...["-master.volumeSizeLimitMB", "64", "-master.telemetry=false", "-filer", "-s3", "-s3.iam=false"],
      ...["-s3.port.iceberg", "0", "-s3.port.lance", "0", "-s3.config", join(folder, "s3.json")],
      ...["-s3.cert.file", join(folder, "tls.crt"), "-s3.key.file", join(folder, "tls.key")],
      ...Object.entries(port).flatMap(([name, number]) => [`-${name}`, String(number)]),
    ];
    const log = join(folder, "weed.log");
    const store = new Store(
      folder,
      { http: port["s3.port"] ?? 0, https: port["s3.port.https"] ?? 0 },
      certificate,
      new SiteProcess(name, [program, "server", ...words], {}, log, folder),
    );
    store.process.start();
    await makeBucket(store.asOperator(), days).catch(async (error) => {
      const said = readFileSync(log, "utf8").slice(-4000);
      await store.close();
      throw new Error(`SeaweedFS did not come up: ${error}\n${said}`);
    });
    return store;
  }

  async close(): Promise<void> {
    // It writes nothing that anybody needs when it ends.
    await this.process.kill();
    rmSync(this.folder, { recursive: true });
  }

  /** Returns access to the bucket, as the commune's stack has it. */
  access(keepDays: number): BucketAccess {
    return { ...this.at(commune), purpose: "append", keepDays };
  }

  /** Returns access to the bucket over TLS, with a fetch that trusts its certificate. */
  overTls(keepDays: number): { access: BucketAccess; fetch: Fetch } {
    const dispatcher = new Agent({ connect: { ca: this.certificate } });
    return {
      access: { ...this.access(keepDays), address: `https://localhost:${this.ports.https}` },
      fetch: async (address, init) =>
        (await fetchThrough(address, { ...init, dispatcher })) as unknown as Response,
    };
  }

  /** Returns a client with the operator's keys. */
  asOperator(): BucketClient {
    return new BucketClient(this.at(operator), fetch);
  }

  private at(keys: typeof operator) {
    return { address: `http://localhost:${this.ports.http}`, region: "us-east-1", bucket, ...keys };
  }

  /** Waits until the store answers its operator, after it was started. */
  async answers(): Promise<void> {
    await untilDone(() => this.asOperator().list("", "/"));
  }
}

/** Makes a bucket whose new objects are locked for some days in compliance mode, as soon as its store answers. */
export async function makeBucket(client: BucketClient, days: number): Promise<void> {
  const headers = { "x-amz-bucket-object-lock-enabled": "true" };
  await untilDone(() => client.ask({ method: "PUT", headers }));
  await client.ask({
    ...{ method: "PUT", query: { "object-lock": "" } },
    body: Buffer.from(
      `<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>${days}</Days></DefaultRetention></Rule></ObjectLockConfiguration>`,
    ),
  });
}
