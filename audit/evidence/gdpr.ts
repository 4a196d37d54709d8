import { day } from "../../components/foundation/language/numbers.ts";
import { table, text } from "../blocks.ts";
import type { Block } from "../report.ts";
import { blank, type Document } from "./document.ts";
import type { EvidenceFacts } from "./facts.ts";
import { categoriesText } from "./places.ts";
import {
  copiesText,
  measuresOf,
  type Processing,
  periodsOf,
  processingsOf,
  recipientsOf,
} from "./processing.ts";

const rows = (all: readonly (readonly [string, string])[]): Block => ({
  kind: "table",
  head: ["Rubrique", "Contenu"],
  rows: all,
});
const measures = (facts: EvidenceFacts): Block => table(["Mesure", "Preuve"], measuresOf(facts), "");
const recipients = (facts: EvidenceFacts): Block =>
  table(["Quoi", "Qui", "Ce qu’il reçoit"], recipientsOf(facts), "");
const notProved = text(
  "« Respectée » veut dire que la règle a été trouvée tenue dans ce que la déclaration produit. Que cela tourne ainsi se voit par npx commune drift. Les droits d’accès des personnes, la salle des machines et la formation ne sont pas déclarés : À compléter par la commune.",
);

/** Lead of a draft: it says what it is not. */
const draft = ({ today }: EvidenceFacts, what: string) =>
  `${what}, prérempli d’après la déclaration du ${day(today, "fr")}. C’est un projet : le délégué à la protection des données le complète, le corrige et le signe. Ce que la déclaration ne dit pas est laissé en blanc.`;

/** Fields of one entry of the register (RGPD, article 30, 1). */
const entry = (facts: EvidenceFacts, { categories }: Processing): Block =>
  rows([
    ["Finalité", blank],
    ["Base légale (article 6)", blank],
    ["Personnes concernées", blank],
    ["Données", categoriesText(categories)],
    ["Données particulières (article 9)", blank],
    ["Durée", periodsOf(facts, categories).join(" ; ")],
    ["Destinataires", "voir « Destinataires et sous-traitants »"],
    ["Transfert hors de l’Union", blank],
  ]);

/** Register of processing activities: the commune's own, and what it does for associations (RGPD, article 30). */
export function registerDocument(facts: EvidenceFacts): Document {
  const { name, contact } = facts.declaration;
  const all = processingsOf(facts);
  return {
    title: `${name} : registre des activités de traitement`,
    lead: draft(facts, "Projet de registre (RGPD, article 30)"),
    parts: [
      {
        title: "Responsable",
        blocks: [
          rows([
            ["Responsable du traitement", name],
            ["Contact", contact],
            ["Représentant", blank],
            ["Délégué à la protection des données", blank],
          ]),
        ],
      },
      ...all
        .filter(({ isForAssociation }) => !isForAssociation)
        .map((each) => ({ title: `Traitement : ${each.title}`, blocks: [entry(facts, each)] })),
      {
        title: "Pour le compte d’associations (article 30, 2)",
        blocks: [
          table(
            ["Espace", "Données"],
            all
              .filter(({ isForAssociation }) => isForAssociation)
              .map((each) => [each.title, categoriesText(each.categories)]),
            "La commune n’héberge d’outil pour aucune association.",
          ),
        ],
      },
      { title: "Destinataires et sous-traitants", blocks: [recipients(facts)] },
      { title: "Mesures de sécurité (article 32)", blocks: [measures(facts), notProved] },
    ],
  };
}

/** Returns the risks that an assessment rates: what the toolkit does against each, and where that ends. */
const risksOf = (facts: EvidenceFacts) => [
  [
    "Accès illégitime aux données",
    "réseau fermé par défaut, mots de passe dérivés d’une graine, droits comptés (docs/rights.md)",
    "qui administre le cluster lit tout ; qui a la graine ouvre tout",
  ],
  [
    "Modification non désirée",
    "changements relus avant d’être faits ; signés, si des signataires sont déclarés",
    "un service compromis peut abîmer ses propres données jusqu’au point d’avant",
  ],
  [
    "Disparition",
    copiesText(facts),
    "ce qui est plus récent que la dernière copie, ou tout s’il n’y en a pas",
  ],
];

