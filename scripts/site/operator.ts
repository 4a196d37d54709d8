import {
  operatorGroup,
  operatorManifest,
  usualOperatorNamespace,
} from "../../components/foundation/site/operator.ts";
import type { Facts } from "./facts.ts";
import type { SiteFinding } from "./finding.ts";

/** Finding about the operator that keeps PostgreSQL on several nodes, for a commune that declares it. */
export function operatorFinding({ apiGroups, pods }: Pick<Facts, "apiGroups" | "pods">): SiteFinding {
  const subject = "postgresql";
  if (!apiGroups.includes(operatorGroup))
    return {
      subject,
      level: "stops",
      said: {
        en: `several servers are declared, and CloudNativePG's operator, which keeps them, is not here. Install it, as somebody who administers the cluster: kubectl --context <name> apply --server-side --filename=${operatorManifest}`,
        fr: `plusieurs serveurs sont déclarés, et l’opérateur de CloudNativePG, qui les tient, n’est pas là. À installer, par qui administre le cluster : kubectl --context <nom> apply --server-side --filename=${operatorManifest}`,
      },
    };
  const operator = pods.find(({ labels }) => labels["app.kubernetes.io/name"] === "cloudnative-pg");
  if (operator === undefined)
    return {
      subject,
      level: "stops",
      said: {
        en: "CloudNativePG is installed, and its operator does not run: nobody makes or keeps servers. Look at its Deployment.",
        fr: "CloudNativePG est installé, et son opérateur ne tourne pas : personne ne fait ni ne tient de serveur. Regardez son Deployment.",
      },
    };
  const { namespace } = operator;
  return {
    subject,
    level: "fits",
    said: {
      en: `CloudNativePG's operator runs in ${namespace}. Try it with what is asked of it: npx commune site check --database`,
      fr: `l’opérateur de CloudNativePG tourne dans ${namespace}. Essayez-le : npx commune site check --database`,
    },
    ...(namespace !== usualOperatorNamespace && { settings: { operatorNamespace: namespace } }),
  };
}
