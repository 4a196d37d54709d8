import type { types } from "@pulumi/kubernetes";

/**
 * Pod settings that Pod Security `restricted` asks for.
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 *
 * @param uid user and group of the image, and group of its volumes.
 */
export function podSecurity(uid: number): types.input.core.v1.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    fsGroup: uid,
    // A recursive chown of a full data volume at every start takes longer than any probe waits.
    fsGroupChangePolicy: "OnRootMismatch",
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** Container settings that Pod Security `restricted` asks for, and a read-only root file system. */
export const containerSecurity: types.input.core.v1.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};

/**
 * Returns the settings that every pod shares: no key to the cluster's API, no list of other Services in its
 * environment, and what Pod Security asks for.
 */
export function podBaseline(uid: number) {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity(uid),
  } satisfies Partial<types.input.core.v1.PodSpec>;
}
