import type { Tongue } from "../components/commune/changes/words.ts";
import { service, table, text } from "./blocks.ts";
import { addressesCompared, openingsCompared } from "./compared.ts";
import type { Opening, Party } from "./openings.ts";
import type { Block } from "./report.ts";
import type { Sides } from "./side.ts";
import { texts } from "./words.ts";

const parties: Readonly<Record<Party["who"], Readonly<Record<Tongue, string>>>> = {
  internet: { fr: "tout Internet", en: "the whole Internet" },
  addresses: { fr: "les adresses", en: "the addresses" },
  namespace: { fr: "l’espace", en: "the space" },
  itself: { fr: "ses propres programmes", en: "its own programs" },
  cluster: { fr: "tout le cluster", en: "the whole cluster" },
};

function partyText(party: Party, tongue: Tongue): string {
  const word = parties[party.who][tongue];
  if (party.who === "addresses") return `${word} ${party.range}`;
  return party.who === "namespace" ? `${word} ${party.name}` : word;
}

function openingText({ service: name, direction, party, ports }: Opening, tongue: Tongue): string {
  const title = service(name, tongue);
  const other = partyText(party, tongue);
  const at = ports === "" ? "" : ` (port ${ports})`;
  if (tongue === "fr")
    return direction === "in" ? `${other} joint ${title}${at}` : `${title} joint ${other}${at}`;
  return direction === "in" ? `${other} reaches ${title}${at}` : `${title} reaches ${other}${at}`;
}

function unclosedText(name: string, tongue: Tongue): string {
  const title = service(name, tongue);
  return tongue === "fr"
    ? `${title} : la règle qui ferme tout n’est plus là ; n’est fermé que ce qu’une autre ferme`
    : `${title}: the policy that closes everything is not there any more; closed is only what another one closes`;
}

/**
 * What opens and what closes.
 *
 * @param unclosed services whose namespace has lost the policy that closes it.
 */
export function exposureBlocks(
  facts: Sides,
  tongue: Tongue,
  unclosed: readonly string[] = [],
): readonly Block[] {
  const [addresses, ways] = [addressesCompared(facts), openingsCompared(facts)];
  const rows = [
    ...unclosed.map((name) => [texts.opens[tongue], unclosedText(name, tongue)]),
    ...addresses.come.map(({ address, service: name }) => [
      texts.opens[tongue],
      `${address} (${service(name, tongue)})`,
    ]),
    ...addresses.gone.map(({ address, service: name }) => [
      texts.closes[tongue],
      `${address} (${service(name, tongue)})`,
    ]),
    ...ways.come.map((opening) => [texts.opens[tongue], openingText(opening, tongue)]),
    ...ways.gone.map((opening) => [texts.closes[tongue], openingText(opening, tongue)]),
  ];
  const kept = addresses.kept.map(({ address }) => address);
  return [
    table(
      ["", texts.what[tongue]],
      rows,
      tongue === "fr" ? "Rien ne s’ouvre et rien ne se ferme." : "Nothing opens and nothing closes.",
    ),
    ...(kept.length === 0
      ? []
      : [text(`${tongue === "fr" ? "Restent publics : " : "Public as before: "}${kept.join(", ")}.`)]),
  ];
}
