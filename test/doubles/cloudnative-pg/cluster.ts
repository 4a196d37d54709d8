import * as z from "zod";

const words = z.record(z.string(), z.string());

/** A `Cluster`, as far as the double does something with it. */
export const clusterSchema = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string(), uid: z.string(), generation: z.number() }),
  spec: z.object({
    instances: z.number(),
    imageName: z.string(),
    imagePullSecrets: z.array(z.object({ name: z.string() })).default([]),
    postgresUID: z.number().default(26),
    postgresGID: z.number().default(26),
    inheritedMetadata: z.object({ labels: words.default({}) }).default({ labels: {} }),
    enableSuperuserAccess: z.boolean().default(false),
    superuserSecret: z.object({ name: z.string() }).optional(),
    bootstrap: z.object({
      initdb: z.object({ encoding: z.string(), localeCollate: z.string(), dataChecksums: z.boolean() }),
    }),
    postgresql: z.object({
      parameters: words,
      pg_hba: z.array(z.string()).default([]),
      synchronous: z.object({
        method: z.string(),
        number: z.number(),
        dataDurability: z.string(),
        failoverQuorum: z.boolean(),
      }),
    }),
    resources: z.object({ requests: words, limits: words }),
    storage: z.object({ size: z.string(), storageClass: z.string().optional() }),
  }),
  status: z.record(z.string(), z.unknown()).optional(),
});
export type Cluster = z.output<typeof clusterSchema>;

/** Parameters that the operator sets itself. Source: pkg/postgres/configuration.go at v1.30.0, those of a toolkit's reach */
const fixed = [
  ...["archive_command", "archive_mode", "config_file", "data_directory", "hba_file", "hot_standby"],
  ...["ident_file", "listen_addresses", "log_destination", "logging_collector", "port", "primary_conninfo"],
  ...["recovery_target", "restore_command", "shared_preload_libraries", "ssl", "synchronous_standby_names"],
  ...["unix_socket_directories"],
];

const mebibytes = (quantity: string) => Number(/^(\d+)(?:Mi|MB)$/.exec(quantity)?.[1] ?? Number.NaN);

/** Returns why the operator's webhook would not take a cluster. Source: internal/webhook/v1/cluster_webhook.go at v1.30.0 */
export function refusals({ metadata: { name }, spec }: Pick<Cluster, "metadata" | "spec">): string[] {
  const tag = /:([^/:@]+)(?:@sha256:[0-9a-f]{64})?$/.exec(spec.imageName)?.[1];
  const { parameters, synchronous } = spec.postgresql;
  const shared = mebibytes(parameters.shared_buffers ?? "0MB");
  return [
    ...(name.length > 50 || !/^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name)
      ? ["the maximum length of a cluster name is 50 characters, of a DNS label"]
      : []),
    ...(tag === undefined ? ["Can't use just the image sha as we can't detect upgrades"] : []),
    ...(tag === "latest" || (tag !== undefined && !/^\d+(\.\d+)*([._-]|$)/.test(tag))
      ? ["invalid version tag"]
      : []),
    ...(shared > mebibytes(spec.resources.requests.memory ?? "0Mi")
      ? ["Memory request is lower than PostgreSQL `shared_buffers` value"]
      : []),
    ...(synchronous.number >= spec.instances
      ? [
          "Invalid synchronous configuration: the number of synchronous replicas must be less than the instances",
        ]
      : []),
    ...Object.keys(parameters).flatMap((key) =>
      fixed.includes(key) ? [`Can't set fixed configuration parameter ${key}`] : [],
    ),
  ];
}
