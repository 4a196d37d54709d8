import * as z from "zod";
import { tenantId } from "../../foundation/declaration/identifier.ts";
import { readRecords } from "../../foundation/declaration/records.ts";
import { day } from "../../foundation/page/day.ts";
import { ofPlace } from "../../foundation/page/of-place.ts";

/** File of the departed associations, beside the commune's declaration: one line each, without personal data. */
export const departuresFile = "departures.jsonl";

const held = z.strictObject({
  namespace: z.strictObject({ name: z.string(), uid: z.string() }),
  /** Namespace of its own database server, with all its rows. */
  server: z.strictObject({ name: z.string(), uid: z.string() }).optional(),
  /** Namespace of its PostgreSQL server. */
  postgresql: z.strictObject({ name: z.string(), uid: z.string() }).optional(),
  volumes: z.array(z.strictObject({ claim: z.string(), volume: z.string(), uid: z.string() })),
  databases: z.array(z.string()),
});

const departure = z.strictObject({
  id: tenantId(),
  name: z.string(),
  /** The day on which it was retired in order to be erased. */
  at: z.iso.date(),
  /** SHA-256 of the checksums of the archive that it took along, or the reason why there is none. */
  archive: z.union([z.strictObject({ sums: z.string() }), z.strictObject({ none: z.string() })]),
  /** Its objects in the cluster, by which their removal is verified. */
  held,
});

export type Departure = z.output<typeof departure>;
export type Held = z.output<typeof held>;

/** Reads the departures in a file. Throws, with the line, if one cannot be read. */
export function readDepartures(text: string, file: string): Departure[] {
  return readRecords(text, file, departure, "departure of an association");
}

/** Encrypted copies of an association that a vault still has. */
export interface LastingCopy {
  /** The vault's host. */
  host: string;
  /** `t-chorale-wordpress/files-2026q4`. */
  repository: string;
  /** Last day on which it is kept, `2027-03-31`. */
  until: string;
  /** Whether it is of a service of the commune, with other people's data too. */
  isShared?: boolean;
}

/** Facts for a proof, besides what the association had. */
export interface Proven {
  /** Copies that remain at vaults, with their last days. */
  copies: readonly LastingCopy[];
  /** Data that services of the commune have deleted, in French. */
  also: readonly string[];
  /** Whether the commune has a directory of people, which the association's end does not touch. */
  hasDirectory: boolean;
}

/** Writes the commune's proof of what it erased, for the association to keep. */
export function proofText(
  { name, at, archive, held: { namespace, server, postgresql, volumes, databases } }: Departure,
  communeName: string,
  erased: string,
  { copies, also, hasDirectory }: Proven,
): string {
  return `# Effacement de « ${name} »

Le ${day(erased.slice(0, 10))}, la ville ${ofPlace(communeName)} a constaté que plus rien de ce que « ${name} » avait dans son nuage n’y est. L’espace avait été fermé pour être effacé le ${day(at)}.

Ce qui a été effacé :

- l’espace \`${namespace.name}\` (${namespace.uid}), avec ses réglages, ses mots de passe et ses adresses ;
${[server, postgresql].map((own) => (own ? `- l’espace \`${own.name}\` (${own.uid}), celui de son serveur de base de données ;\n` : "")).join("")}${volumes.map(({ claim, volume, uid }) => `- le volume \`${claim}\` (\`${volume}\`, ${uid}), avec tous ses fichiers ;\n`).join("")}${databases.map((database) => `- la base de données \`${database}\`, avec toutes ses lignes et son compte ;\n`).join("")}${also.length > 0 ? `\nEt, pour autant qu’elle en avait, dans les services de toute la commune :\n\n${also.map((what) => `- ${what} ;\n`).join("")}` : ""}
${
  "sums" in archive
    ? `L’association avait reçu une archive de tout cela, dont la liste des sommes a pour SHA-256 \`${archive.sums}\`.`
    : `Aucune archive n’a été remise : ${archive.none}`
}

## Les copies

${copiesText(copies)} Ce que l’opérateur des machines copie par ses propres moyens n’est pas connu d’ici.

${hasDirectory ? "Les comptes de ses membres sont à eux, dans l’annuaire de la commune, et y restent : chacun peut demander à la commune d’effacer le sien.\n\n" : ""}Le fichier qui décrivait l’association (son nom, son numéro, son adresse de fonction, jamais une personne) reste dans l’historique de la commune.
`;
}

function copiesText(copies: readonly LastingCopy[]): string {
  const last = copies
    .map(({ until }) => until)
    .sort()
    .at(-1);
  if (last === undefined)
    return "Aucun coffre n’a de copie de ces données : il ne reste pas de copie faite par ces outils, et aucune n’expire plus tard.";
  return `Des points de restauration chiffrés sont encore chez ceux qui gardent les copies de la commune, qui ne peuvent pas les lire et que personne ne peut faire effacer avant leur jour :

${copies.map(({ host, repository, until }) => `- à ${host}, \`${repository}\`, jusqu’au ${day(until)} ;\n`).join("")}
${copies.some(({ isShared }) => isShared) ? "Celles dont le nom ne commence pas par `t-` sont d’un service de toute la commune : elles ont pu garder ce que l’association y avait.\n\n" : ""}La dernière expire donc le ${day(last)}. Son hôte la met alors de côté, et l’efface trente jours après. La commune leur a dit que rien ne suivra celles de l’association. Restent chez eux les sommes de ces points et, chiffrées, leurs dates et leurs tailles.`;
}
