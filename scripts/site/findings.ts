import { availabilityFinding } from "./availability.ts";
import { type Facts, minorOf } from "./facts.ts";
import type { SiteFinding } from "./finding.ts";
import { classOf, gateOf } from "./gate.ts";
import { operatorFinding } from "./operator.ts";
import { storageFinding } from "./storage.ts";
import { trialFindings } from "./trial-findings.ts";

/** Oldest minor version of Kubernetes whose features the objects of a commune use (native sidecars aside, 1.25 has all). */
const oldest = 25;

/** Resources that a commune requests of a machine. */
export interface Needed {
  commune: string;
  memoryMiB: number;
  /** Whether it declares `availability: node-loss`, for all of it or for a service. */
  toleratesNodeLoss: boolean;
  /** Whether PostgreSQL runs on several nodes, which an operator keeps. */
  spreadsPostgresql: boolean;
}

/** Findings about what a cluster can do for a commune, and the settings that fit it. Pure. */
export function findingsOf(facts: Facts, needed?: Needed): SiteFinding[] {
  return [
    version(facts),
    nodes(facts, needed),
    rights(facts),
    ...trialFindings(facts),
    api(facts),
    ingress(facts),
    certificates(facts),
    storageFinding(facts.storageClasses),
    availabilityFinding(facts, needed?.toleratesNodeLoss ?? false),
    ...(needed?.spreadsPostgresql ? [operatorFinding(facts)] : []),
  ];
}

/** All settings together. */
export function settingsOf(findings: readonly SiteFinding[]): Record<string, string> {
  return Object.assign({}, ...findings.map(({ settings }) => settings ?? {}));
}

function version({ version: text }: Facts): SiteFinding {
  if (minorOf(text) >= oldest) return { subject: "version", level: "fits", said: { en: text, fr: text } };
  return {
    subject: "version",
    level: "stops",
    said: {
      en: `${text}: the toolkit needs 1.${oldest} or later. Upgrade the cluster.`,
      fr: `${text} : il faut au moins 1.${oldest}. Mettez le cluster à jour.`,
    },
  };
}

const memoryOf = (nodes: Facts["nodes"]) => nodes.reduce((sum, { memoryMiB }) => sum + memoryMiB, 0);

/** Returns the memory that is left to a commune, MiB: without that of the largest node, if it has to do without one. */
function memoryLeft(nodes: Facts["nodes"], { toleratesNodeLoss }: Needed): number {
  const largest = Math.max(0, ...nodes.map(({ memoryMiB }) => memoryMiB));
  return memoryOf(nodes) - (toleratesNodeLoss ? largest : 0);
}

function nodes({ nodes: all }: Facts, needed: Needed | undefined): SiteFinding {
  const subject = "nodes";
  const gib = (mebibytes: number) => (mebibytes / 1024).toFixed(1);
  const kinds = [...new Set(all.map(({ architecture }) => architecture))].join(", ");
  const have = {
    en: `${all.length}, ${kinds}, ${gib(memoryOf(all))} GiB`,
    fr: `${all.length}, ${kinds}, ${gib(memoryOf(all))} Gio`,
  };
  if (needed === undefined) return { subject, level: "fits", said: have };
  const { commune, memoryMiB } = needed;
  const wants = gib(memoryMiB);
  const open = all.filter(({ isSchedulable }) => isSchedulable);
  if (memoryMiB <= memoryLeft(open, needed))
    return {
      subject,
      level: "fits",
      said: {
        en: `${have.en}; ${commune} asks for ${wants} GiB`,
        fr: `${have.fr} ; ${commune} en demande ${wants}`,
      },
    };
  const without = (nodes: Facts["nodes"]) => {
    const left = gib(memoryLeft(nodes, needed));
    return memoryMiB <= memoryOf(nodes)
      ? { en: `, ${left} without the largest one`, fr: `, ${left} sans le plus grand` }
      : { en: "", fr: "" };
  };
  // Pods may tolerate what keeps others away.
  if (memoryMiB <= memoryLeft(all, needed))
    return {
      subject,
      level: "care",
      said: {
        en: `${have.en}, of which ${gib(memoryOf(open))} on nodes that take pods${without(open).en}, and ${commune} asks for ${wants} GiB. The others are cordoned or tainted: open them, or let pods tolerate their taints with commune:tolerations (docs/site.md)`,
        fr: `${have.fr}, dont ${gib(memoryOf(open))} sur des nœuds qui prennent des pods${without(open).fr}, et ${commune} en demande ${wants}. Les autres sont fermés ou marqués : ouvrez-les, ou laissez les pods tolérer leurs marques par commune:tolerations (docs/site.md)`,
      },
    };
  return {
    subject,
    level: "stops",
    said: {
      en: `${have.en}${without(all).en}, and ${commune} asks for ${wants} GiB. Add a node, or declare less: npx commune size ${commune}`,
      fr: `${have.fr}${without(all).fr}, et ${commune} en demande ${wants}. Ajoutez un nœud, ou déclarez moins : npx commune size ${commune}`,
    },
  };
}

