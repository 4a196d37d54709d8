import { readTemplate } from "../../foundation/template/template.ts";
import { proxyConfig, proxyHeaders, visitorMap } from "../../platform/exposure/sidecar-proxy.ts";
import { checkAddress } from "../../platform/login/manifests.ts";
import { devicesPort } from "../applications/telephones.ts";
import type { AccountsPlan } from "./plan.ts";
import { accountsPort, devicesProgramPort, invitationPath } from "./settings.ts";

const said = (status: number, title: string, text: string) =>
  `return ${status} '<!doctype html><html lang="fr"><meta name="viewport" content="width=device-width"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>';`;

/**
 * Returns the configuration of nginx in front of the program. For each request it asks the commune's login who
 * somebody is, and sets a header with the answer: a header from outside never arrives. The login's cookie stays here.
 *
 * Agendas of associations ask on their own port, which the ingress controller does not reach, and which leads to
 * nothing else. An agenda that asks endlessly is limited in connections and requests; it is recognised by its pod's
 * address, whatever it claims.
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
