import { address } from "../../foundation/declaration/address.ts";
import { line } from "../../foundation/declaration/line.ts";
import { section } from "../../foundation/declaration/section.ts";

/** The `identity:` section: the OpenID Connect provider that people log in with, run by the commune or its metropolis. */
export const identitySection = section({
  issuer: address({ example: "https://connexion.villeurbanne.fr/realms/agents" }).describe(
    "Address of the provider; its `/.well-known/openid-configuration` tells the rest.",
  ),
  clientId: line({ maximumLength: 200, example: "nuage-villeurbanne" })
    .prefault("commune-cloud")
    .describe(
      "Client that the provider knows the commune's services by; its secret is the stack's secret `commune:identity-client-secret`.",
    ),
  name: line({ maximumLength: 100, example: "Compte agent" })
    .prefault("Compte de la commune")
    .describe("What the button to log in says."),
});
