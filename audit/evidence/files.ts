import { day } from "../../components/foundation/language/numbers.ts";
import { publiccodeProblems } from "../../policies/publiccode.ts";
import { text } from "../blocks.ts";
import { chatonsFiles } from "./chatons.ts";
import { type Document, documentMarkdown } from "./document.ts";
import type { EvidenceFacts } from "./facts.ts";
import { agreementDocument, impactDocument, registerDocument } from "./gdpr.ts";
import { labelDocument } from "./label.ts";
import { softwareBom } from "./sbom.ts";
import { softwareDocument } from "./software.ts";
import { sovereigntyDocument } from "./sovereignty.ts";

/** Whether the toolkit's own publiccode.yml keeps to the standard. */
function publiccodeDocument({ publiccode, today }: EvidenceFacts): Document {
  const problems = publiccodeProblems(publiccode);
  return {
    title: "publiccode.yml : vérification",
    lead: `Le fichier de ce dépôt, lu le ${day(today, "fr")}. Les champs obligatoires de la norme sont vérifiés (https://yml.publiccode.tools), et que l’adresse de la source puisse répondre ; aucune adresse n’est appelée.`,
    parts: [
      {
        title: "Résultat",
        blocks: [
          problems.length === 0
            ? text("Le fichier est conforme.")
            : { kind: "list", items: problems.map(({ fr }) => `publiccode.yml ${fr}`) },
        ],
      },
    ],
  };
}

/** Every file of the evidence of a commune, by its path. Pure: the same facts give the same bytes. */
export function evidenceFiles(facts: EvidenceFacts): Record<string, string> {
  return {
    "logiciels.md": documentMarkdown(softwareDocument(facts)),
    "sbom.cdx.json": softwareBom(facts),
    "souverainete.md": documentMarkdown(sovereigntyDocument(facts)),
    "territoire-numerique-libre.md": documentMarkdown(labelDocument(facts)),
    "rgpd/registre.md": documentMarkdown(registerDocument(facts)),
    "rgpd/analyse-impact.md": documentMarkdown(impactDocument(facts)),
    "rgpd/sous-traitance.md": documentMarkdown(agreementDocument(facts)),
    "publiccode.md": documentMarkdown(publiccodeDocument(facts)),
    ...Object.fromEntries(
      Object.entries(chatonsFiles(facts)).map(([name, written]) => [`chatonsinfos/${name}`, written]),
    ),
  };
}
