import { usedSoftware } from "../../components/commune/software.ts";
import { type UpdateRow, updateRows } from "../../components/commune/updates/rows.ts";
import { repositoryOf } from "../../components/foundation/image/catalogue.ts";
import { day } from "../../components/foundation/language/numbers.ts";
import { readKnowledge } from "../../components/foundation/upstream/upstream.ts";
import { publisherText, registersText } from "../../components/portal/software.ts";
import { supportedUntil } from "../../policies/software.ts";
import { table, text } from "../blocks.ts";
import { type RunningSoftware, shortName, softwareIn } from "../compared.ts";
import type { Document } from "./document.ts";
import type { EvidenceFacts } from "./facts.ts";

/** "Solutions used and where to get their source", which charters of free hosting ask for once a year. */
export function softwareDocument({ declaration, plan, objects, today }: EvidenceFacts): Document {
  const used = usedSoftware(plan);
  const forPeople = used.filter(({ purpose }) => purpose !== undefined);
  const images = softwareIn(objects);
  const rows = updateRows(plan, readKnowledge(), today);
  return {
    title: `${declaration.name} : logiciels utilisés, et où trouver leur source`,
    lead: `Ce que la commune déclare au ${day(today, "fr")}. Chaque licence est celle que le catalogue de l’outillage donne.`,
    parts: [
      {
        title: "Pour les habitants et les agents",
        blocks: [
          table(
            ["Logiciel", "Version", "À quoi il sert", "Éditeur", "Licence", "Source", "Référencé"],
            forPeople.map((each) => [
              each.name,
              each.version,
              each.purpose ?? "",
              publisherText(each),
              each.licence,
              each.source,
              registersText(each),
            ]),
            "Aucun service n’est déclaré.",
          ),
        ],
      },
      {
        title: "En dessous",
        blocks: [
          table(
            ["Logiciel", "Version", "Éditeur", "Licence", "Source", "Référencé"],
            used
              .filter(({ purpose }) => purpose === undefined)
              .map((each) => [
                each.name,
                each.version,
                publisherText(each),
                each.licence,
                each.source,
                registersText(each),
              ]),
            "Rien.",
          ),
        ],
      },
      {
        title: "Tout ce qui tourne, image par image",
        blocks: [
          table(
            ["Image", "Éditeur", "Licence", "Source", "Référencé", "Corrigé jusqu’au", "Plus récent"],
            images.map(({ reference, licence, source, known = {} }) => [
              shortName(reference),
              publisherText(known),
              licence,
              source,
              registersText(known),
              supportedUntil(reference)?.until ?? "",
              newer(reference, rows),
            ]),
            "Rien ne tourne.",
          ),
          text(
            `${images.filter(({ isFree }) => isFree).length} images sur ${images.length} sont au catalogue, qui n’a que des logiciels libres. Les images contiennent aussi des paquets de leur distribution, qui ne sont pas détaillés ici.`,
          ),
          text(
            `Une case vide veut dire : le catalogue de l’outillage ne le sait pas.${numbersFrom(images)}${knownOn(rows)}`,
          ),
        ],
      },
    ],
  };
}

/** Returns the versions that are newer than an image, and the number of security notices that affect it, as far as the toolkit's own file knows. */
function newer(reference: string, rows: readonly UpdateRow[]): string {
  const row = rows.find((each) => repositoryOf(each.reference) === repositoryOf(reference));
  if (row === undefined) return "";
  const { steps, notices } = row;
  const count = notices.length;
  return [steps.map(({ version }) => version).join(", puis "), count === 0 ? "" : `${count} avis de sécurité`]
    .filter(Boolean)
    .join(" ; ");
}

/** Sentence with the date of that knowledge. */
function knownOn(rows: readonly UpdateRow[]): string {
  const [oldest] = rows.flatMap(({ read }) => read ?? []).sort();
  return oldest === undefined
    ? ""
    : ` Les versions plus récentes et les avis de sécurité sont ceux que l’outillage connaissait le ${day(oldest, "fr")}, sans interroger personne ; npx commune updates interroge les éditeurs.`;
}

/** Sources of the numbers in lists, each with the day on which it was read. */
function numbersFrom(images: readonly RunningSoftware[]): string {
  const sources = new Set(
    images.flatMap(({ known }) =>
      known?.registers ? [`${known.registers.from}, le ${day(known.registers.read, "fr")}`] : [],
    ),
  );
  return sources.size === 0
    ? ""
    : ` Les numéros du SILL et du Comptoir du Libre ont été relevés dans : ${[...sources].join(" ; ")}.`;
}
