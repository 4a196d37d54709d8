import { readTemplate } from "../../foundation/template/template.ts";
import { proxyConfig, securityHeaders, visitorMap } from "../../platform/exposure/sidecar-proxy.ts";

/** Largest upload in one request, GiB; clients send larger files in chunks. */
export const uploadLimitGiB = 4;

/**
 * Largest upload whose length is not told beforehand (macOS's Finder, DAVx⁵, `curl -T -`), GiB; how many of these are
 * taken at once, and how many of one account.
 */
const untold = { limitGiB: 1, atOnce: 4, ofOneAccount: 2 };

/**
 * Largest form, GiB, and how many that are not small are read at once from one address, which can be a whole school. No
 * number for all addresses: a few slow senders would hold it.
 */
const forms = { limitGiB: 0.5, fromOneAddress: 8 };

/**
 * Room in `/tmp`, GiB: PHP keeps a copy of each body that it reads (main/streams of php-src, `php://input`), and nginx
 * one of each that it gathers first. Four of the largest uploads at once beside the gathered ones.
 */
export const scratchGiB =
  4 * uploadLimitGiB + 2 * (untold.limitGiB * untold.atOnce + forms.limitGiB * forms.fromOneAddress);

/** Headers that Nextcloud's own setup checks ask for, beside those of every sidecar proxy; browsers of today ignore the last. */
function ownHeaders(): string {
  return readTemplate("services/nextcloud/pod/nginx/headers.conf");
}

/**
 * Returns the rules for bodies of requests. PHP reads a form, and Nextcloud JSON, before it knows who asks: if the body
 * were not complete by then, as many slow senders as there are workers would block everybody. php-fpm takes a body of
 * unknown length for an empty one.
 */
function http(): string {
  return readTemplate("services/nextcloud/pod/nginx/http.conf", { VISITOR: visitorMap() });
}

/** Returns the location that passes a request to PHP. */
function toPhp(): string {
  return readTemplate("services/nextcloud/pod/nginx/php.conf");
}

function server(): string {
  return readTemplate("services/nextcloud/pod/nginx/server.conf", {
    OWN_HEADERS: ownHeaders(),
    TO_PHP: toPhp(),
    FORM_LIMIT_MIB: forms.limitGiB * 1024,
    FORMS_FROM_ONE_ADDRESS: forms.fromOneAddress,
    UNTOLD_LIMIT_GIB: untold.limitGiB,
    UNTOLD_AT_ONCE: untold.atOnce,
    UNTOLD_OF_ONE_ACCOUNT: untold.ofOneAccount,
    SECURITY_HEADERS: securityHeaders("noindex"),
  });
}

/**
 * nginx in front of php-fpm, in the same pod: static files from the code volume, everything else to PHP.
 * What must be served, refused and redirected follows Nextcloud's administration manual,
 * "NGINX configuration" (https://docs.nextcloud.com/server/33/admin_manual/installation/nginx.html).
 *
 * @param clusterRanges public address ranges (CIDR) in which the ingress controller may be.
 */
export function nextcloudProxy(clusterRanges: readonly string[] = []): string {
  return proxyConfig({
    robots: "noindex",
    bodyLimitGiB: uploadLimitGiB,
    clusterRanges,
    http: http(),
    server: server(),
  });
}
