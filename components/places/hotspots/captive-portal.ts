/**
 * Where devices are told that nothing stands before the Internet, below the address of the hotspots' server. DHCP
 * gives its address (RFC 8910, option 114).
 */
export const captivePortalPath = "/captive-portal";

/** Media type of what is told there. Source: RFC 8908, section 8. */
export const captivePortalType = "application/captive+json";

/**
 * What RFC 8908 has a network tell where nobody is held: the same to every device, so that the server need not know
 * who asks. `page` is the commune's page about the network.
 */
export function captivePortalText(page: string): string {
  return `${JSON.stringify({ captive: false, "venue-info-url": page })}\n`;
}