function rights({ missingRights }: Facts): SiteFinding {
  if (missingRights.length === 0)
    return {
      subject: "rights",
      level: "fits",
      said: { en: "all that pulumi up needs", fr: "tout ce qu’il faut à pulumi up" },
    };
  const list = missingRights.join(", ");
  return {
    subject: "rights",
    level: "stops",
    said: {
      en: `you may not: ${list}. Ask whoever runs the cluster for them.`,
      fr: `vous n’avez pas le droit de : ${list}. Demandez-le à qui tient le cluster.`,
    },
  };
}

/** Values of `commune:apiPort` and `commune:networkPlugin` for a cluster. */
export function apiSettings({
  apiServers,
  apiGroups,
}: Pick<Facts, "apiServers" | "apiGroups">): Record<string, string> {
  const [port] = [...new Set(apiServers.map((each) => each.port))];
  return {
    ...(port === undefined || port === 6443 ? {} : { apiPort: String(port) }),
    ...(apiGroups.includes("cilium.io") ? { networkPlugin: "cilium" } : {}),
  };
}

function api(facts: Facts): SiteFinding {
  const { apiServers, trial } = facts;
  const where = apiServers
    .map(({ address, port }) => `${address.includes(":") ? `[${address}]` : address}:${port}`)
    .join(", ");
  const settings = apiSettings(facts);
  if (trial !== undefined && !trial.apiAnswers)
    return {
      subject: "api",
      level: "stops",
      said: {
        en: `${where} was not reached with the policies that a commune makes: see commune:apiPort and commune:networkPlugin in docs/site.md`,
        fr: `${where} n’a pas été atteint par les règles que pose une commune : voyez commune:apiPort et commune:networkPlugin dans docs/site.md`,
      },
      settings,
    };
  return { subject: "api", level: "fits", said: { en: where, fr: where }, settings };
}

function ingress(facts: Facts): SiteFinding {
  const subject = "ingress";
  const { ingressClasses } = facts;
  const chosen = classOf(facts);
  const list = ingressClasses.map(({ name }) => name).join(", ");
  if (chosen === undefined)
    return {
      subject,
      level: "stops",
      said:
        ingressClasses.length === 0
          ? {
              en: "no IngressClass: install an ingress controller (Traefik, HAProxy).",
              fr: "aucune IngressClass : installez un contrôleur d’entrée (Traefik, HAProxy).",
            }
          : {
              en: `several classes (${list}) and no default one: choose with commune:ingress and commune:ingressClass, docs/site.md`,
              fr: `plusieurs classes (${list}) et aucune par défaut : choisissez par commune:ingress et commune:ingressClass, docs/site.md`,
            },
    };
  const gate = gateOf(facts, chosen);
  if (gate === undefined)
    return {
      subject,
      level: "stops",
      said: {
        en: `the class ${chosen.name} is of ${chosen.controller}, whose pods were not found: say them with commune:ingressClass, ingressNamespace and ingressPort, docs/site.md`,
        fr: `la classe ${chosen.name} est celle de ${chosen.controller}, dont les pods n’ont pas été trouvés : dites-les par commune:ingressClass, ingressNamespace et ingressPort, docs/site.md`,
      },
    };
  const where = gate.namespace ?? "–";
  if (gate.settings.ingressNodes !== undefined && facts.apiGroups.includes("cilium.io"))
    return {
      subject,
      level: "care",
      said: {
        en: `class ${gate.className}, pods in ${where} on the nodes' network, which Cilium's rules for addresses do not match: requests that arrive at another node would be refused. Give the controller a network of its own, or set Cilium's policy-cidr-match-mode to nodes`,
        fr: `classe ${gate.className}, pods dans ${where} sur le réseau des nœuds, que les règles d’adresses de Cilium ne voient pas : les requêtes arrivées par un autre nœud seraient refusées. Donnez au contrôleur un réseau à lui, ou mettez policy-cidr-match-mode de Cilium à nodes`,
      },
      settings: gate.settings,
    };
  return {
    subject,
    level: "fits",
    said: {
      en: `class ${gate.className}, pods in ${where}`,
      fr: `classe ${gate.className}, pods dans ${where}`,
    },
    settings: gate.settings,
  };
}

function certificates({ issuers }: Facts): SiteFinding {
  const subject = "certificates";
  const ready = (issuers ?? []).filter((issuer) => issuer.ready);
  const [issuer, ...others] = ready;
  if (issuer !== undefined && others.length === 0)
    return {
      subject,
      level: "fits",
      said: { en: `cert-manager, issuer ${issuer.name}`, fr: `cert-manager, émetteur ${issuer.name}` },
      settings: { certificate: `cert-manager:${issuer.name}` },
    };
  const names = ready.map(({ name }) => name).join(", ");
  const [en, fr] =
    issuers === undefined
      ? ["no cert-manager", "pas de cert-manager"]
      : issuer === undefined
        ? ["cert-manager has no ClusterIssuer that is ready", "cert-manager n’a aucun ClusterIssuer prêt"]
        : [`cert-manager has several issuers (${names})`, `cert-manager a plusieurs émetteurs (${names})`];
  return {
    subject,
    level: "care",
    said: {
      en: `${en}: visitors are shown the controller's certificate until commune:certificate says another, docs/exposure.md`,
      fr: `${fr} : les visiteurs verront le certificat du contrôleur tant que commune:certificate n’en dit pas un autre, docs/exposure.md`,
    },
  };
}
