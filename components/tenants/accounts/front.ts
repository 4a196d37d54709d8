import { readTemplate } from "../../foundation/template/template.ts";
import { proxyConfig, proxyHeaders, visitorMap } from "../../platform/exposure/sidecar-proxy.ts";
import { checkAddress } from "../../platform/login/manifests.ts";
import { devicesPort } from "../applications/telephones.ts";
import type { AccountsPlan } from "./plan.ts";
import { accountsPort, devicesProgramPort, invitationPath } from "./settings.ts";

const said = (status: number, title: string, text: string) =>
  `return ${status} '<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>';`;

/**
 * nginx before the program. It asks the commune's login who somebody is before each answer, and says so in a header that is
 * set here for each request: nobody's own arrives. The login's cookie stays here.
 *
 * Agendas of associations ask on a port of its own, which the ingress controller does not reach, and which leads to nothing
 * else. One that asks without end has few connections and questions; its address is that of its pod, whatever it says.
 */
export function accountsFront({ commune, host }: Pick<AccountsPlan, "commune" | "host">): string {
  return proxyConfig({
    ...{ robots: "noindex", bodyLimitGiB: 1 },
    http: readTemplate("tenants/accounts/pod/nginx/http.conf", {
      VISITOR: visitorMap(),
      ACCOUNTS_PORT: accountsPort,
      DEVICES_PORT: devicesPort,
      DEVICES_PROGRAM_PORT: devicesProgramPort,
    }),
    server: readTemplate("tenants/accounts/pod/nginx/server.conf", {
      PROXY_HEADERS: proxyHeaders(),
      INVITATION_PATH: invitationPath,
      CHECK_ADDRESS: checkAddress({ commune }),
      HOST: host,
      REFUSED: said(
        403,
        "Page réservée",
        "Vous êtes connecté, et cette page est réservée à d’autres personnes.",
      ),
      UNANSWERED: said(
        503,
        "La connexion ne répond pas",
        "Cette page demande de savoir qui vous êtes, et la connexion de la commune ne répond pas. Réessayez dans un instant.",
      ),
    }),
  });
}
