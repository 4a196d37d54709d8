import type { Translated } from "../../../components/foundation/language/language.ts";
import type { Level } from "../finding.ts";
import type { Evidence, Fault, Loss } from "./evidence.ts";

/** Finding about PostgreSQL on several nodes. */
export interface DatabaseFinding {
  title: Translated;
  level: Level;
  said: Translated;
}

const titles: Readonly<Record<Fault, Translated>> = {
  "postmaster killed": { en: "server killed", fr: "serveur tué" },
  "pod deleted": { en: "pod deleted", fr: "pod supprimé" },
  "pod ended": { en: "pod ended", fr: "pod arrêté" },
  "node powered off": { en: "node off", fr: "nœud éteint" },
};

/** Longest that upstream's users measured on the loss of a node, seconds; longer asks for a look. Source: cloudnative-pg/cloudnative-pg#6154, #6168. */
const usual = 80;

/** Returns the findings of a trial. Pure. */
export function databaseFindings({
  losses,
  acknowledged,
  lost,
  nodes,
  operator,
}: Evidence): DatabaseFinding[] {
  const apart = new Set(nodes).size;
  return [
    {
      title: { en: "operator", fr: "opérateur" },
      level: "fits",
      said: { en: operator, fr: operator },
    },
    {
      title: { en: "nodes", fr: "nœuds" },
      level: apart === nodes.length ? "fits" : "stops",
      said:
        apart === nodes.length
          ? {
              en: `a node for each server: ${nodes.join(", ")}`,
              fr: `un nœud par serveur : ${nodes.join(", ")}`,
            }
          : {
              en: `${nodes.length} servers on ${apart} node${apart === 1 ? "" : "s"}: the loss of one takes several. Add nodes.`,
              fr: `${nodes.length} serveurs sur ${apart} nœud${apart === 1 ? "" : "s"} : en perdre un, c’est en perdre plusieurs. Ajoutez des nœuds.`,
            },
    },
    ...losses.map(lossFinding),
    {
      title: { en: "writes", fr: "écritures" },
      level: lost.length === 0 ? "fits" : "stops",
      said:
        lost.length === 0
          ? { en: `0 lost of ${acknowledged} acknowledged`, fr: `0 perdue sur ${acknowledged} confirmées` }
          : {
              en: `${lost.length} lost of ${acknowledged} acknowledged (${lost.slice(0, 5).join(", ")}). Do not use it, and tell CloudNativePG.`,
              fr: `${lost.length} perdues sur ${acknowledged} confirmées (${lost.slice(0, 5).join(", ")}). Ne l’utilisez pas, et signalez-le à CloudNativePG.`,
            },
    },
  ];
}

function lossFinding({ fault, seconds, primary, successor, writable }: Loss): DatabaseFinding {
  const goes = primary === successor ? primary : `${primary} → ${successor}`;
  if (writable !== 1)
    return {
      title: titles[fault],
      level: "stops",
      said: {
        en: `${writable} servers took writes at once afterwards (${goes}). Do not use it, and tell CloudNativePG.`,
        fr: `${writable} serveurs prenaient des écritures ensuite (${goes}). Ne l’utilisez pas, et signalez-le à CloudNativePG.`,
      },
    };
  return {
    title: titles[fault],
    level: seconds <= usual ? "fits" : "care",
    said: { en: `no write for ${seconds} s (${goes})`, fr: `aucune écriture pendant ${seconds} s (${goes})` },
  };
}

/** Sentences that name the file with the evidence. */
export const keptIn: Translated<(file: string) => string> = {
  en: (file) => `What was seen is kept in ${file}.`,
  fr: (file) => `Ce qui a été vu est gardé dans ${file}.`,
};
