import { dirname } from "node:path";
import { execa } from "execa";
import { images } from "../../../components/foundation/image/catalogue.ts";
import { BucketClient } from "../../../components/recovery/vault/bucket/client.ts";
import { bucketKeys } from "../../../components/recovery/vault/bucket/secrets.ts";
import type { Fetch } from "../../../components/recovery/vault/files.ts";
import { seaweedfs } from "../../seaweedfs/build.ts";
import { bucket, commune, makeBucket, operator, s3Settings } from "../../seaweedfs/store.ts";
import type { Site } from "./sites.ts";

const name = "store";
const port = 8333;
const region = "us-east-1";

/** Days for which new objects are locked: `keep` of a commune that says nothing, and 94. */
const days = 184;

/** Name of the bucket among the vaults of a commune. */
export const coffre = "coffre";

/** Secrets of a stack that open the bucket. */
export const coffreSecrets = {
  [bucketKeys(coffre).accessKey]: commune.accessKey,
  [bucketKeys(coffre).secretKey]: commune.secretKey,
};

/** Declaration of the bucket of {@link openBucket}. */
export const coffreAt = (host: string) => ({ endpoint: `https://${host}`, region, bucket });

/**
 * Starts the real SeaweedFS on a site, behind its ingress controller as somebody's store, and makes a bucket there.
 *
 * @param fetch through that controller.
 */
export async function openBucket(site: Site, host: string, fetch: Fetch): Promise<void> {
  const items = objects(host, dirname(await seaweedfs()));
  const { environment } = site.cluster;
  await execa("kubectl", ["apply", "--filename=-"], {
    env: environment,
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items }),
  });
  await site.kubectl("-n", name, "rollout", "status", `deployment/${name}`, "--timeout=180s");
  const access = { address: `https://${host}`, region, bucket, ...operator };
  await makeBucket(new BucketClient(access, fetch), days);
}

function objects(host: string, folder: string): object[] {
  const metadata = { name, namespace: name };
  const labels = { app: name };
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    { apiVersion: "v1", kind: "Secret", metadata, stringData: { "s3.json": s3Settings } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name,
                image: images.node.reference,
                command: ["/program/weed", "server", ...words],
                readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
                volumeMounts: [
                  { name: "program", mountPath: "/program", readOnly: true },
                  { name: "settings", mountPath: "/settings", readOnly: true },
                  { name: "data", mountPath: "/data" },
                ],
              },
            ],
            volumes: [
              // The nodes of a local cluster see the files of this machine.
              { name: "program", hostPath: { path: folder, type: "Directory" } },
              { name: "settings", secret: { secretName: name } },
              { name: "data", emptyDir: {} },
            ],
          },
        },
      },
    },
    { apiVersion: "v1", kind: "Service", metadata, spec: { selector: labels, ports: [{ port }] } },
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata,
      spec: {
        ingressClassName: "traefik",
        rules: [
          {
            host,
            http: {
              paths: [
                { path: "/", pathType: "Prefix", backend: { service: { name, port: { number: port } } } },
              ],
            },
          },
        ],
      },
    },
  ];
}

const words = [
  ...["-dir", "/data", "-ip", "127.0.0.1", "-ip.bind", "0.0.0.0", "-volume.max", "200"],
  ...["-master.volumeSizeLimitMB", "64", "-master.telemetry=false", "-filer", "-s3", "-s3.iam=false"],
  ...[
    "-s3.port",
    String(port),
    "-s3.port.iceberg",
    "0",
    "-s3.port.lance",
    "0",
    "-s3.config",
    "/settings/s3.json",
  ],
];
