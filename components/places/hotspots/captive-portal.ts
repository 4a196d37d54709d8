/**
 * Path at which devices learn that no page stands before the Internet, below the address of the hotspots' server. DHCP
 * gives its address (RFC 8910, option 114).
 */
export const captivePortalPath = "/captive-portal";

/** Media type of what is told there. Source: RFC 8908, section 8. */
export const captivePortalType = "application/captive+json";

/**
 * Returns the answer of RFC 8908 for a network without a captive portal. It is the same for every device, so that the
 * server need not know who asks. `page` is the commune's page about the network.
 */
export function captivePortalText(page: string): string {
  return `${JSON.stringify({ captive: false, "venue-info-url": page })}\n`;
}
