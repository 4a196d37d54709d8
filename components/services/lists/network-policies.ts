import { labelsOf, metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { AnyNetworkPolicy, NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import { allowTo, allowToServer } from "../../foundation/network-policy/manifests.ts";
import { directoryPort, directoryWorkload } from "../../platform/directory/manifests.ts";
import type { Outside } from "../service.ts";
import { mailPort } from "./configuration.ts";
import type { ListsPlan } from "./plan.ts";
import { listsWorkload } from "./workloads.ts";

/** Returns the connections of lists beside their database: to the relay and the directory, and of mail that comes in. */
export function listsNetworkPolicies(plan: ListsPlan, { mail, peers }: Outside): AnyNetworkPolicy[] {
  const workload = listsWorkload(plan);
  return [
    ...(mail ? [allowToServer([workload], "mail", mail.port)] : []),
    ...(mail && peers.internet !== "closed" ? [allowMail(plan)] : []),
    ...(plan.hasDirectory ? [allowTo([workload], directoryWorkload(plan), directoryPort)] : []),
  ];
}

/**
 * Mail comes from the commune's relay, which is nowhere that a policy could name: from any address, on this port alone.
 * What is taken there is mail for a list that is declared, and nothing else.
 */
function allowMail(plan: ListsPlan): NetworkPolicy {
  const workload = listsWorkload(plan);
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { ...metadataOf(workload, "lists-web-from-relay"), labels: labelsOf(workload) },
    spec: {
      podSelector: { matchLabels: selectorOf(workload) },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }],
          ports: [{ protocol: "TCP", port: mailPort }],
        },
      ],
    },
  };
}
