import { base64 } from "../../foundation/declaration/base64.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { count } from "../../foundation/declaration/count.ts";
import { domain } from "../../foundation/declaration/domain.ts";
import { email } from "../../foundation/declaration/email.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { line } from "../../foundation/declaration/line.ts";
import { list } from "../../foundation/declaration/list.ts";
import { section } from "../../foundation/declaration/section.ts";

/** The `mail:` section: the relay that carries what the services write to people. */
export const mailSection = section({
  relay: domain({ example: "smtp.villeurbanne.fr" }).describe("Host of the SMTP server that relays."),
  port: count({ minimum: 1, maximum: 65_535, example: 587 }).prefault(587).describe("TCP port of the relay."),
  encryption: choice(["starttls", "tls", "none"])
    .prefault("starttls")
    .describe("How the connection is encrypted. `none` only for a relay inside the commune's own network."),
  user: line({ maximumLength: 200, example: "nuage" })
    .optional()
    .describe(
      "Account at the relay; its password is the stack's secret `commune:mail-password`. No login when absent.",
    ),
  from: email({ example: "ne-pas-repondre@villeurbanne.fr" })
    .optional()
    .describe("Sender of every message. `ne-pas-repondre@` and the commune's domain when absent."),
  senders: list(domain({ example: "relais.villeurbanne.fr" }), { noun: "host names" })
    .prefault([])
    .describe("Hosts that send for the domain besides the relay; they enter the SPF record."),
  dkim: section({
    selector: identifier({ noun: "a selector", title: "selector", example: "nuage2026" }).describe(
      "Selector that the relay signs with.",
    ),
    publicKey: base64({ example: "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" }).describe(
      "Public key of the relay's signature, base64, as its operator gives it.",
    ),
  })
    .optional()
    .describe("The relay's signature, to print its DNS record."),
});
