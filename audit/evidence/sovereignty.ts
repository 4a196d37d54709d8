import { wordFor, words } from "../../components/commune/changes/words.ts";
import { onVolume } from "../../components/commune/holders.ts";
import { day, minutesAndSeconds, number } from "../../components/foundation/language/numbers.ts";
import { isBucket, keptAt } from "../../components/recovery/vault/plan.ts";
import { declaredHosts } from "../../policies/declared-hosts.ts";
import { thirdParties } from "../../policies/third-parties.ts";
import { service, table, text } from "../blocks.ts";
import { shortName, softwareIn } from "../compared.ts";
import { lastPassed, momentIn } from "../drills/drills.ts";
import type { Block } from "../report.ts";
import { blank, type Document } from "./document.ts";
import { type EvidenceFacts, proof } from "./facts.ts";
import { categoriesText, placesOf } from "./places.ts";

/** Owner of a host, according to the list of well-known third parties. */
function ownerOf(host: string): string {
  const party = thirdParties.find(({ domain }) => host === domain || host.endsWith(`.${domain}`));
  return party === undefined ? "aucun tiers connu de la liste" : `${party.owner} (${party.country})`;
}

function operators(facts: EvidenceFacts): readonly Block[] {
  const { declaration, plan } = facts;
  const { domain, portal } = declaration;
  const outside = declaredHosts(declaration).filter(
    ({ host }) => host !== domain && !host.endsWith(`.${domain}`),
  );
  return [
    table(
      ["Quoi", "Qui"],
      [
        ["Machines et cluster", portal === undefined ? blank : `${portal.host.name}, ${portal.host.address}`],
        ["Services et données", `${declaration.name}, sur ce cluster`],
        ...plan.keptVaults.map((vault) => [
          "Copies chiffrées",
          isBucket(vault) ? keptAt(vault, "fr") : `commune membre : ${vault.host}`,
        ]),
      ],
      "",
    ),
    table(
      ["Champ de la déclaration", "Nom extérieur au domaine", "À qui"],
      outside.map(({ field, host }) => [field, host, ownerOf(host)]),
      "Aucun serveur extérieur au domaine de la commune n’est déclaré.",
    ),
    text(`Opérateurs sous le droit de l’Union : ${proof(facts, "operators-in-eu")}.`),
  ];
}

function data(facts: EvidenceFacts): readonly Block[] {
  return [
    table(
      ["Service", "Données de personnes", "Où", "Place"],
      placesOf(facts).map(({ name: volume, service: name, data: label, place, sizeGiB }) => [
        service(name, "fr"),
        label === "none" ? "aucune" : categoriesText(label.split(".")),
        place === onVolume ? `volume ${volume} du cluster` : wordFor(words.whereabouts, place, "fr"),
        sizeGiB === undefined ? "" : `${sizeGiB} Gio`,
      ]),
      "La commune ne garde pas de données.",
    ),
    text("Adresse de la salle où sont les machines : elle n’est pas déclarée. À compléter par la commune."),
  ];
}

function successors(facts: EvidenceFacts): readonly Block[] {
  const { declaration, plan } = facts;
  const { kit } = declaration.recovery ?? {};
  return [
    table(
      ["Ce qu’il faut", "Où cela est"],
      [
        ["La déclaration", "ce dépôt de fichiers : texte, sans code"],
        [
          "La graine, dont viennent mots de passe et clés",
          kit === undefined
            ? "dans l’état de la pile seulement : aucun partage sur papier n’est déclaré"
            : `${kit.needed} parts sur ${kit.holders.length}, chez : ${kit.holders.join(" ; ")}`,
        ],
        [
          "Les données",
          plan.keptVaults.length === 0
            ? "sur le site seulement : aucun coffre n’est déclaré"
            : `copies chiffrées chez ${plan.keptVaults.map((vault) => keptAt(vault, "fr")).join(", ")}`,
        ],
        ["Un cluster", "tout Kubernetes"],
      ],
      "",
    ),
    text(`Aucun objet propre à un fournisseur : ${proof(facts, "portable-kinds")}.`),
    table(
      ["Logiciel", "Qui l’accompagne ou l’héberge pour d’autres", "Lu sur"],
      supporters(facts),
      "Le catalogue de l’outillage ne connaît pas de prestataire pour ce qui tourne.",
    ),
    text("D’autres prestataires qui pourraient reprendre l’exploitation : À compléter par la commune."),
  ];
}

/** Providers that support what runs, according to the catalogue, each once. */
function supporters({ objects }: EvidenceFacts): string[][] {
  const rows = softwareIn(objects).flatMap(({ reference, known }) =>
    (known?.providers ?? []).map(({ name, country, from }) => [
      known?.name ?? shortName(reference),
      country === undefined ? name : `${name} (${country})`,
      from,
    ]),
  );
  return [...new Map(rows.map((row) => [row.join("\n"), row])).values()];
}

/** A moment that databases came back to, in French: `26 novembre 2026, 14:31:07 UTC`; empty if they did to none. */
function momentText(at: string | undefined): string {
  return at === undefined ? "" : `${day(at.slice(0, 10), "fr")}, ${at.slice(11, 19)} UTC`;
}

/** Table of the last drill and, if that failed, of the last one that passed. */
function exercises({ drills }: EvidenceFacts): readonly Block[] {
  const last = drills.held.at(-1);
  if (last === undefined)
    return [text("Aucun exercice n’est enregistré : la durée d’une reprise n’est pas prouvée ici.")];
  const shown = [...new Set([last, lastPassed(drills)])].flatMap((each) => each ?? []);
  return [
    table(
      [
        "Jour",
        "Résultat",
        "Reprise (RTO)",
        "Perte (RPO)",
        "Services",
        "Fichiers comparés",
        "Lignes comptées",
        "Bases ramenées à un moment",
      ],
      shown.map(({ at, outcome, rtoSeconds, rpoSeconds, services, moments }) => [
        day(at.slice(0, 10), "fr"),
        outcome === "passed" ? "réussi" : "pas réussi",
        rtoSeconds === undefined ? "" : minutesAndSeconds(rtoSeconds),
        minutesAndSeconds(rpoSeconds),
        services.map(({ service: name }) => service(name, "fr")).join(", "),
        number(
          services.reduce((sum, { files }) => sum + files, 0),
          "fr",
        ),
        number(
          services.reduce((sum, { rows }) => sum + rows, 0),
          "fr",
        ),
        momentText(momentIn({ moments })),
      ]),
      "",
    ),
    text(
      `Journal signé et chaîné : drills.jsonl, ${drills.held.length} ${drills.held.length > 1 ? "lignes" : "ligne"}, à vérifier avec npx commune verify-log.`,
    ),
  ];
}

/** Document that says who operates what, where data is, who could take over, and how long that took the last time. */
export function sovereigntyDocument(facts: EvidenceFacts): Document {
  return {
    title: `${facts.declaration.name} : fiche de souveraineté`,
    lead: `État déclaré au ${day(facts.today, "fr")}. Ce que la déclaration ne dit pas est laissé en blanc.`,
    parts: [
      { title: "Qui fait fonctionner quoi", blocks: operators(facts) },
      { title: "Où sont les données", blocks: data(facts) },
      { title: "Qui pourrait reprendre", blocks: successors(facts) },
      {
        title: "Dernier exercice de reprise",
        blocks: exercises(facts),
      },
    ],
  };
}
