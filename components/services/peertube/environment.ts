import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { Secret } from "../../foundation/manifest/manifest.ts";
import { secretOf } from "../../foundation/manifest/objects.ts";
import type { PeertubeSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Name of the Secret, in the service's namespace. */
export const secretName = "peertube";

/** Keys of the Secret, and the variable by which PeerTube reads each one. Source: test/upstream/peertube-8.3.env.txt. */
const variables = {
  secret: "PEERTUBE_SECRET",
  "database-password": "PEERTUBE_DB_PASSWORD",
  "cache-password": "PEERTUBE_REDIS_AUTH",
  "root-password": "PT_INITIAL_ROOT_PASSWORD",
  "mail-password": "PEERTUBE_SMTP_PASSWORD",
  "media-access-key": "PEERTUBE_OBJECT_STORAGE_CREDENTIALS_ACCESS_KEY_ID",
  "media-secret-key": "PEERTUBE_OBJECT_STORAGE_CREDENTIALS_SECRET_ACCESS_KEY",
} as const;

export type SecretKey = keyof typeof variables;

/** The secrets of the service: all of them, and those of the relay and the store where they are declared. */
export type PeertubeSecrets = Record<
  "secret" | "database-password" | "cache-password" | "root-password",
  Input<string>
> &
  Partial<Record<SecretKey, Input<string>>>;

/** The secrets that a PeerTube needs. */
export function neededSecrets({ mail, media }: Pick<PeertubeSpec, "mail" | "media">): SecretKey[] {
  return [
    "secret",
    "database-password",
    "cache-password",
    "root-password",
    ...(mail?.user === undefined ? [] : (["mail-password"] as const)),
    ...(media.kind === "s3" ? (["media-access-key", "media-secret-key"] as const) : []),
  ];
}

export function peertubeSecret(spec: PeertubeSpec, secrets: PeertubeSecrets): Secret {
  return secretOf(workloadOf(spec.commune, "web"), secretName, { ...secrets });
}

/** The environment of the server: secrets, and what PeerTube reads from nowhere else. */
export function serverEnvironment(spec: PeertubeSpec): types.input.core.v1.EnvVar[] {
  return [
    ...fromSecret(neededSecrets(spec)),
    ...common,
    // Its worker threads would sleep through the end of a kept connection, then lose a Follow or an Accept on it.
    // Tried on 6.3.0 with Node 20 and 22, November 2026.
    { name: "PISCINA_DISABLE_ATOMICS", value: "1" },
  ];
}

/** The environment of an upgrade's scripts: they open the database and read the volume. */
export function scriptsEnvironment(): types.input.core.v1.EnvVar[] {
  return [...fromSecret(["secret", "database-password", "cache-password"]), ...common];
}

/** The image's own home is on the read-only root. */
const common = [{ name: "HOME", value: "/tmp" }];

function fromSecret(keys: readonly SecretKey[]): types.input.core.v1.EnvVar[] {
  return keys.map((key) => ({
    name: variables[key],
    valueFrom: { secretKeyRef: { name: secretName, key } },
  }));
}
