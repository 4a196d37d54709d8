import { readTemplate } from "../../foundation/template/template.ts";
import { triesZones } from "../exposure/sidecar-proxy.ts";
import { approvalsConfiguration } from "./approvals/page.ts";
import { resetPath } from "./letters.ts";

/** Port on which the login's front answers the ingress controller, and the one on which fronts of associations ask. */
export const portalPort = 8080;
export const checkPort = 8081;

/** Port of LemonLDAP::NG, on the pod's own loopback: whoever reaches it chooses which file it runs. */
const engine = "127.0.0.1:9000";

const htdocs = "/usr/share/lemonldap-ng/portal/htdocs";

/**
 * nginx before LemonLDAP::NG, in the same pod. What LemonLDAP::NG runs is said here and by nobody else: `LLTYPE` and
 * `SCRIPT_FILENAME` choose the code. Source: llng-fastcgi-server of 2.21.2.
 *
 * @param approvals the page on which somebody approves a change; undefined if there is none.
 */
export function frontConfiguration(approvals?: string): string {
  return readTemplate("platform/login/pod/nginx.conf", {
    TRIES: triesZones(),
    PORTAL_PORT: portalPort,
    HTDOCS: htdocs,
    RESET_PATH: resetPath,
    APPROVALS: approvalsConfiguration(approvals),
    CHECK_PORT: checkPort,
    ENGINE: engine,
  });
}

/** Returns the directives that lead to the portal, for every path. */
export function engineConfiguration(): string {
  return readTemplate("platform/login/pod/engine.conf", { HTDOCS: htdocs, ENGINE: engine });
}