/** Data protection impact assessment (RGPD, article 35), in the steps of the CNIL's method. */
export function impactDocument(facts: EvidenceFacts): Document {
  const all = processingsOf(facts);
  return {
    title: `${facts.declaration.name} : analyse d’impact relative à la protection des données`,
    lead: draft(facts, "Projet d’analyse d’impact (RGPD, article 35)"),
    parts: [
      {
        title: "1. Est-elle nécessaire ?",
        blocks: [text(`Grande échelle, personnes vulnérables, données sensibles, croisement : ${blank}`)],
      },
      {
        title: "2. Contexte",
        blocks: [
          rows([
            ["Habitants", String(facts.declaration.population)],
            ["Finalités et enjeux", blank],
            ["Référentiels applicables", blank],
          ]),
          table(
            ["Traitement", "Données"],
            all.map((each) => [each.title, categoriesText(each.categories)]),
            "La commune ne traite pas de données de personnes.",
          ),
          recipients(facts),
        ],
      },
      {
        title: "3. Principes fondamentaux",
        blocks: [
          rows([
            ["Proportionnalité et nécessité", blank],
            [
              "Durées",
              periodsOf(facts, [...new Set(all.flatMap(({ categories }) => categories))]).join(" ; "),
            ],
            ["Information, accès, rectification, effacement", blank],
          ]),
        ],
      },
      {
        title: "4. Risques",
        blocks: [
          {
            kind: "table",
            head: ["Risque", "Ce qui le réduit", "Où cela s’arrête", "Gravité", "Vraisemblance"],
            rows: risksOf(facts).map((risk) => [...risk, blank, blank]),
          },
        ],
      },
      { title: "5. Mesures", blocks: [measures(facts), notProved] },
      {
        title: "6. Validation",
        blocks: [
          rows([
            ["Avis du délégué", blank],
            ["Avis des personnes concernées", blank],
            ["Décision du responsable, date", blank],
          ]),
        ],
      },
    ],
  };
}

/** Processing agreement between the commune, as the processor, and an association (RGPD, article 28, 3). */
export function agreementDocument(facts: EvidenceFacts): Document {
  const { name, contact } = facts.declaration;
  const hosted = processingsOf(facts).filter(({ isForAssociation }) => isForAssociation);
  const categories = [...new Set(hosted.flatMap((each) => each.categories))];
  return {
    title: `${name} : accord de sous-traitance`,
    lead: draft(
      facts,
      "Projet d’accord entre une association, responsable du traitement, et la commune, sous-traitante (RGPD, article 28)",
    ),
    parts: [
      {
        title: "Parties",
        blocks: [
          rows([
            ["Responsable du traitement", `L’association : ${blank}`],
            ["Sous-traitant", `${name}, ${contact}`],
          ]),
        ],
      },
      {
        title: "Objet",
        blocks: [
          rows([
            ["Nature et finalité", blank],
            ["Données", categories.length === 0 ? blank : categoriesText(categories)],
            ["Personnes concernées", blank],
            ["Durée", "celle de l’espace : le champ expires de l’association"],
          ]),
        ],
      },
      {
        title: "Engagements de la commune",
        blocks: [
          {
            kind: "list",
            items: [
              "n’agir que sur instruction documentée de l’association ;",
              "tenir au secret les personnes qui administrent ;",
              "mettre en œuvre les mesures ci-dessous ;",
              "ne prendre d’autre sous-traitant que ceux ci-dessous sans en informer l’association, qui peut s’y opposer ;",
              "aider l’association à répondre aux personnes : accès, rectification, effacement, portabilité ;",
              "lui signaler une violation de données dans les meilleurs délais, et l’aider à la notifier ;",
              "au terme, rendre l’archive signée (docs/fr/partir-association.md), puis effacer ; les copies chiffrées s’effacent à l’échéance de leur trimestre ;",
              "permettre un audit : le dépôt, le journal signé et les preuves de npx commune evidence.",
            ],
          },
        ],
      },
      { title: "Sous-traitants ultérieurs", blocks: [recipients(facts)] },
      { title: "Mesures de sécurité", blocks: [measures(facts), notProved] },
      {
        title: "Signatures",
        blocks: [
          rows([
            ["L’association", blank],
            ["La commune", blank],
          ]),
        ],
      },
    ],
  };
}
