import { usedSoftware } from "../../components/commune/portal.ts";
import { table, text } from "../blocks.ts";
import { shortName, softwareIn } from "../compared.ts";
import { day } from "../numbers.ts";
import type { Document } from "./document.ts";
import type { EvidenceFacts } from "./facts.ts";

/** "Solutions used and where to get their source", which charters of free hosting ask for once a year. */
export function softwareDocument({ declaration, plan, objects, today }: EvidenceFacts): Document {
  const used = usedSoftware(plan, plan.database, plan.hotspots !== undefined || plan.schools !== undefined);
  const forPeople = used.filter(({ purpose }) => purpose !== undefined);
  const images = softwareIn(objects);
  return {
    title: `${declaration.name} : logiciels utilisés, et où trouver leur source`,
    lead: `Ce que la commune déclare au ${day(today, "fr")}. Chaque licence est celle que le catalogue de l’outil donne.`,
    parts: [
      {
        title: "Pour les habitants et les agents",
        blocks: [
          table(
            ["Logiciel", "Version", "À quoi il sert", "Licence", "Source"],
            forPeople.map(({ name, version, purpose = "", licence, source }) => [
              name,
              version,
              purpose,
              licence,
              source,
            ]),
            "Aucun service n’est déclaré.",
          ),
        ],
      },
      {
        title: "Tout ce qui tourne, image par image",
        blocks: [
          table(
            ["Image", "Licence", "Source"],
            images.map(({ reference, licence, source }) => [shortName(reference), licence, source]),
            "Rien ne tourne.",
          ),
          text(
            `${images.filter(({ isFree }) => isFree).length} images sur ${images.length} sont au catalogue, qui n’a que des logiciels libres. Les images contiennent aussi des paquets de leur distribution, qui ne sont pas détaillés ici.`,
          ),
        ],
      },
    ],
  };
}
