import { createPrivateKey, X509Certificate } from "node:crypto";

/** A certificate with those that lead to its authority, and its key, in PEM. */
export interface KeyPair {
  certificate: string;
  key: string;
}

/** Days before its end at which a certificate is talked about: nothing renews a copy but the next run. */
const soon = 30;

const day = 24 * 60 * 60 * 1000;

/**
 * The pair in a Secret's data (base64); nothing when there is none, or two that do not belong together.
 * Source: https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets
 */
export function keyPairIn(data: Readonly<Record<string, string>>): KeyPair | undefined {
  const text = (key: string) => Buffer.from(data[key] ?? "", "base64").toString("utf8");
  const [certificate, key] = [text("tls.crt"), text("tls.key")];
  try {
    const isPair = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return isPair ? { certificate, key } : undefined;
  } catch {
    return undefined;
  }
}

/** That a certificate ends soon, if it does, and what to do. */
export function endConcern(certificate: string, now: Date): string | undefined {
  const end = new Date(new X509Certificate(certificate).validTo);
  const left = (end.getTime() - now.getTime()) / day;
  if (left >= soon) return undefined;
  return `${left < 0 ? "ended" : "ends"} on ${end.toISOString().slice(0, 10)}. Renew it there, then run pulumi up, which copies it.`;
}

/** That a certificate is not for a host, if it is not. */
export function hostConcern(certificate: string, host: string): string | undefined {
  if (new X509Certificate(certificate).checkHost(host) !== undefined) return undefined;
  return `is not for ${host}, and browsers will refuse it there.`;
}
