import { declaredHosts } from "../../policies/declared-hosts.ts";
import type { KubernetesObject } from "../../policies/rule.ts";
import { addressesCompared, dataOf, openingsCompared } from "../compared.ts";
import { type Facts, type Label, labelOfFacts } from "../report.ts";
import { type Need, needOf, type Weight } from "./needs.ts";
import { type Plan, type Planned, typeOfUrn } from "./plan.ts";

/** What can be deleted and made again from what is declared, with nothing lost. All else is for good. */
const remade = new Set([
  ...["apps/v1:Deployment", "apps/v1:StatefulSet", "batch/v1:Job", "batch/v1:CronJob"],
  ...["core/v1:ConfigMap", "core/v1:Secret", "core/v1:Service", "core/v1:ServiceAccount"],
  ...["core/v1:LimitRange", "core/v1:ResourceQuota"],
  ...["networking.k8s.io/v1:Ingress", "networking.k8s.io/v1:NetworkPolicy"],
  ...["rbac.authorization.k8s.io/v1:Role", "rbac.authorization.k8s.io/v1:RoleBinding"],
  "cilium.io/v2:CiliumNetworkPolicy",
]);

/** Whether an object can be made again from what is declared, with nothing lost. */
export function isRemade({ apiVersion, kind }: KubernetesObject): boolean {
  return remade.has(`${apiVersion === "v1" ? "core/v1" : apiVersion}:${kind}`);
}

/** What an update comes to by what it deletes, whatever was declared. */
export function worst({ resources }: Plan): Label {
  return resources.some(isForGood) ? "irreversible" : "reversible";
}

/** Whether an update takes away what cannot be made again with nothing lost. */
export function isForGood({ urn, operation, isRetained }: Planned): boolean {
  if (operation !== "delete" && operation !== "replace") return false;
  const type = typeOfUrn(urn);
  // Groups of others, the engine's own, and what is only read.
  const isNothing = /^(commune:index:|pulumi:)/.test(type) || urn.endsWith("-which-cluster");
  return !isNothing && isRetained !== true && !remade.has(type.replace(/^kubernetes:/, ""));
}

/** Which data of persons each service holds, as text. */
const held = (objects: Parameters<typeof dataOf>[0]) =>
  JSON.stringify([...dataOf(objects)].map(([service, kinds]) => [service, [...kinds].sort()]).sort());

/** What a declaration names for people to read, and no program reaches. */
const readAlone = /^(contact|website|portal)\b/;

/** Whether a change links with another commune, or has a program reach a server of others that was not named there. */
function reachesOthers({ changes, after: { declaration } }: Facts): boolean {
  const { domain } = declaration;
  const others = declaredHosts(declaration).filter(
    ({ field, host }) => host !== domain && !host.endsWith(`.${domain}`) && !readAlone.test(field),
  );
  return changes.some(({ what, name, from, to }) => {
    if (what === "link") return to !== undefined && from !== to;
    // What is not declared any more is not there either.
    return what === "setting" && others.some(({ field }) => field === name || field.startsWith(`${name}.`));
  });
}

/** What decides how many have to say yes to a change. */
export function weightOf(facts: Facts): Weight {
  const { before, after } = facts;
  const outside = openingsCompared(facts).come.filter(({ party }) =>
    ["internet", "addresses"].includes(party.who),
  );
  return {
    label: labelOfFacts(facts),
    touchesPersonalData: held(before?.objects ?? []) !== held(after.objects),
    opens: addressesCompared(facts).come.length + outside.length > 0 || reachesOthers(facts),
  };
}

/** How many have to say yes to a change. */
export function needOfChange(facts: Facts): Need {
  return needOf(weightOf(facts));
}
