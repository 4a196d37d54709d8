import type { Label } from "./derive.ts";

/** Way in which another version of a secret reaches what uses it; `never` if nothing could follow. */
export type Rotation = "by itself" | "by a Job" | "prepared anew" | "never";

/** Purpose of a derived secret, and what another version of it takes. */
export interface SecretLabel extends Label {
  /**
   * `by a Job`: the application read it at its first start alone, so a Job tells it. `prepared anew`: it is built into
   * what is outside the cluster. `never`: it encrypts or signs what is kept. Otherwise whatever sets it and whatever
   * reads it runs again.
   */
  rotation: Rotation;
  /** Its meaning, in one line. */
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

/** Returns the name of a secret in declarations: `nextcloud/admin-password`. */
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
 * Returns the label of a given secret for its pods. Another version is another text, so that what reads the secret
 * once, at its start, restarts; a digest of the value would stand in clear.
 */
export function givenLabel(name: string, versions: SecretVersions): string {
  const version = versions[name] ?? 1;
  return version === 1 ? name : `${name}/v${version}`;
}
