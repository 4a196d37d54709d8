import type { Label } from "./derive.ts";

/** How another version of a secret reaches what uses it; `never` where nothing could follow. */
export type Rotation = "by itself" | "by a Job" | "prepared anew" | "never";

/** What a derived secret is for, and what another version of it takes. */
export interface SecretLabel extends Label {
  /**
   * `by itself`: whatever sets it and whatever reads it runs again. `by a Job`: the application read it at its first
   * start alone, so a Job tells it. `prepared anew`: it is built into what is outside the cluster. `never`: it encrypts
   * or signs what is kept.
   */
  rotation: Rotation;
  /** What it is, in one line. */
  description: string;
}

/**
 * The label of a secret in its first version.
 *
 * @param purpose what it is for within its service: `admin-password`.
 * @param description what it is, in one line.
 */
export function secretLabel(
  service: string,
  purpose: string,
  rotation: Rotation,
  description: string,
): SecretLabel {
  return { service, purpose, version: 1, rotation, description };
}

/** What a declaration calls a secret by: `nextcloud/admin-password`. */
export function secretName({ service, purpose }: Pick<Label, "service" | "purpose">): string {
  return `${service}/${purpose}`;
}

/** Versions of secrets, by name; the first where there is none. */
export type SecretVersions = Readonly<Record<string, number>>;

/** A label in the version that a commune declares, or in the one that the toolkit has, whichever is higher. */
export function inVersion<L extends Label>(label: L, versions: SecretVersions): L {
  return { ...label, version: Math.max(label.version, versions[secretName(label)] ?? 1) };
}

/**
 * What a pod says of a secret that somebody else gave. Another version is another text, so that what reads the secret
 * once, at its start, starts again; a digest of the value would stand in clear.
 */
export function givenLabel(name: string, versions: SecretVersions): string {
  const version = versions[name] ?? 1;
  return version === 1 ? name : `${name}/v${version}`;
}
