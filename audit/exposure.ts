import type { Language, Translated } from "../components/foundation/language/language.ts";
import { service, table, text } from "./blocks.ts";
import { addressesCompared, openingsCompared } from "./compared.ts";
import type { Opening, Party } from "./openings.ts";
import type { Block } from "./report.ts";
import type { Sides } from "./side.ts";
import { texts } from "./words.ts";

const parties: Readonly<Record<Party["who"], Translated>> = {
  internet: { fr: "tout Internet", en: "the whole Internet" },
  addresses: { fr: "les adresses", en: "the addresses" },
  namespace: { fr: "l’espace", en: "the space" },
  itself: { fr: "ses propres programmes", en: "its own programs" },
  cluster: { fr: "tout le cluster", en: "the whole cluster" },
};

const phrases = {
  reaches: { fr: "joint", en: "reaches" },
  unclosed: {
    fr: "la règle qui ferme tout n’est plus là ; n’est fermé que ce qu’une autre ferme",
    en: "the policy that closes everything is not there any more; closed is only what another one closes",
  },
  nothing: { fr: "Rien ne s’ouvre et rien ne se ferme.", en: "Nothing opens and nothing closes." },
  kept: {
    fr: (addresses: string) => `Restent publics : ${addresses}.`,
    en: (addresses: string) => `Public as before: ${addresses}.`,
  },
} as const;

function partyText(party: Party, language: Language): string {
  const word = parties[party.who][language];
  if (party.who === "addresses") return `${word} ${party.range}`;
  return party.who === "namespace" ? `${word} ${party.name}` : word;
}

function openingText({ service: name, direction, party, ports }: Opening, language: Language): string {
  const title = service(name, language);
  const other = partyText(party, language);
  const at = ports === "" ? "" : ` (port ${ports})`;
  const [from, to] = direction === "in" ? [other, title] : [title, other];
  return `${from} ${phrases.reaches[language]} ${to}${at}`;
}

function unclosedText(name: string, language: Language): string {
  return texts.labelled[language](service(name, language), phrases.unclosed[language]);
}

/**
 * Blocks that list what opens and what closes.
 *
 * @param unclosed services whose namespace has lost the policy that closes it.
 */
export function exposureBlocks(
  facts: Sides,
  language: Language,
  unclosed: readonly string[] = [],
): readonly Block[] {
  const [addresses, ways] = [addressesCompared(facts), openingsCompared(facts)];
  const rows = [
    ...unclosed.map((name) => [texts.opens[language], unclosedText(name, language)]),
    ...addresses.come.map(({ address, service: name }) => [
      texts.opens[language],
      `${address} (${service(name, language)})`,
    ]),
    ...addresses.gone.map(({ address, service: name }) => [
      texts.closes[language],
      `${address} (${service(name, language)})`,
    ]),
    ...ways.come.map((opening) => [texts.opens[language], openingText(opening, language)]),
    ...ways.gone.map((opening) => [texts.closes[language], openingText(opening, language)]),
  ];
  const kept = addresses.kept.map(({ address }) => address);
  return [
    table(["", texts.what[language]], rows, phrases.nothing[language]),
    ...(kept.length === 0 ? [] : [text(phrases.kept[language](kept.join(", ")))]),
  ];
}
