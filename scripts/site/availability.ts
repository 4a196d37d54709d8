import { fewestNodes } from "../../components/foundation/availability/availability.ts";
import type { Facts } from "./facts.ts";
import type { SiteFinding } from "./finding.ts";
import { usedClass } from "./storage.ts";

/** Provisioners whose volumes are on the disk of one node: such a volume never follows its pod to another one. */
const onOneNode: readonly RegExp[] = [
  /^kubernetes\.io\/no-provisioner$/,
  /^(rancher\.io\/local-path|microk8s\.io\/hostpath|k8s\.io\/minikube-hostpath|docker\.io\/hostpath)$/,
  /^(openebs\.io\/local|(local|zfs|lvm)\.csi\.openebs\.io|topolvm\.io|topolvm\.cybozu\.com)$/,
  /^(hostpath\.csi\.k8s\.io|kubevirt\.io\.hostpath-provisioner)$/,
];

const none = { en: "", fr: "" };

/**
 * Finding about `availability: node-loss`: enough nodes, and volumes that follow their pods.
 *
 * @param isAsked whether a commune that is to run there declares it.
 */
export function availabilityFinding(
  { nodes, storageClasses }: Pick<Facts, "nodes" | "storageClasses">,
  isAsked: boolean,
): SiteFinding {
  const subject = "availability";
  const count = nodes.filter(({ isSchedulable }) => isSchedulable).length;
  if (count < fewestNodes) {
    const remedy = isAsked
      ? { en: " Add nodes, or write single.", fr: " Ajoutez des nœuds, ou écrivez single." }
      : none;
    return {
      subject,
      level: isAsked ? "stops" : "fits",
      said: {
        en: `${count} of ${nodes.length} take pods: availability: single alone, node-loss needs ${fewestNodes}.${remedy.en}`,
        fr: `${count} sur ${nodes.length} prennent des pods : availability: single seulement, node-loss en demande ${fewestNodes}.${remedy.fr}`,
      },
    };
  }
  const storage = usedClass(storageClasses);
  const settings = { nodes: String(count) };
  const enough = {
    en: `${count} of ${nodes.length} take pods: node-loss can be declared`,
    fr: `${count} sur ${nodes.length} prennent des pods : node-loss peut être déclaré`,
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
