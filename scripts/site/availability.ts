import { fewestNodes, oldestMinor } from "../../components/foundation/availability/availability.ts";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { type Facts, minorOf } from "./facts.ts";
import type { SiteFinding } from "./finding.ts";
import { usedClass } from "./storage.ts";

/** Provisioners whose volumes are on the disk of one node: such a volume never follows its pod to another one. */
const onOneNode: readonly RegExp[] = [
  /^kubernetes\.io\/no-provisioner$/,
  /^(rancher\.io\/local-path|microk8s\.io\/hostpath|k8s\.io\/minikube-hostpath|docker\.io\/hostpath)$/,
  /^(openebs\.io\/local|(local|zfs|lvm)\.csi\.openebs\.io|topolvm\.io|topolvm\.cybozu\.com)$/,
  /^(hostpath\.csi\.k8s\.io|kubevirt\.io\.hostpath-provisioner)$/,
];

const remedies = {
  nodes: { en: "Add nodes, or write single.", fr: "Ajoutez des nœuds, ou écrivez single." },
  version: { en: "Upgrade the cluster, or write single.", fr: "Mettez-le à jour, ou écrivez single." },
};

/**
 * Finding about `availability: node-loss`: enough nodes, a version with its budgets, and volumes that follow their pods.
 *
 * @param isAsked whether a commune that is to run there declares it.
 */
export function availabilityFinding(
  { version, nodes, storageClasses }: Pick<Facts, "version" | "nodes" | "storageClasses">,
  isAsked: boolean,
): SiteFinding {
  const subject = "availability";
  const count = nodes.filter(({ isSchedulable }) => isSchedulable).length;
  const taken = {
    en: `${count} of ${nodes.length} take pods`,
    fr: `${count} sur ${nodes.length} prennent des pods`,
  };
  const impossible = (lacks: "nodes" | "version", needed: Translated): SiteFinding => {
    const said = (language: Language) =>
      `${needed[language]}${isAsked ? ` ${remedies[lacks][language]}` : ""}`;
    return { subject, level: isAsked ? "stops" : "fits", said: { en: said("en"), fr: said("fr") } };
  };
  if (count < fewestNodes)
    return impossible("nodes", {
      en: `${taken.en}: availability: single alone, node-loss needs ${fewestNodes}.`,
      fr: `${taken.fr} : availability: single seulement, node-loss en demande ${fewestNodes}.`,
    });
  if (!(minorOf(version) >= oldestMinor))
    return impossible("version", {
      en: `${version}: availability: single alone, node-loss needs 1.${oldestMinor} or later.`,
      fr: `${version} : availability: single seulement, node-loss demande au moins 1.${oldestMinor}.`,
    });
  const storage = usedClass(storageClasses);
  const settings = { nodes: String(count) };
  const enough = {
    en: `${taken.en}: node-loss can be declared`,
    fr: `${taken.fr} : node-loss peut être déclaré`,
  };
  if (storage === undefined || onOneNode.some((pattern) => pattern.test(storage.provisioner))) {
    const name = storage?.name ?? "?";
    return {
      subject,
      level: "care",
      said: {
        en: `${enough.en}; volumes of ${name} do not follow a pod to another node, or it is not known: databases and files wait until their node is back (docs/availability.md)`,
        fr: `${enough.fr} ; les volumes de ${name} ne suivent pas un pod sur un autre nœud, ou on ne le sait pas : bases et fichiers attendent le retour de leur nœud (docs/availability.md)`,
      },
      settings,
    };
  }
  return {
    subject,
    level: "fits",
    said: {
      en: `${enough.en}; volumes are made by ${storage.provisioner}, which is not known to tie them to a node (not tried)`,
      fr: `${enough.fr} ; les volumes sont faits par ${storage.provisioner}, qui n’est pas connu pour les lier à un nœud (non essayé)`,
    },
    settings,
  };
}
