import { dnsSetting } from "./dns.ts";
import type { Facts, Trial } from "./facts.ts";
import type { SiteFinding } from "./finding.ts";

/** Findings from what two pods found out. */
export function trialFindings(facts: Facts): SiteFinding[] {
  const { trial, trialProblem } = facts;
  if (trial === undefined) {
    const why = trialProblem ?? "";
    return [
      {
        subject: "images",
        level: "stops",
        said: {
          en: `the two pods could not be tried: ${why}`,
          fr: `les deux pods n’ont pas pu être essayés : ${why}`,
        },
      },
    ];
  }
  return [
    images(trial),
    podSecurity(trial),
    policies(trial),
    names(facts, trial),
    quotas(trial),
    ipv6(trial, facts),
  ];
}

function images({ pullSeconds }: Trial): SiteFinding {
  const said =
    pullSeconds === undefined
      ? { en: "the node had it already", fr: "le nœud l’avait déjà" }
      : { en: `pulled in ${pullSeconds} s`, fr: `tirée en ${pullSeconds} s` };
  return { subject: "images", level: "fits", said };
}

function podSecurity({ podSecurity: holds }: Trial): SiteFinding {
  if (holds)
    return {
      subject: "podSecurity",
      level: "fits",
      said: {
        en: "refuses a privileged pod where it is to",
        fr: "refuse un pod privilégié là où il le doit",
      },
    };
  return {
    subject: "podSecurity",
    level: "stops",
    said: {
      en: "a privileged pod was accepted in a namespace that enforces restricted: switch the PodSecurity admission on.",
      fr: "un pod privilégié a été accepté dans un espace de noms qui impose restricted : activez l’admission PodSecurity.",
    },
  };
}

function policies({ reaches, closesIngress, closesEgress }: Trial): SiteFinding {
  const subject = "policies";
  if (!reaches)
    return {
      subject,
      level: "stops",
      said: {
        en: "one pod did not reach the other, before any policy: fix the cluster's network first.",
        fr: "un pod n’a pas atteint l’autre, sans aucune règle : réparez d’abord le réseau du cluster.",
      },
    };
  if (closesIngress && closesEgress)
    return {
      subject,
      level: "fits",
      said: {
        en: "enforced both ways (two pods tried)",
        fr: "appliquées dans les deux sens (deux pods essayés)",
      },
    };
  const [en, fr] = closesIngress
    ? ["what leaves a pod", "ce qui sort d’un pod"]
    : closesEgress
      ? ["what reaches a pod", "ce qui arrive à un pod"]
      : ["anything", "rien"];
  return {
    subject,
    level: "stops",
    said: {
      en: `the network plugin does not close ${en}: services would stand open to all pods. Use one that enforces NetworkPolicy (Calico, Cilium, kube-router).`,
      fr:
        fr === "rien"
          ? "le réseau n’applique aucune règle : les services seraient ouverts à tous les pods. Prenez un greffon qui applique NetworkPolicy (Calico, Cilium, kube-router)."
          : `le réseau ne ferme pas ${fr} : les services seraient ouverts à tous les pods. Prenez un greffon qui applique NetworkPolicy (Calico, Cilium, kube-router).`,
    },
  };
}

function names(facts: Facts, { namesAnswer, resolvers }: Trial): SiteFinding {
  const setting = dnsSetting(facts);
  const settings = setting === undefined || setting === "kube-dns" ? {} : { dns: setting };
  if (namesAnswer && setting !== undefined)
    return {
      subject: "dns",
      level: "fits",
      said: {
        en: `${setting} answers with the policies that a commune makes`,
        fr: `${setting} répond par les règles que pose une commune`,
      },
      settings,
    };
  const at = resolvers.join(", ");
  return {
    subject: "dns",
    level: "stops",
    said: {
      en: `pods ask ${at}, and ${setting === undefined ? "who answers there was not found" : `${setting} did not answer`}. Say it with commune:dns: docs/site.md, "Name servers".`,
      fr: `les pods interrogent ${at}, et ${setting === undefined ? "qui y répond n’a pas été trouvé" : `${setting} n’a pas répondu`}. Dites-le par commune:dns : docs/site.md, « Name servers ».`,
    },
    settings,
  };
}

function quotas({ uninvited }: Trial): SiteFinding {
  if (uninvited.length === 0)
    return {
      subject: "quotas",
      level: "fits",
      said: { en: "a new namespace gets none", fr: "un espace de noms neuf n’en reçoit pas" },
    };
  const list = uninvited.join(", ");
  return {
    subject: "quotas",
    level: "care",
    said: {
      en: `a new namespace got ${list}: they count beside a commune's own. See that they leave room (npx commune size <commune>).`,
      fr: `un espace de noms neuf a reçu ${list} : ils comptent avec ceux de la commune. Voyez s’ils laissent assez de place (npx commune size <commune>).`,
    },
  };
}

function ipv6({ podAddresses, kernelIpv6 }: Trial, { nodes: all }: Facts): SiteFinding {
  const has = (addresses: readonly string[], six: boolean) =>
    addresses.some((each) => each.includes(":") === six);
  const families = [has(podAddresses, false) ? "IPv4" : "", has(podAddresses, true) ? "IPv6" : ""]
    .filter(Boolean)
    .join(" + ");
  const isGlobal = (address: string) => /^[23][\da-f]{3}:/i.test(address);
  const own = [...podAddresses, ...all.flatMap(({ addresses }) => addresses)].filter(isGlobal);
  if (own.length > 0)
    return {
      subject: "ipv6",
      level: "care",
      said: {
        en: `pods have ${families}, and addresses of the cluster are global (${own[0]}): say the cluster's ranges with commune:clusterRanges, docs/network-policy.md`,
        fr: `les pods ont ${families}, et des adresses du cluster sont publiques (${own[0]}) : dites ses plages par commune:clusterRanges, docs/network-policy.md`,
      },
    };
  const [en, fr] = kernelIpv6 ? ["", ""] : [", and the kernel has no IPv6", ", et le noyau n’a pas IPv6"];
  return {
    subject: "ipv6",
    level: "fits",
    said: { en: `pods have ${families}${en}`, fr: `les pods ont ${families}${fr}` },
  };
}
