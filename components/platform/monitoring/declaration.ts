import { choice } from "../../foundation/declaration/choice.ts";
import { duration } from "../../foundation/declaration/duration.ts";
import { email } from "../../foundation/declaration/email.ts";
import { list } from "../../foundation/declaration/list.ts";
import { section } from "../../foundation/declaration/section.ts";

/** The `monitoring:` section: who is told by mail when something fails. */
export const monitoringSection = section({
  use: choice(["own", "cluster"])
    .prefault("own")
    .describe(
      "`own` runs Prometheus and Alertmanager for the commune. `cluster` gives rules, monitors and a dashboard to the prometheus-operator of the cluster (site settings `monitoringNamespace` and `monitoringLabels`).",
    ),
  recipients: list(email({ example: "astreinte@villeurbanne.fr" }), { noun: "mail addresses", maximum: 10 })
    .prefault([])
    .describe("Who gets the alerts. The commune's `contact` when empty. Without effect with `cluster`."),
  keep: duration({ minimum: "2 days", maximum: "400 days", example: "15 days" })
    .prefault("15 days")
    .describe("How long figures are kept, as far as 1 GB holds them. Without effect with `cluster`."),
});
