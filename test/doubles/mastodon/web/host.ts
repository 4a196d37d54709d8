import type { Settings } from "../settings.ts";

/** Verdict on a request before any page sees it: nothing, 403, or the address that it is sent to. */
export type HostVerdict = { pass: true } | { blocked: string } | { redirect: string; status: 301 | 308 };

/** The parts of a request that the rule reads. */
export interface Arrival {
  method: string;
  /** Path and query. */
  target: string;
  host: string | undefined;
  forwardedHost: string | undefined;
  forwardedProto: string | undefined;
}

/**
 * Host checking first, then TLS; only `/health` is free of both.
 * Source: config/initializers/1_hosts.rb and config/environments/production.rb of Mastodon v4.6.5, Rails'
 * HostAuthorization (a port after a permitted name is permitted) and SSL (308 unless GET or HEAD).
 */
export function hostVerdict(arrival: Arrival, settings: Settings): HostVerdict {
  const path = arrival.target.replace(/\?.*/, "");
  if (path === "/health") return { pass: true };
  const names = [settings.localDomain, settings.webDomain, ...settings.alternateDomains];
  const permitted = (host: string) => names.includes(host) || names.includes(host.replace(/:\d+$/, ""));
  const host = (arrival.host ?? "").toLowerCase();
  const forwarded = arrival.forwardedHost?.split(",").at(-1)?.trim().toLowerCase();
  for (const each of forwarded === undefined ? [host] : [host, forwarded]) {
    if (!permitted(each)) return { blocked: each };
  }
  if (arrival.forwardedProto?.split(",")[0]?.trim() === "https") return { pass: true };
  const seen = forwarded ?? host;
  const status = arrival.method === "GET" || arrival.method === "HEAD" ? 301 : 308;
  return { redirect: `https://${seen.replace(/:\d+$/, "")}${arrival.target}`, status };
}
