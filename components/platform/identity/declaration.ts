import { address } from "../../foundation/declaration/address.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { line } from "../../foundation/declaration/line.ts";
import { list } from "../../foundation/declaration/list.ts";
import { section } from "../../foundation/declaration/section.ts";

/** The `identity:` section: the OpenID Connect provider that people log in with, the commune's own or somebody else's. */
export const identitySection = section({
  issuer: address({ example: "https://connexion.villeurbanne.fr/realms/agents" })
    .optional()
    .describe(
      "Address of somebody else's provider; its `/.well-known/openid-configuration` tells the rest. When absent people log in at `connexion.<domain>`, which looks them up in the commune's `directory` (docs/identity.md).",
    ),
  clientId: line({ maximumLength: 200, example: "nuage-villeurbanne" })
    .prefault("commune-cloud")
    .describe(
      "Client that somebody else's provider knows the commune's services by; its secret is the stack's secret `commune:identity-client-secret`. At the commune's own each service is a client by itself.",
    ),
  name: line({ maximumLength: 100, example: "Compte agent" })
    .prefault("Compte de la commune")
    .describe("What the button to log in says."),
  secondFactor: section({
    required: list(choice(["agents", "admins", "members"]), { noun: "groups" })
      .prefault([])
      .describe(
        "Who gets in with a code of their telephone alone, after the password: `agents` who work for the commune, `admins` who look after an association's applications, `members` of associations. Who has none registers one before they get in.",
      ),
  })
    .optional()
    .describe(
      "Codes by the clock at the commune's own login, which everybody may register there (docs/identity.md). Nobody has to when absent.",
    ),
  approvals: section({})
    .optional()
    .describe(
      "A page at `https://connexion.<domain>/accord` on which officials say yes to a change with a passkey, without an account (docs/approval.md). They sign with SSH keys alone when absent.",
    ),
});
