import { dataHoldersOf } from "../../components/commune/holders.ts";
import { thingNamed } from "../../components/commune/parts.ts";
import { databaseServersOf } from "../../components/commune/servers.ts";
import { day } from "../../components/foundation/language/numbers.ts";
import { isBucket, keptAt } from "../../components/recovery/vault/plan.ts";
import { rules } from "../../policies/rules.ts";
import { service } from "../blocks.ts";
import { lastPassed } from "../drills/drills.ts";
import { blank } from "./document.ts";
import { type EvidenceFacts, proof } from "./facts.ts";
import { categoriesText } from "./places.ts";

/** One processing of personal data that a declaration proves: a service, or what an association has. */
export interface Processing {
  /** Name for people, in French. */
  title: string;
  /** Kinds of personal data, each once, in the words of the label `commune.cloud/data`. */
  categories: readonly string[];
  /** Whether it is an association's, or a server of associations: there the commune is the processor (RGPD, article 28). */
  isForAssociation: boolean;
}

/**
 * Returns what processes personal data, in the order of the plan. Database servers are none of their own: their rows
 * belong to a service.
 */
export function processingsOf({ plan }: Pick<EvidenceFacts, "plan">): Processing[] {
  const servers = new Set(databaseServersOf(plan).map(({ server }) => server.server));
  const byService = new Map<string, Set<string>>();
  for (const { service: name, data } of dataHoldersOf(plan)) {
    if (data === "none" || servers.has(name)) continue;
    const categories = byService.get(name) ?? new Set();
    for (const each of data.split(".")) categories.add(each);
    byService.set(name, categories);
  }
  return [...byService].map(([name, categories]) => ({
    title: service(name, "fr"),
    categories: [...categories],
    isForAssociation: thingNamed(name)?.isOfAssociations === true,
  }));
}

/** Returns the declared period of each kind of data, in French; a blank if none is declared. */
export function periodsOf(
  { declaration: { retention } }: Pick<EvidenceFacts, "declaration">,
  categories: readonly string[],
): string[] {
  const declared: Readonly<Record<string, string | undefined>> = retention ?? {};
  return categories.map((each) => `${categoriesText([each])} : ${declared[each] ?? blank}`);
}

/** Returns who else gets data: what, who, and what is declared of it. */
export function recipientsOf({ declaration, plan }: Pick<EvidenceFacts, "declaration" | "plan">): string[][] {
  const { mail, media, identity, portal } = declaration;
  return [
    ["Machines et cluster", portal === undefined ? blank : portal.host.name, "tout ce qui y tourne"],
    ...plan.keptVaults.map((vault) => [
      "Copies de sauvegarde",
      isBucket(vault) ? keptAt(vault, "fr") : `la commune ${vault.host}`,
      "chiffrées avant de partir ; la clé n’y est pas",
    ]),
    ...(mail === undefined ? [] : [["Relais de courriel", mail.relay, "adresses et contenu des messages"]]),
    ...(media === undefined ? [] : [["Médias publiés", media.endpoint, "images, sons et vidéos publics"]]),
    ...(identity?.issuer === undefined
      ? []
      : [["Connexion des personnes", identity.issuer, "qui se connecte, et quand"]]),
  ];
}

/** Rules that look at a measure of security (RGPD, article 32). */
const measures = [
  "namespaces-are-closed",
  "pods-are-restricted",
  "public-names-use-tls",
  "encrypted-everywhere",
  "secrets-in-secrets",
  "tenants-apart",
  "no-foreign-host",
  "operators-in-eu",
  "data-is-labelled",
] as const;

/** Returns each measure with its proof: rules in their own words, then copies and the last drill that passed. */
export function measuresOf(facts: EvidenceFacts): string[][] {
  const drill = lastPassed(facts.drills);
  return [
    ...measures.flatMap((id) =>
      rules.filter((rule) => rule.id === id).map((rule) => [rule.description.fr, proof(facts, id)]),
    ),
    ["Copies hors du site", copiesText(facts)],
    [
      "Exercice de reprise",
      drill === undefined ? "aucun n’est enregistré" : `réussi le ${day(drill.at.slice(0, 10), "fr")}`,
    ],
  ];
}

/** Returns where copies are, as a fragment of a sentence. */
export function copiesText({ plan: { keptVaults } }: Pick<EvidenceFacts, "plan">): string {
  const places = `${keptVaults.length} endroit${keptVaults.length > 1 ? "s" : ""}`;
  return keptVaults.length === 0 ? "aucun coffre n’est déclaré" : `chiffrées, à ${places}`;
}
