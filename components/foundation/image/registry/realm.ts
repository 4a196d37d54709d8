import { isIP } from "node:net";
import { isSameSite } from "../../declaration/same-site.ts";

/** Whether a host, as URLs have it, is this machine's loopback: what is spoken to without TLS, as Docker does. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

/** The host of a registry, which may have a port. */
export const hostnameOf = (registry: string): string => registry.replace(/:\d+$/, "");

/**
 * Returns the address at which a token for a registry is asked for, with the user's password; undefined if its
 * challenge names a place that is not https, or of another site than the registry's own: whoever could write a
 * challenge would get the password. Docker Hub, ghcr.io, quay.io and GitLab ask within their sites.
 *
 * @param registry host of its API, with its port if it has one.
 */
export function tokenAddress(realm: string, registry: string): URL | undefined {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "") return undefined;
  const own = hostnameOf(registry);
  const isOwnHost = url.hostname === own;
  if (url.protocol === "http:") return isOwnHost && isLoopback(own) ? url : undefined;
  if (url.protocol !== "https:") return undefined;
  // Two numbers that end alike are no one's site.
  const isNumber = [own, url.hostname].some((host) => isIP(host.replace(/^\[|\]$/g, "")) !== 0);
  return isOwnHost || (!isNumber && isSameSite(url.hostname, own)) ? url : undefined;
}
