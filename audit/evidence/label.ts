import { descriptorPath } from "../../components/federation/descriptor.ts";
import { day, number } from "../../components/foundation/language/numbers.ts";
import { conformityOf } from "../../components/foundation/page/statement.ts";
import { mapPath } from "../../components/places/map/published.ts";
import { dataLicence } from "../../components/portal/catalogue.ts";
import { cataloguePath } from "../../components/portal/data.ts";
import { portalPaths } from "../../components/portal/published.ts";
import { footprints, total } from "../../policies/footprint.ts";
import { energy } from "../../policies/hardware.ts";
import { service, table, text } from "../blocks.ts";
import { softwareIn } from "../compared.ts";
import type { Block } from "../report.ts";
import { blank, type Document } from "./document.ts";
import { type EvidenceFacts, proof } from "./facts.ts";

const head = ["Constat", "Preuve"] as const;
const facts = (rows: readonly (readonly [string, string])[]): Block => ({ kind: "table", head, rows });

/** Protocols and feeds by which each service is reached without its own pages. */
function standards({ plan }: EvidenceFacts): Block {
  return table(
    ["Service", "Protocoles et fils", "Adresse"],
    plan.federation.settings.services.flatMap(({ software, endpoints = {}, feeds = [] }) => [
      ...Object.entries(endpoints).map(([protocol, address]) => [service(software, "fr"), protocol, address]),
      ...feeds.map((address) => [service(software, "fr"), "fil", address]),
    ]),
    "Aucun service n’est joint par un protocole ouvert.",
  );
}

function accessibility({ declaration: { portal, domain } }: EvidenceFacts): readonly [string, string] {
  if (portal === undefined)
    return ["Déclaration d’accessibilité : aucune", "la commune ne déclare pas de portail"];
  const { audit } = portal;
  const said = audit === undefined ? "aucun audit" : `audit du ${day(audit.date, "fr")}, par ${audit.by}`;
  return [
    `Accessibilité des pages de la commune : ${conformityOf(audit)} (${said})`,
    `https://${domain}${portalPaths.accessibility}`,
  ];
}

function sobriety({ objects }: EvidenceFacts): Block {
  const parts = footprints(objects);
  const yearly = (part: (typeof parts)[number]) => number(energy(part).kilowattHoursPerYear, "fr");
  return table(
    ["Service", "Énergie estimée par an"],
    [
      ...parts.map((part) => [service(part.service, "fr"), `${yearly(part)} kWh`]),
      ["Total", `${yearly(total(parts))} kWh`],
    ],
    "Rien ne tourne.",
  );
}

function published({ declaration: { domain, portal }, plan }: EvidenceFacts): Block {
  const at = (path: string) => `https://${domain}${path}`;
  return facts([
    ["Description de la commune et de ses services, JSON", at(descriptorPath)],
    ...(portal === undefined
      ? []
      : ([
          ["Services, lieux et logiciels, CSV, JSON et GeoJSON", at(portalPaths.data)],
          ["Catalogue de ces données, DCAT-AP", at(cataloguePath)],
          ["Actualités, Atom", at(portalPaths.feed)],
        ] as const)),
    ...(plan.map === undefined ? [] : ([["Carte des lieux", at(mapPath)]] as const)),
    ["Licence des données", portal === undefined ? blank : dataLicence.name],
    ["Publication sur data.gouv.fr", blank],
  ]);
}

/**
 * Answers for an application to the label Territoire Numérique Libre: what a declaration proves, for three of its five
 * axes. The other two are people's to write. Source: https://territoire-numerique-libre.org/criteres
 */
export function labelDocument(known: EvidenceFacts): Document {
  const images = softwareIn(known.objects);
  const free = images.filter(({ isFree }) => isFree).length;
  return {
    title: `${known.declaration.name} : éléments pour le label Territoire Numérique Libre`,
    lead: `État déclaré au ${day(known.today, "fr")}. Le questionnaire complet est celui de l’ADULLACT ; ceci n’y répond que là où la déclaration prouve quelque chose.`,
    parts: [
      { title: "1. Stratégie et mutualisation", blocks: [text(blank)] },
      {
        title: "2. Bonnes pratiques : interopérabilité, accessibilité, sobriété",
        blocks: [
          standards(known),
          facts([
            ["Formats ouverts pour ce qui est publié", proof(known, "open-formats")],
            ["Protocoles ouverts pour chaque service", proof(known, "standard-endpoints")],
            accessibility(known),
            ["Pages sans élément chargé chez un tiers", proof(known, "no-foreign-host")],
            ["Pages lisibles sans compte", proof(known, "public-without-account")],
            ["Mémoire bornée pour chaque programme", proof(known, "memory-is-limited")],
          ]),
          sobriety(known),
        ],
      },
      {
        title: "3. Logiciels et systèmes libres",
        blocks: [
          facts([
            [
              `Logiciels libres parmi les serveurs : ${free} sur ${images.length}`,
              proof(known, "licence-is-free"),
            ],
            [
              `Images de logiciels qui ont un numéro au SILL : ${images.filter(({ known }) => known?.registers?.sill !== undefined).length} sur ${images.length}`,
              "leurs numéros, dans logiciels.md",
            ],
            ["Liste avec licences et sources", "logiciels.md et sbom.cdx.json, à côté de ce fichier"],
            ["Le code de l’outillage lui-même", proof(known, "own-code-published")],
            ["Système des machines et des postes de travail", blank],
          ]),
        ],
      },
      { title: "4. Communication et écosystème", blocks: [text(blank)] },
      { title: "5. Données", blocks: [published(known)] },
    ],
  };
}
